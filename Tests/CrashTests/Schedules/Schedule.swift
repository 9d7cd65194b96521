import FoundationEssentials
import PostgresClient
import Sagas
import Testing

/// One seeded schedule: who tries what, in which order their steps interleave, and what goes wrong where.
struct Schedule {
  struct Stuck: Error {}

  let seed: UInt64
  let scenario: ScheduleScenario
  private(set) var attempts: [Attempt]
  private let world: ScheduleWorld
  private let gate = Gate()
  private var random: SeededGenerator

  init(seed: UInt64, _ world: ScheduleWorld) throws {
    self.seed = seed
    self.world = world
    var random = SeededGenerator(seed: seed)
    scenario = try ScheduleScenario(&random)
    attempts = []
    for (number, work) in scenario.work.enumerated() {
      let (fault, point) =
        scenario.isLate ? Self.whatHappens(toLate: work, &random) : Self.whatHappens(&random)
      let home = Self.home(of: work, scenario)
      attempts.append(
        Attempt(
          number,
          work,
          SimulatedProcess(home, world),
          faultPoint: point,
          fault: fault,
          gate
        )
      )
    }
    self.random = random
  }

  /// A signup that goes well has 24 points.
  private static let likelyPoints = 0..<26
  private static let wayIntoStep2 = 3...6
  private static let afterItsWrite = 10...14
  /// Of a recovery, which has no more than 10 points.
  private static let undo = 2...7
  /// Where most of what can be got wrong is decided: such points are tried more often.
  private static let step2 = 4..<12

  private static func whatHappens(_ random: inout SeededGenerator) -> (ScheduleFault?, point: Int) {
    let isNothing = Int.random(in: 0...4, using: &random) == 0
    let points = Bool.random(using: &random) ? step2 : likelyPoints
    return (
      isNothing ? nil : ScheduleFault.allCases.randomElement(using: &random),
      Int.random(in: points, using: &random)
    )
  }

  /// The attempt is overdue, early or late, and whoever recovers it does not always get through.
  private static func whatHappens(
    toLate work: ScheduleScenario.Work,
    _ random: inout SeededGenerator
  ) -> (ScheduleFault?, point: Int) {
    guard case .recovery = work else {
      let points = Bool.random(using: &random) ? wayIntoStep2 : afterItsWrite
      return (.overdue, Int.random(in: points, using: &random))
    }
    let faults: [ScheduleFault?] = [nil, .killed, .globalCut, .globalUnanswered]
    return (faults.randomElement(using: &random) ?? nil, Int.random(in: undo, using: &random))
  }

  private static func home(of work: ScheduleScenario.Work, _ scenario: ScheduleScenario) -> String {
    switch work {
    case .signup(_, let home): home
    case .change(let number): scenario.people[scenario.changeTokens[number].person].region
    case .recovery(let region): region
    }
  }

  /// Lets one attempt after the other go one point further until all have ended.
  mutating func run() async throws {
    try await scenario.settle(in: world)
    var blocked: Set<Int> = []
    while attempts.contains(where: { gate.place(of: $0.number) != .finished }) {
      let free = attempts.filter { attempt in
        switch gate.place(of: attempt.number) {
        case .notStarted: mayStart(attempt)
        case .standing: true
        case .running, .finished: false
        }
      }
      if let attempt = free.randomElement(using: &random) {
        try await advance(attempt)
        if try await comesToRest(attempt) {
          blocked.remove(attempt.number)
        } else {
          blocked.insert(attempt.number)
        }
      }
      // Whoever waited for a lock may have got it.
      for number in blocked.sorted() where try await comesToRest(attempts[number], isAlone: free.isEmpty) {
        blocked.remove(number)
      }
    }
  }

  /// A recovery that is started before anything is overdue has nothing to do.
  private func mayStart(_ attempt: Attempt) -> Bool {
    guard scenario.isLate, attempt.number > 0 else { return true }
    let late = attempts[0]
    return gate.place(of: late.number) == .finished || late.pointCount > late.faultPoint + 1
  }

  /// Closes all connections.
  func end() async {
    for attempt in attempts {
      await attempt.process.shutdown()
    }
  }

  private func advance(_ attempt: Attempt) async throws {
    guard case .standing(_, let sagaID) = gate.place(of: attempt.number) else {
      return attempt.start(scenario)
    }
    if attempt.pointCount == attempt.faultPoint + 1, let fault = attempt.fault {
      try await happen(fault, to: attempt, sagaID)
    }
    gate.release(attempt.number)
  }

  private func happen(_ fault: ScheduleFault, to attempt: Attempt, _ sagaID: UUID) async throws {
    let process = attempt.process
    switch fault {
    case .killed: try await process.kill(world)
    case .regionalCut: try await world.cut(process.name, from: ScheduleWorld.database(process.region))
    case .globalCut: try await world.cut(process.name, from: ScheduleWorld.database(nil))
    case .regionalUnanswered:
      try await world.leaveUnanswered(process.name, in: world.region(process.region))
    case .globalUnanswered: try await world.leaveUnanswered(process.name, in: world.global)
    case .overdue: try await age(sagaID, in: process.region)
    case .recovered:
      try await age(sagaID, in: process.region)
      // A second process; where it meets a lock that the standing one holds, it fails, and recovery comes again later.
      let other = SimulatedProcess(process.region, world)
      try await world.limitLockWaits(to: "50ms", for: other) {
        _ = try? await other.recovery(nil).recoverOverdue(logger: ScheduleWorld.quiet)
      }
    }
  }

  private func age(_ sagaID: UUID, in region: String) async throws {
    // The row may be locked by the attempt's own open transaction; then the deadline passes another time.
    try await world.rows(
      world.region(region),
      """
      UPDATE sagas SET deadline = now() - interval '1 second'
      WHERE saga_id IN (SELECT saga_id FROM sagas WHERE saga_id = $1 FOR UPDATE SKIP LOCKED)
      """,
      sagaID
    )
  }

  /// Waits until an attempt stands at a point, has ended, or waits for a lock.
  /// - Parameter isAlone: nobody else can move, so its lock must come free.
  /// - Returns: false if it waits for a lock.
  private func comesToRest(_ attempt: Attempt, isAlone: Bool = false) async throws -> Bool {
    let limit = ContinuousClock.now + .seconds(30)
    var looks = 0
    while gate.place(of: attempt.number) == .running {
      guard ContinuousClock.now < limit else { throw Stuck() }
      looks += 1
      // A look into the server is dearer than one at the gate.
      if looks % 8 == 4 { try await world.endUnanswered(attempt.process.name) }
      if looks % 8 == 0, try await world.waitsForLock(attempt.process.name), !isAlone {
        return gate.place(of: attempt.number) != .running
      }
      try await Task.sleep(for: .microseconds(250))
    }
    return true
  }
}

extension ScheduleWorld {
  /// Runs the body with a bound on how long a process waits for locks.
  fileprivate func limitLockWaits(
    to limit: String,
    for process: SimulatedProcess,
    _ body: () async throws -> Void
  )
    async throws
  {
    let role = "vetchium_api_\(process.region)"
    for name in [Self.database(nil), Self.database(process.region)] {
      try await rows(global, "ALTER ROLE \(role) IN DATABASE \(name) SET lock_timeout = '\(limit)'")
    }
    try await body()
    for name in [Self.database(nil), Self.database(process.region)] {
      try await rows(global, "ALTER ROLE \(role) IN DATABASE \(name) RESET lock_timeout")
    }
    await process.shutdown()
  }
}
