public import Logging
internal import SystemPrimitives

/// A sequence of LISTEN events that never fails: it reconnects with growing pauses.
///
/// Each iteration has a connection of its own, which ends with it. Notifications are wake-up calls: when more than
/// `bufferedEvents` are waiting to be read, the oldest are dropped.
public struct PostgresListener: AsyncSequence, Sendable {
  public enum Event: Sendable, Hashable {
    /// The server listens, for the first time or again; notifications from before are lost, so look for changes.
    case listening
    case notification(channel: String, payload: String)
  }

  public typealias Element = Event
  public typealias Failure = Never

  public static let bufferedEvents = 4096

  private let configuration: PostgresPoolConfiguration
  private let channels: [String]
  private let logger: Logger

  public init(_ configuration: PostgresPoolConfiguration, channels: [String], logger: Logger) {
    var configuration = configuration
    configuration.applicationName += " listener"
    self.configuration = configuration
    self.channels = channels
    self.logger = logger
  }

  public func makeAsyncIterator() -> AsyncStream<Event>.Iterator {
    let (stream, continuation) = AsyncStream<Event>.makeStream(
      bufferingPolicy: .bufferingNewest(Self.bufferedEvents)
    )
    let task = Task { await listen(continuation) }
    continuation.onTermination = { _ in task.cancel() }
    return stream.makeAsyncIterator()
  }

  private func listen(_ events: AsyncStream<Event>.Continuation) async {
    var backoff = ReconnectBackoff()
    while !Task.isCancelled {
      do {
        let connection = try await PostgresConnection.connect(configuration, logger: logger) {
          events.yield(.notification(channel: $0.channel, payload: $0.payload))
        }
        try await connection.executeScript(channels.map { "LISTEN \($0.quotedIdentifier);" }.joined())
        backoff.succeeded()
        events.yield(.listening)
        await watch(connection)
        await connection.close()
      } catch {
        backoff.failed(.now, jitter: .random(in: 0...1))
        logger.warning("cannot listen for notifications", metadata: ["error": "\(error)"])
        try? await Task.sleep(for: backoff.pause(jitter: .random(in: 0...1)))
      }
    }
    events.finish()
  }

  /// Returns when the connection has been closed or is old; asks it now and then whether it still works.
  private func watch(_ connection: PostgresConnection) async {
    while !Task.isCancelled, !connection.isClosed, !connection.isOld {
      await withTaskGroup { group in
        group.addTask { await connection.waitUntilClosed() }
        group.addTask { try? await Task.sleep(for: .seconds(30)) }
        await group.next()
        group.cancelAll()
      }
      if !Task.isCancelled, !connection.isClosed { _ = await connection.check() }
    }
  }
}

extension String {
  /// The text quoted as an SQL identifier.
  fileprivate var quotedIdentifier: String {
    "\"" + split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"") + "\""
  }
}

/// A notification, as NOTIFY sent it.
struct PostgresNotification: Sendable {
  let channel: String
  let payload: String
}
