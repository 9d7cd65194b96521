import HTTP1
import Logging
import Metrics
import PostgresClient
import RegionRouting
import RegionalDatabase
import Telemetry
import Vocabulary

/// Looks for overdue sagas now and then, and asks an API server of the region to recover them.
///
/// The worker sees the journal but neither accounts nor the global database, so it finds overdue sagas and cannot undo
/// them.
///
///   failure                                 what happens
///   --------------------------------------  ----------------------------------------------------------------------
///   no endpoint or no keys configured       overdue sagas are logged and shown in the metric, at every look
///   no server replies, or not with 200      a warning; tried again at the next look
///   an undo fails                           the server raises CONSISTENCY_ALERT; tried again at the next look
///   the worker's database is out of reach   a warning; tried again at the next look
///   two workers, or a request repeated      harmless: recoveries may run at once (see Sagas)
struct SagaRecoveryTrigger: Sendable {
  /// The time-out of a request: more than the server's work on a full batch takes when nothing hangs.
  private static let timeout = Duration.seconds(30)

  /// The API servers that are asked, and the client that signs the requests.
  struct Servers: Sendable {
    let client: PeerClient
    let region: RegionCode
    let endpoints: [HTTPEndpoint]
  }

  private let journal: PostgresPool
  private let servers: Servers?
  private let interval: Duration
  private let logger: Logger
  private let overdue = PlatformMetrics.sagasOverdue()

  /// - Parameter servers: without any, overdue sagas are only reported.
  init(journal: PostgresPool, servers: Servers?, interval: Duration, logger: Logger) {
    self.journal = journal
    self.servers = servers
    self.interval = interval
    self.logger = logger
  }

  /// Runs until it is cancelled.
  func run() async throws {
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
    let response = await servers.client.post(
      InternalPath.recoverSagas,
      purpose: .recover,
      to: servers.region,
      at: servers.endpoints,
      timeout: Self.timeout
    )
    guard let response, response.status == 200 else {
      logger.warning(
        "no server recovers sagas",
        metadata: ["status": "\(response.map { String($0.status) } ?? "none")"]
      )
      return count("refused")
    }
    count("answered")
  }

  private func count(_ outcome: String) {
    PlatformMetrics.sagaRecoveryRequests(outcome).increment()
  }
}
