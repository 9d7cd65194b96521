import FoundationEssentials
import TestSupport
import Testing

/// All points of all scenarios, fault by fault: everybody of one fault stands still at once, and it happens to all of
/// them.
struct CrashCampaign: Sendable {
  /// Everybody who stands holds a connection, so there are several groups. The long form has, besides, those who
  /// displace a claim, and agencies, which have the employers' code and tables of their own.
  static let groups: [[any CrashScenario.Type]] =
    [
      [
        HubSignupScenario.self, HubEmailChangeScenario.self, RefusedScenario<HubSignupScenario>.self,
        RefusedScenario<HubEmailChangeScenario>.self,
      ],
      tenants(Org.self),
    ]
    + (CrashForm.isLong
      ? [[DisplacementScenario<Org>.self], tenants(Agency.self), [DisplacementScenario<Agency>.self]] : [])

  private static func tenants<Portal: TenantPortalType>(_: Portal.Type) -> [any CrashScenario.Type] {
    [
      InitSignupScenario<Portal>.self, TenantSignupScenario<Portal>.self, InvitationScenario<Portal>.self,
      DomainClaimScenario<Portal>.self,
      RefusedScenario<TenantSignupScenario<Portal>>.self,
      RefusedScenario<DomainClaimScenario<Portal>>.self,
    ]
  }

  struct Case: Sendable {
    let scenario: any CrashScenario
    let name: String
    let point: String
    let requestID: String
  }

  let stack: CrashStack

  /// - Returns: what came of each case, for the table.
  func run() async throws -> CrashMatrix {
    var matrix = CrashMatrix()
    var points: [String: [String]] = [:]
    for group in Self.groups {
      for scenario in group {
        points[scenario.name] = try await dryRun(scenario)
        matrix.addRows(scenario.name, points[scenario.name] ?? [])
      }
      for fault in CrashFault.allCases { try await run(fault, group, points, &matrix) }
    }
    return matrix
  }

  /// The points that a scenario passes, undisturbed.
  private func dryRun(_ scenario: any CrashScenario.Type) async throws -> [String] {
    let person = try await scenario.prepare(stack)
    let requestID = "dry-\(UInt32.random(in: .min ... .max))"
    _ = await person.start(stack, requestID: requestID, via: CrashStack.landing)
    try await stack.removeObstacles()
    var points: [String] = []
    for point in stack.points.points(of: requestID) where !points.contains(point) { points.append(point) }
    let wanted = points.filter { point in scenario.newSteps?.contains { point.contains(".\($0).") } ?? true }
    try #require(wanted.count >= 6, "\(scenario.name): \(points)")
    return wanted
  }

  private func run(
    _ fault: CrashFault,
    _ scenarios: [any CrashScenario.Type],
    _ points: [String: [String]],
    _ matrix: inout CrashMatrix
  ) async throws {
    let cases = try await prepare(scenarios, points)
    for item in cases { stack.points.plan(item.requestID, toHoldAt: item.point) }
    try await withThrowingTaskGroup(of: Void.self) { group in
      // Whatever goes wrong here, nobody is left standing, or the requests would never end.
      defer { stack.points.releaseAll() }
      for item in cases {
        group.addTask {
          let status = await item.scenario.start(stack, requestID: item.requestID, via: CrashStack.landing)
          // Whoever was never held has not met the fault.
          if !stack.points.points(of: item.requestID).contains(item.point) {
            Issue.record("\(item.name) ended with \(status ?? 0) before \(item.point), \(fault.rawValue)")
          }
        }
      }
      do {
        try await eventually("everybody to stand at their points (\(fault.rawValue))") {
          cases.allSatisfy { stack.points.isHeld($0.requestID) }
        }
      } catch {
        for item in cases where !stack.points.isHeld(item.requestID) {
          Issue.record("\(item.name) does not stand at \(item.point), \(fault.rawValue)")
        }
        throw error
      }
      try await stack.removeObstacles()
      if fault.bringsRivals {
        // The same token once more, through the home region's own server; nobody holds that one up.
        for item in cases {
          group.addTask {
            _ = await item.scenario.start(stack, requestID: "rival", via: CrashStack.victim)
          }
        }
      }
      try await stack.happen(fault)
      stack.points.releaseAll()
      try await group.waitForAll()
    }
    try await stack.settle()
    let outcomes = try await withThrowingTaskGroup(of: (Case, String).self) { group in
      for item in cases {
        group.addTask {
          do {
            return (item, try await item.scenario.outcome(stack).rawValue)
          } catch {
            Issue.record("\(item.name) at \(item.point), \(fault.rawValue): \(error)")
            return (item, "FAILED")
          }
        }
      }
      return try await group.reduce(into: []) { $0.append($1) }
    }
    for (item, outcome) in outcomes { matrix.add(item.name, item.point, fault, outcome) }
    try await stack.settle()
  }

  /// A few at a time: each has a password to be hashed.
  private func prepare(_ scenarios: [any CrashScenario.Type], _ points: [String: [String]]) async throws
    -> [Case]
  {
    let wanted = scenarios.flatMap { scenario in (points[scenario.name] ?? []).map { (scenario, $0) } }
    return try await withThrowingTaskGroup(of: Case.self) { group in
      var cases: [Case] = []
      for (index, (scenario, point)) in wanted.enumerated() {
        if index >= 4, let finished = try await group.next() { cases.append(finished) }
        group.addTask {
          Case(
            scenario: try await scenario.prepare(stack),
            name: scenario.name,
            point: point,
            requestID: "case-\(UInt64.random(in: .min ... .max))"
          )
        }
      }
      for try await finished in group { cases.append(finished) }
      return cases
    }
  }
}
