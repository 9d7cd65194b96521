import Logging
import NIOConcurrencyHelpers
import ServiceLifecycle

@testable import BackgroundWork

/// A replica whose only job is to note when it begins and ends.
final class Replica: Sendable {
  enum Note: Sendable, Equatable { case began, wasAskedToEnd, ended }
  /// The moment at which a job ends that is asked to.
  enum End { case atOnce, whenTold }

  let leadership: Leadership
  private let task: Task<Void, any Error>
  private let group: ServiceGroup
  private let notes = Notes()
  private let ends = AsyncStream<Void>.makeStream()

  init(_ leadership: Leadership, ending: End = .atOnce) {
    self.leadership = leadership
    let ends = ending == .whenTold ? ends.stream : nil
    let working = Working(ends: ends) { [notes] in notes.add($0) }
    group = ServiceGroup(
      services: [leadership.whileLeading([BackgroundJob("notes", working)])],
      logger: Logger(label: "tests") { _ in SwiftLogNoOpLogHandler() }
    )
    task = Task { [group] in try await group.run() }
  }

  /// Waits for the next note; returns nil when the limit has passed.
  func next(within limit: Duration = .seconds(60)) async -> Note? {
    let limit = ContinuousClock.now + limit
    while ContinuousClock.now < limit {
      if let note = notes.take() { return note }
      try? await Task.sleep(for: .milliseconds(5))
    }
    return nil
  }

  func stop() async throws {
    await group.triggerGracefulShutdown()
    try await task.value
  }

  /// Tells the job to end, if it was made to wait for that.
  func mayEnd() { ends.continuation.yield() }

  /// Ends the replica as a crash would: the lease is not given back.
  func abandon() async {
    task.cancel()
    _ = await task.result
  }
}

private final class Notes: Sendable {
  private let notes = NIOLockedValueBox<[Replica.Note]>([])

  func add(_ note: Replica.Note) { notes.withLockedValue { $0.append(note) } }
  func take() -> Replica.Note? { notes.withLockedValue { $0.isEmpty ? nil : $0.removeFirst() } }
}

private struct Working: Service {
  let ends: AsyncStream<Void>?
  let note: @Sendable (Replica.Note) -> Void

  func run() async throws {
    note(.began)
    defer { note(.ended) }
    try await gracefulShutdown()
    guard let ends else { return }
    note(.wasAskedToEnd)
    for await _ in ends { return }
  }
}
