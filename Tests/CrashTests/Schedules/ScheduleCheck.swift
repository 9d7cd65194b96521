import ConsistencyAudit
import FoundationEssentials
import PostgresClient
import Sagas
import Testing
import Vocabulary

/// What must hold after a schedule, once recovery has been there.
struct ScheduleCheck {
  let schedule: Schedule
  let world: ScheduleWorld
  private var scenario: ScheduleScenario { schedule.scenario }

  init(_ schedule: Schedule, _ world: ScheduleWorld) {
    self.schedule = schedule
    self.world = world
  }

  /// - Returns: what does not hold.
  func violations() async throws -> [String] {
    var violations = try await recoverAll()
    for region in ScheduleWorld.regions { violations += try await audit(region) }
    violations += try await signups()
    for number in scenario.people.indices { violations += try await changes(of: number) }
    violations += try await successes()
    if violations.isEmpty { violations += try await secondTries() }
    return violations
  }

  /// Lets every deadline pass and recovers, with two recoveries at once.
  private func recoverAll() async throws -> [String] {
    for region in ScheduleWorld.regions {
      let processes = [SimulatedProcess(region, world), SimulatedProcess(region, world)]
      try await world.rows(world.region(region), "UPDATE sagas SET deadline = now() - interval '1 second'")
      try await withThrowingTaskGroup(of: Void.self) { group in
        for process in processes {
          group.addTask { _ = try await process.recovery(nil).recoverOverdue(logger: ScheduleWorld.quiet) }
        }
        try await group.waitForAll()
      }
      for process in processes {
        await process.shutdown()
      }
      let left = try await world.rows(
        world.region(region),
        "SELECT kind, subject_id::text, attempts::text, last_error FROM sagas"
      )
      if !left.isEmpty { return ["not recovered in \(region): \(left)"] }
    }
    return []
  }

  private func audit(_ region: String) async throws -> [String] {
    var findings: [String] = []
    let databases = AuditDatabases(
      region: region,
      global: world.global,
      regional: world.region(region),
      addresses: .plain
    )
    let audit = Audit(databases, mode: .report, kinds: .all, logger: ScheduleWorld.quiet)
    _ = try await audit.run(progress: { _, _ in }, found: { findings.append("audit: \($0)") })
    return findings
  }

  /// As many tokens of an address are spent as it has accounts: none or one. A change of address spends none.
  private func signups() async throws -> [String] {
    var violations: [String] = []
    for email in Set(scenario.signupTokens.map(\.email.address)) {
      var accounts = 0
      for region in ScheduleWorld.regions {
        accounts += try await world.rows(
          world.region(region),
          "SELECT '' FROM hub_users WHERE email_address = $1 AND NOT hub_user_global_id = ANY ($2)",
          email,
          scenario.people.map(\.id)
        ).count
      }
      let spent = try await world.rows(
        world.global,
        "SELECT '' FROM hub_signup_tokens WHERE email_address = $1 AND consumed_at IS NOT NULL",
        email
      ).count
      if accounts > 1 || accounts != spent {
        violations.append("\(email): \(accounts) accounts, \(spent) tokens spent")
      }
    }
    return violations
  }

  /// Either the old address with session and tokens, or a new one without any of them.
  private func changes(of number: Int) async throws -> [String] {
    let person = scenario.people[number]
    let rows = try await world.rows(
      world.region(person.region),
      """
      SELECT email_address,
        (SELECT count(*) FROM hub_sessions s WHERE s.hub_user_global_id = u.hub_user_global_id)::text,
        (SELECT count(*) FROM hub_email_verification_tokens t WHERE t.hub_user_global_id = u.hub_user_global_id)::text
      FROM hub_users u WHERE hub_user_global_id = $1
      """,
      person.id
    )
    let tokens = scenario.changeTokens.filter { $0.person == number }
    let old = [person.email.address, "1", "\(tokens.count)"]
    let new = tokens.map { [$0.newAddress.address, "0", "0"] }
    guard let row = rows.first, ([old] + new).contains(row.map { $0 ?? "" }) else {
      return ["\(person): \(rows)"]
    }
    return []
  }

  /// What was answered with success is there.
  private func successes() async throws -> [String] {
    var violations: [String] = []
    for attempt in schedule.attempts {
      guard case .succeeded(let id)? = attempt.result else { continue }
      switch attempt.work {
      case .recovery: continue
      case .signup(let token, let home):
        let email = scenario.signupTokens[token].email.address
        let rows = try await world.rows(
          world.region(home),
          "SELECT '' FROM hub_users JOIN hub_sessions USING (hub_user_global_id) WHERE hub_user_global_id = $1",
          id
        )
        if rows.count != 1 {
          violations.append("\(email) was told of a success: \(rows.count) accounts with a session")
        }
      case .change(let number):
        let change = scenario.changeTokens[number]
        let rows = try await world.rows(
          world.region(scenario.people[change.person].region),
          "SELECT email_address FROM hub_users WHERE hub_user_global_id = $1",
          id
        )
        if rows.first?.first != change.newAddress.address { violations.append("told of a change: \(rows)") }
      }
    }
    return violations
  }

  /// What has not happened can still be done with the same token.
  private func secondTries() async throws -> [String] {
    var violations: [String] = []
    for (number, work) in scenario.work.enumerated() {
      let home: String
      switch work {
      case .recovery: continue
      case .signup(let token, let region):
        home = region
        guard try await isFree(scenario.signupTokens[token].email) else { continue }
      case .change(let token):
        let change = scenario.changeTokens[token]
        home = scenario.people[change.person].region
        let isOpen = try await !world.rows(
          world.region(home),
          "SELECT '' FROM hub_email_verification_tokens WHERE token_hash = $1",
          change.token.hash
        ).isEmpty
        guard isOpen, try await isFree(change.newAddress) else { continue }
      }
      let gate = Gate()
      let process = SimulatedProcess(home, world)
      let attempt = Attempt(number, work, process, faultPoint: 0, fault: nil, gate)
      attempt.start(scenario)
      while gate.place(of: number) != .finished {
        if case .standing = gate.place(of: number) { gate.release(number) }
        try await Task.sleep(for: .microseconds(100))
      }
      if case .failed(let error)? = attempt.result { violations.append("second try of \(work): \(error)") }
      await process.shutdown()
    }
    return violations
  }

  private func isFree(_ email: EmailAddress) async throws -> Bool {
    try await world.rows(world.global, "SELECT '' FROM hub_users WHERE email_address_hash = $1", email.hash)
      .isEmpty
  }
}
