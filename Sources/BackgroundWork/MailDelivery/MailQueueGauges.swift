public import Logging
public import Outbox
public import ServiceLifecycle

/// Measures a queue now and then. Only who delivers it does so: the figures of several replicas would add up.
public struct MailQueueGauges: Service {
  private static let interval = Duration.seconds(5)

  private let queue: MailQueue
  private let logger: Logger

  public init(_ queue: MailQueue, logger: Logger) {
    self.queue = queue
    self.logger = logger
  }

  public func run() async throws {
    defer { MailMetrics.waiting(MailBacklog(pending: 0, oldestAge: .zero)) }
    await cancelWhenGracefulShutdown {
      while !Task.isCancelled {
        do {
          MailMetrics.waiting(try await queue.measure())
        } catch {
          if !Task.isCancelled { logger.warning("mail queue not measured", metadata: ["error": "\(error)"]) }
        }
        try? await Task.sleep(for: Self.interval)
      }
    }
  }
}
