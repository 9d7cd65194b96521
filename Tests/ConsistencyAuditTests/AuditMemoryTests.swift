import FoundationEssentials
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

  /// `make test-crash` takes a million.
  private static let many =
    ProcessInfo.processInfo.environment["VETCHIUM_AUDIT_PEOPLE"].flatMap { Int($0) } ?? 200_000

  private func peakMemory(_ world: AuditWorld) async throws -> Int {
    let process = try await TestProcess.start(
      ["/usr/bin/python3", "-c", Self.measure] + world.words([]),
      name: "audit",
      environment: [:]
    )
    #expect(try await process.waitForEnd(within: .seconds(150)) == .exit(0), "\(process.log.tail)")
    return try #require(process.log.lines.last.flatMap { Int($0.text) })
  }

  @Test func manyTimesAsManyPeopleTakeTheSame() async throws {
    let world = try await AuditWorld.start()
    try await world.addPersons(10_000)
    let few = try await peakMemory(world)
    try await world.global.run("TRUNCATE hub_users CASCADE")
    try await world.regional.run("TRUNCATE hub_users CASCADE")
    try await world.addPersons(Self.many)
    let clock = ContinuousClock()
    let begin = clock.now
    let many = try await peakMemory(world)
    print("audit of \(Self.many) people: \(clock.now - begin), \(many) KiB; of 10000: \(few) KiB")
    #expect(Double(many) < Double(few) * 1.25, "\(few) KiB of 10000 people, \(many) KiB of \(Self.many)")
    try await world.stop()
  }
}
