import Logging
import ServiceLifecycle
import Synchronization

@testable import BackgroundWork

/// A replica whose work is only to note when it begins and ends.
final class Replica: Sendable {
  enum Note: Sendable, Equatable { case began, wasAskedToEnd, ended }
  /// When the work ends that is asked to.
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
      services: [leadership.whileLeading([BackgroundPiece("notes", working)])],
      logger: Logger(label: "tests") { _ in SwiftLogNoOpLogHandler() }
    )
    task = Task { [group] in try await group.run() }
  }

  /// Waits for the next note; nil when the time is over.
  func next(within limit: Duration = .seconds(20)) async -> Note? {
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

  /// For work that ends when it is told.
  func mayEnd() { ends.continuation.yield() }

  /// Ends it as it stands, as a crash would: nothing is given back.
  func abandon() async {
    task.cancel()
    _ = await task.result
  }
}

private final class Notes: Sendable {
  private let notes = Mutex<[Replica.Note]>([])

  func add(_ note: Replica.Note) { notes.withLock { $0.append(note) } }
  func take() -> Replica.Note? { notes.withLock { $0.isEmpty ? nil : $0.removeFirst() } }
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
