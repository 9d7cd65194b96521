import FoundationEssentials
import Logging
import PostgresClient
import ServiceLifecycle
import SharedQueries

/// Carries out what `ElectionMachine` says: connects, asks, starts and ends the work.
struct Election: Service {
  /// What happened; the number is that of the connection, so that what an earlier one reports late means nothing.
  private enum Report: Sendable {
    case connected(Int, PostgresConnection)
    case lockAnswered(Int, isOurs: Bool)
    case leaseAnswered(Int, isOurs: Bool, asked: ContinuousClock.Instant)
    case lost(Int, reason: String)
    case workEnded
    case stop
  }

  /// Any number that no other user of advisory locks takes: "leader" in ASCII.
  private static let lockKey: Int64 = 0x6C65_6164_6572

  private let leadership: Leadership
  private let pieces: [BackgroundPiece]
  private let reports: AsyncStream<Report>.Continuation
  private let stream: AsyncStream<Report>

  init(_ leadership: Leadership, _ pieces: [BackgroundPiece]) {
    self.leadership = leadership
    self.pieces = pieces
    (stream, reports) = AsyncStream<Report>.makeStream()
  }

  private var times: LeadershipTimes { leadership.times }
  private var tables: any LeadershipTables.Type { leadership.tables }
  private var logger: Logger { leadership.logger }

  /// Returns when it has been asked to stop and the work has ended. A cancelled task ends the work without giving the lease
  /// back.
  func run() async throws {
    LeadershipMetrics.leads(false)
    await withGracefulShutdownHandler {
      await withDiscardingTaskGroup { group in await elect(&group) }
    } onGracefulShutdown: {
      reports.yield(.stop)
    }
    leadership.trust.close()
    LeadershipMetrics.leads(false)
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

  /// Nil for what comes too late to mean anything.
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
    case .lockAnswered(let number, let isOurs):
      return number == term.number ? .lockAnswered(isOurs: isOurs) : nil
    case .leaseAnswered(let number, let isOurs, let asked):
      guard number == term.number else { return nil }
      if isOurs { leadership.trust.open(until: asked + times.trust) }
      return .leaseAnswered(isOurs: isOurs)
    case .lost(let number, let reason):
      guard number == term.number else { return nil }
      // Once is enough, whoever saw it first.
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
    case .askForLock(let pause):
      ask(term, after: pause, &group) { number, connection in
        let rows = try await tables.tryLeaderLock(connection, lockKey: Self.lockKey)
        return .lockAnswered(number, isOurs: rows == 1)
      }
    case .askForLease(let pause):
      let (id, previousID, isRunning) = (term.id, term.previousID, term.work != nil)
      ask(term, after: pause, &group) { number, connection in
        // Trust runs from the question, not from the answer.
        let (asked, lease) = (ContinuousClock.now, times.lease.roundedUpMilliseconds)
        let rows =
          isRunning
          ? try await tables.renewTerm(connection, leaseMs: lease, termID: id)
          : try await tables.beginTerm(connection, termID: id, leaseMs: lease, previousTermID: previousID)
        return .leaseAnswered(number, isOurs: rows == 1, asked: asked)
      }
    case .startWork:
      logger.info("leading")
      LeadershipMetrics.leads(true)
      let work = WorkingTerm(pieces: pieces, logger: logger)
      term.work = work
      group.addTask {
        await work.run()
        reports.yield(.workEnded)
      }
    case .endWork:
      LeadershipMetrics.leads(false)
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

  /// The last thing of a term, when its work has ended: whoever comes next can begin at once.
  private func release(_ term: inout Term) async {
    leadership.trust.close()
    LeadershipMetrics.leads(false)
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
