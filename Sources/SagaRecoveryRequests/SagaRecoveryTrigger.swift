public import HTTP1
public import Logging
import Metrics
public import PostgresClient
public import RegionRouting
import RegionalDatabase
import Telemetry

/// The worker's end: looks for overdue sagas and asks a server to recover them. Background work: runs until it is cancelled.
public struct SagaRecoveryTrigger: Sendable {
  /// More than the server's work on a full batch takes when nothing hangs.
  private static let timeout = Duration.seconds(30)

  /// Whom to ask.
  public struct Servers: Sendable {
    let client: PeerClient
    let endpoints: [HTTPEndpoint]

    public init(client: PeerClient, endpoints: [HTTPEndpoint]) {
      self.client = client
      self.endpoints = endpoints
    }
  }

  private let journal: PostgresPool
  private let servers: Servers?
  private let interval: Duration
  private let logger: Logger
  private let overdue = PlatformMetrics.sagasOverdue()

  /// - Parameter servers: nil: overdue sagas are only reported.
  public init(journal: PostgresPool, servers: Servers?, interval: Duration, logger: Logger) {
    self.journal = journal
    self.servers = servers
    self.interval = interval
    self.logger = logger
  }

  public func run() async throws {
    while true {
      await look()
      try await Task.sleep(for: interval)
    }
  }

  private func look() async {
    do {
      guard let row = try await RegionalQueries(journal).countOverdueSagas() else { return }
      overdue.record(row.overdueCount)
      guard row.overdueCount > 0 else { return }
      let metadata: Logger.Metadata = [
        "overdue": "\(row.overdueCount)", "oldest_seconds": "\(row.oldestMs / 1000)",
      ]
      guard let servers else {
        logger.error("sagas are overdue and no server to recover them is configured", metadata: metadata)
        return count("not configured")
      }
      logger.warning("sagas are overdue", metadata: metadata)
      await ask(servers)
    } catch {
      logger.warning("cannot look for overdue sagas", metadata: ["error": "\(error)"])
    }
  }

  private func ask(_ servers: Servers) async {
    let answer = await servers.client.post(
      SagaRecoveryRoute.path,
      purpose: .recover,
      to: servers.endpoints,
      timeout: Self.timeout
    )
    guard let answer, answer.status == 200 else {
      logger.warning(
        "no server recovers sagas",
        metadata: ["status": "\(answer.map { String($0.status) } ?? "none")"]
      )
      return count("refused")
    }
    count("answered")
  }

  private func count(_ outcome: String) {
    PlatformMetrics.sagaRecoveryRequests(outcome).increment()
  }
}
