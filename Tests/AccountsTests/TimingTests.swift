import FoundationEssentials
import PortalTestSupport
import TestSupport
import Testing

/// Whether the time of an answer tells who has an account: `make test-timing`, since it takes a minute or two and wants
/// a machine that does little else.
@Suite(.serialized, .enabled(if: ProcessInfo.processInfo.environment["VETCHIUM_TIMING"] != nil))
struct TimingTests {
  private static let perGroup = 800
  /// Accounts that take turns, so that no row of theirs becomes a special one.
  private static let accounts = 20

  private enum Group: CaseIterable {
    case active, disabled, unknown
  }

  /// Requests for a password reset of active, disabled and unknown accounts in random order: whoever has to say of two
  /// answers which was an active account's, by their times, is right in half of the cases.
  ///
  /// That share is the area under the ROC curve, which is the statistic U of Mann and Whitney by the number of pairs.
  /// With 800 answers a group its standard error is 0.014 if the groups are alike.
  @Test(arguments: PortalKind.allCases)
  func timesOfPasswordResetsTellNothing(_ kind: PortalKind) async throws {
    try await PortalHarness.with(["MAIL_MAX_PER_RECIPIENT": "0"]) { portals in
      let tenant = kind.isTenants ? try await portals.makeTenant(kind) : nil
      var bodies: [Group: [JSON]] = [:]
      for _ in 1...Self.accounts {
        let account = try await portals.account(kind, of: tenant)
        let disabled = try await portals.account(kind, of: tenant, status: "disabled")
        bodies[.active, default: []].append(account.resetBody)
        bodies[.disabled, default: []].append(disabled.resetBody)
        let unknown = account.resetBody.with("email_address", .string(TestAccount.unheardOfAddress()))
        bodies[.unknown, default: []].append(unknown)
      }
      let path = kind.path("request-password-reset")
      var times: [Group: [Duration]] = [:]
      let order = (0..<Self.perGroup).flatMap { _ in Group.allCases }.shuffled()
      // The first ones find cold caches.
      for (number, group) in (order.prefix(150) + order).enumerated() {
        let body = try #require(bodies[group]?[number % Self.accounts])
        let start = ContinuousClock.now
        let response = try await portals.post(path, body)
        let time = ContinuousClock.now - start
        try #require(response.status == 200, "\(response)")
        if number >= 150 { times[group, default: []].append(time) }
      }
      let active = try #require(times[.active])
      for group in [Group.disabled, .unknown] {
        let area = Self.areaUnderCurve(active, try #require(times[group]))
        print("\(kind): active or \(group) by time is right in \(area) of all pairs")
        #expect((0.45...0.55).contains(area), "\(kind), \(group): \(area)")
      }
    }
  }

  /// The share of pairs in which the first one's value is the greater; ties count half.
  private static func areaUnderCurve(_ first: [Duration], _ second: [Duration]) -> Double {
    let second = second.sorted()
    let wins = first.reduce(0.0) { sum, value in
      let smaller = second.partitionIndex { $0 >= value }
      let notGreater = second.partitionIndex { $0 > value }
      return sum + Double(smaller) + Double(notGreater - smaller) / 2
    }
    return wins / Double(first.count * second.count)
  }
}

extension [Duration] {
  /// The index of the first element of a sorted array for which a condition holds.
  fileprivate func partitionIndex(_ condition: (Duration) -> Bool) -> Int {
    var range = 0..<count
    while !range.isEmpty {
      let middle = range.lowerBound + range.count / 2
      range = condition(self[middle]) ? range.lowerBound..<middle : (middle + 1)..<range.upperBound
    }
    return range.lowerBound
  }
}
