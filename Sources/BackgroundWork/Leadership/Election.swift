import FoundationEssentials
import Logging
import Metrics
import PostgresClient
import ServiceLifecycle
import SharedQueries
import SystemPrimitives
import Telemetry

/// Carries out the answers of `ElectionMachine`: connects, asks, starts and ends the work.
struct Election: Service {
  /// An event with the number of its connection, so that late reports of an earlier connection are dropped.
  private enum Report: Sendable {
    case connected(Int, PostgresConnection)
    case leaseAnswered(Int, isOurs: Bool, asked: ContinuousClock.Instant)
    case lost(Int, reason: String)
    case workEnded
    case stop
  }

  private let leadership: Leadership
  private let jobs: [BackgroundJob]
  private let reports: AsyncStream<Report>.Continuation
  private let stream: AsyncStream<Report>

  init(_ leadership: Leadership, _ jobs: [BackgroundJob]) {
    self.leadership = leadership
    self.jobs = jobs
    (stream, reports) = AsyncStream<Report>.makeStream()
  }

  private var times: LeadershipTimes { leadership.times }
  private var tables: any LeadershipTables.Type { leadership.tables }
  private var logger: Logger { leadership.logger }

  /// Returns when it has been asked to stop and the work has ended. A cancelled task ends the work without giving the
  /// lease back.
  func run() async throws {
    setGauge(false)
    await withGracefulShutdownHandler {
      await withDiscardingTaskGroup { group in await elect(&group) }
    } onGracefulShutdown: {
      reports.yield(.stop)
    }
    leadership.trust.close()
    setGauge(false)
  }

  /// 1 in the one replica that does the background work, 0 in the others.
  private func setGauge(_ leads: Bool) {
    PlatformMetrics.backgroundLeader().record(leads ? 1 : 0)
  }

  private func elect(_ group: inout DiscardingTaskGroup) async {
    var machine = ElectionMachine(times)
    var term = Term()
    perform(machine.start, &term, &group)
    for await report in stream {
      guard let event = take(report, &term, machine.state) else { continue }
      for action in machine.handle(event) {
        if action == .release { await release(&term) } else { perform(action, &term, &group) }
      }
      if machine.state == .stopped { break }
    }
    group.cancelAll()
  }

  /// Turns a report into an event; returns nil for one that comes too late.
  private func take(
    _ report: Report,
    _ term: inout Term,
    _ state: ElectionMachine.State
  ) -> ElectionMachine.Event? {
    switch report {
    case .connected(let number, let connection):
      guard number == term.number else { return nil }
      term.connection = connection
      return .connected
    case .leaseAnswered(let number, let isOurs, let asked):
      guard number == term.number else { return nil }
      if isOurs { leadership.trust.open(until: asked + times.trust) }
      return .leaseAnswered(isOurs: isOurs)
    case .lost(let number, let reason):
      guard number == term.number else { return nil }
      // The loss is reported once, by the first that saw it.
      term.number += 1
      if state == .leading {
        logger.warning("leadership lost", metadata: ["reason": "\(reason)"])
      } else {
        logger.warning("cannot take part in the election", metadata: ["reason": "\(reason)"])
      }
      return .lost
    case .workEnded: return .workEnded
    case .stop: return .stop
    }
  }

  private func perform(
    _ action: ElectionMachine.Action,
    _ term: inout Term,
    _ group: inout DiscardingTaskGroup
  ) {
    switch action {
    case .connect(let pause):
      let number = term.number
      group.addTask { await connect(number, after: pause) }
    case .askForLease(let pause):
      let (id, previousID, isRunning) = (term.id, term.previousID, term.work != nil)
      ask(term, after: pause, &group) { number, connection in
        // Trust runs from the question, not from the answer.
        let (asked, lease) = (ContinuousClock.now, times.lease.millisecondsRoundedUp)
        let rows =
          isRunning
          ? try await tables.renewTerm(connection, leaseMs: lease, termID: id)
          : try await tables.beginTerm(connection, termID: id, leaseMs: lease, previousTermID: previousID)
        return .leaseAnswered(number, isOurs: rows == 1, asked: asked)
      }
    case .startWork:
      logger.info("leading")
      setGauge(true)
      let work = LeaderTask(jobs, logger: logger)
      term.work = work
      group.addTask {
        await work.run()
        reports.yield(.workEnded)
      }
    case .endWork:
      setGauge(false)
      if let work = term.work { group.addTask { await work.end() } }
    case .distrust:
      leadership.trust.close()
    case .release: break
    }
  }

  private func ask(
    _ term: Term,
    after pause: Duration,
    _ group: inout DiscardingTaskGroup,
    _ question: @escaping @Sendable (Int, PostgresConnection) async throws -> Report
  ) {
    guard let connection = term.connection else { return }
    let number = term.number
    group.addTask {
      if pause != .zero { try? await Task.sleep(for: pause) }
      guard !Task.isCancelled else { return }
      do {
        reports.yield(try await question(number, connection))
      } catch {
        reports.yield(.lost(number, reason: "\(error)"))
      }
    }
  }

  private func connect(_ number: Int, after pause: Duration) async {
    if pause != .zero { try? await Task.sleep(for: pause) }
    guard !Task.isCancelled else { return }
    do throws(PostgresError) {
      let connection = try await PostgresConnection.connect(leadership.configuration, logger: logger)
      reports.yield(.connected(number, connection))
      await connection.waitUntilClosed()
      reports.yield(.lost(number, reason: "the connection ended"))
    } catch {
      reports.yield(.lost(number, reason: "\(error)"))
    }
  }

  /// Ends a term when its work has ended: gives the lease back, so that another replica can begin at once.
  private func release(_ term: inout Term) async {
    leadership.trust.close()
    setGauge(false)
    if let connection = term.connection {
      if term.work != nil, !connection.isClosed {
        _ = try? await tables.endTerm(connection, termID: term.id)
      }
      await connection.close()
    }
    if term.work != nil { logger.info("no longer leading") }
    term = Term(after: term)
  }
}

/// The state of a replica from one connection to the next.
private struct Term {
  /// The number of the connection, which tells its reports from those of earlier ones.
  var number: Int
  var connection: PostgresConnection?
  let id: UUID
  /// The last term whose work this process did and has ended; its lease need not be waited for.
  let previousID: UUID
  var work: LeaderTask?

  init() {
    number = 0
    id = UUID()
    previousID = UUID()
  }

  init(after term: Term) {
    number = term.number + 1
    id = UUID()
    previousID = term.work == nil ? term.previousID : term.id
  }
}

/// The decisions of one replica in elections: takes events and returns the actions that follow. It does no input or
/// output.
struct ElectionMachine: Sendable {
  enum State: Equatable, Sendable {
    case disconnected
    /// Connected; the lease of another replica may still run.
    case candidate
    case leading
    /// No longer leading; the work has not ended yet.
    case steppingDown
    case stopped
  }

  enum Event: Equatable, Sendable {
    case connected
    /// The connection, an attempt to make one, or a statement on it failed.
    case lost
    /// The answer says whether the term begins, or goes on.
    case leaseAnswered(isOurs: Bool)
    /// The work ended by itself, as it does when the process stops, or because it was asked to.
    case workEnded
    /// The process is asked to stop. Work notices that by itself.
    case stop
  }

  enum Action: Equatable, Sendable {
    case connect(after: Duration)
    case askForLease(after: Duration)
    case startWork
    /// Asks the work to end in order; trust runs out meanwhile, if it has not ended.
    case endWork
    /// Ends the trust at once.
    case distrust
    /// Gives the lease back, so that no other replica waits for it, and closes the connection.
    case release
  }

  private static let longestPause = Duration.seconds(8)

  let times: LeadershipTimes
  private(set) var state = State.disconnected
  private var isStopping = false
  private var failures = 0

  init(_ times: LeadershipTimes) { self.times = times }

  /// The first action.
  var start: Action { .connect(after: .zero) }

  mutating func handle(_ event: Event) -> [Action] {
    switch (state, event) {
    case (.disconnected, .connected):
      state = .candidate
      return isStopping ? stop() : [.askForLease(after: .zero)]
    case (.candidate, .leaseAnswered(let isOurs)):
      failures = 0
      if isStopping { return stop() }
      guard isOurs else { return [.askForLease(after: times.poll)] }
      state = .leading
      return [.startWork, .askForLease(after: times.renewal)]
    case (.leading, .leaseAnswered(isOurs: true)):
      return [.askForLease(after: times.renewal)]
    case (.leading, .leaseAnswered(isOurs: false)):
      state = .steppingDown
      return [.distrust, .endWork]
    case (.leading, .lost):
      // No other replica can begin before the trust has run out.
      state = .steppingDown
      return [.endWork]
    case (.leading, .workEnded):
      // Failed jobs are restarted: work ends only when the process stops.
      return stop()
    case (.steppingDown, .workEnded):
      if isStopping { return stop() }
      return reconnect()
    case (.disconnected, .lost), (.candidate, .lost):
      return isStopping ? stop() : reconnect()
    case (.disconnected, .stop), (.candidate, .stop):
      isStopping = true
      return stop()
    case (.leading, .stop), (.steppingDown, .stop):
      isStopping = true
      return []
    default:
      // Late answers of a connection that was given up.
      return []
    }
  }

  private mutating func stop() -> [Action] {
    state = .stopped
    return [.release]
  }

  /// Connects again: at once the first time, then after pauses that double, so that a database which can be reached
  /// but not used (not migrated yet, no rights) is not asked in a tight loop either.
  private mutating func reconnect() -> [Action] {
    state = .disconnected
    let pause = Backoff(from: times.poll, to: Self.longestPause).pause(afterFailures: failures)
    failures += 1
    return [.release, .connect(after: pause)]
  }
}
