import Sagas
import Testing

/// Random schedules; a failure prints the seed, and VETCHIUM_CRASH_SEED=<seed> runs that one alone.
@Suite struct ScheduleTests {
  @Test func everyScheduleEndsWellInBothDatabases() async throws {
    let seeds = CrashForm.seeds
    // Two lanes, each with databases of its own: what one lane's recoveries find is the lane's.
    try await withThrowingTaskGroup(of: Void.self) { group in
      for lane in 0..<min(2, seeds.count) {
        let own = seeds.enumerated().filter { $0.offset % 2 == lane }.map(\.element)
        group.addTask { try await Self.run(own) }
      }
      try await group.waitForAll()
    }
  }

  /// Whoever comes too late to step 2 writes nothing, even if nobody has recovered meanwhile.
  @Test func aStep2PastTheDeadlineIsRefused() async throws {
    let world = try await ScheduleWorld.start()
    let scenario = try ScheduleScenario(signupFor: "late@example.com")
    try await scenario.settle(in: world)
    let process = SimulatedProcess(ScheduleWorld.regions[0], world)
    let saga = try Attempt.signup(scenario.signupTokens[0], process.region)
    await #expect(throws: SagaError.takenOver) {
      try await process.runner(nil, deadline: .zero).run(saga, logger: ScheduleWorld.quiet)
    }
    #expect(try await world.rows(world.global, "SELECT '' FROM hub_users").isEmpty)
    #expect(try await process.recovery(nil).recoverOverdue(logger: ScheduleWorld.quiet).failed == 0)
    #expect(try await world.rows(world.region(process.region), "SELECT '' FROM sagas").isEmpty)
    await process.shutdown()
    try await world.stop()
  }

  private static func run(_ seeds: [UInt64]) async throws {
    let world = try await ScheduleWorld.start()
    for seed in seeds {
      try await world.forgetEverybody()
      var schedule = try Schedule(seed: seed, world)
      do {
        try await schedule.run()
        let violations = try await ScheduleCheck(schedule, world).violations()
        if !violations.isEmpty { report(schedule, violations.joined(separator: "\n")) }
      } catch {
        report(schedule, "\(error)")
      }
      await schedule.end()
    }
    try await world.stop()
  }

  private static func report(_ schedule: Schedule, _ what: String) {
    let stories = schedule.attempts.map(\.story).joined(separator: "\n")
    Issue.record("VETCHIUM_CRASH_SEED=\(schedule.seed)\n\(what)\n\(stories)")
  }
}
