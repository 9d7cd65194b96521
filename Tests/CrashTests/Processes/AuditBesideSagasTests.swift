import TestSupport
import Testing

/// An audit while sagas are under way.
@Suite struct AuditBesideSagasTests {
  /// Both have written globally and not regionally: the audit sees that, waits for their end, and finds nothing.
  @Test func whatIsUnderWayIsNoDifference() async throws {
    try await CrashStack.with(deadline: "20s") { crash in
      let signup = try await HubSignupScenario.prepare(crash)
      let change = try await HubEmailChangeScenario.prepare(crash)
      let database = try crash.stack.database(CrashStack.victim)
      crash.points.plan("signup", toHoldAt: "hub_signup.writeGlobal.after")
      crash.points.plan("change", toHoldAt: "hub_email_change.writeGlobal.after")
      try await withThrowingTaskGroup(of: Void.self) { group in
        defer { crash.points.releaseAll() }
        group.addTask { _ = await signup.start(crash, requestID: "signup", via: CrashStack.landing) }
        group.addTask { _ = await change.start(crash, requestID: "change", via: CrashStack.landing) }
        try await eventually("both to stand between the databases") {
          crash.points.isHeld("signup") && crash.points.isHeld("change")
        }
        async let audit: Void = crash.audit()
        try await eventually("the audit to ask what is under way") {
          try await database.count(
            "pg_stat_activity",
            where: "application_name = 'vetchium audit' AND query LIKE '%FROM sagas%deadline > now()%'"
          ) > 0
        }
        crash.points.releaseAll()
        try await audit
        try await group.waitForAll()
      }
      #expect(try await signup.outcome(crash) == .complete)
      #expect(try await change.outcome(crash) == .complete)
    }
  }
}
