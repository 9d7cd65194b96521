import TestSupport
import Testing

/// A process that stands still at the worst moment while another one undoes its saga.
@Suite struct FrozenStepTests {
  /// The intent is deleted and the COMMIT has not come: the fence waits for it, but not for as long as the process is
  /// frozen.
  @Test func theFenceWaitsForAFrozenStep3() async throws {
    // Nobody but the audit recovers; the deadline passes before PostgreSQL gives the frozen transaction up.
    try await CrashStack.with(deadline: "2s", recoveryInterval: "1h") { crash in
      let signup = try await HubSignupScenario.prepare(crash)
      let server = try crash.stack.server(CrashStack.victim).process
      let database = try crash.stack.database(CrashStack.victim)
      crash.points.plan("frozen", toHoldAt: "hub_signup.writeRegional.commit")
      try await withThrowingTaskGroup(of: Void.self) { group in
        defer { crash.points.releaseAll() }
        group.addTask { _ = await signup.start(crash, requestID: "frozen", via: CrashStack.landing) }
        try await eventually("step 3 to stand before its COMMIT") { crash.points.isHeld("frozen") }
        try await server.freeze()
        defer { server.thaw() }
        try await eventually("the deadline to pass") {
          try await database.count("sagas", where: "deadline > now()") == 0
        }
        async let repair: Void = crash.audit("--repair")
        try await eventually("the fence to wait for step 3") {
          try await database.count(
            "pg_stat_activity",
            where: "application_name = 'vetchium audit' AND wait_event_type = 'Lock'"
          ) == 1
        }
        try await repair
        #expect(try await database.count("sagas", where: "true") == 0)
        #expect(try await crash.accounts(signup.email).global == 0)
        // Now the process wants to commit.
        server.thaw()
        crash.points.releaseAll()
        try await group.waitForAll()
      }
      try await crash.settle()
      #expect(try await signup.outcome(crash) == .undone)
    }
  }
}
