import TestSupport
import Testing

/// An audit's memory does not grow with the number of people.
@Suite struct AuditMemoryTests {
  /// Prints the highest resident memory of the command in KiB as the last line.
  private static let measure = """
    import resource, subprocess, sys
    code = subprocess.run(sys.argv[1:]).returncode
    print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss, flush=True)
    sys.exit(code)
    """

  private func peakMemory(_ world: AuditWorld) async throws -> Int {
    let process = try await TestProcess.start(
      ["/usr/bin/python3", "-c", Self.measure] + world.words([]),
      name: "audit",
      environment: [:]
    )
    #expect(try await process.waitForEnd(within: .seconds(60)) == .exit(0), "\(process.log.tail)")
    return try #require(process.log.lines.last.flatMap { Int($0.text) })
  }

  @Test func twentyTimesAsManyPeopleTakeTheSame() async throws {
    let world = try await AuditWorld.start()
    try await world.addPersons(10_000)
    let few = try await peakMemory(world)
    try await world.global.run("DELETE FROM hub_users")
    try await world.regional.run("DELETE FROM hub_users")
    try await world.addPersons(200_000)
    let many = try await peakMemory(world)
    #expect(Double(many) < Double(few) * 1.25, "\(few) KiB of 10,000 people, \(many) KiB of 200,000")
    try await world.stop()
  }
}
