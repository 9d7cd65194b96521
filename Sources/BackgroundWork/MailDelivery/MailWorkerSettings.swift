/// How the worker delivers. Defaults are those of the environment variables.
public struct MailWorkerSettings: Sendable {
  /// `EMAIL_WORKER_BATCH_SIZE`: mails that a lane takes before it looks up; a full batch is followed by the next.
  public var batchSize: Int
  /// `EMAIL_WORKER_POLL_INTERVAL`: the safety net below notifications and known due times.
  public var pollInterval: Duration
  /// `EMAIL_WORKER_MAX_ATTEMPTS`
  public var maxAttempts: Int
  /// Deliveries at once. Each holds the lock of its own row on a database connection of its own and has an SMTP connection of
  /// its own, so they share nothing and one that waits for a slow server holds up no other; the number is bounded because
  /// database connections are, and because mail servers turn away clients with dozens of connections.
  public var concurrency: Int
  /// How long a message may take to be handed over once the worker is asked to stop. The answer to one that has been is waited for
  /// as long as at other times.
  public var shutdownGrace: Duration

  public init(
    batchSize: Int = 10,
    pollInterval: Duration = .seconds(30),
    maxAttempts: Int = 5,
    concurrency: Int = 8,
    shutdownGrace: Duration = .seconds(10)
  ) {
    self.batchSize = batchSize
    self.pollInterval = pollInterval
    self.maxAttempts = maxAttempts
    self.concurrency = concurrency
    self.shutdownGrace = shutdownGrace
  }
}
