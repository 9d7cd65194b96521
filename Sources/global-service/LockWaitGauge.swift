import GlobalDatabase
import Logging
import Metrics
import PostgresClient
import ServiceLifecycle
import Telemetry

/// Measures every five seconds how long anybody waits for a lock in the global database, which the services of all
/// regions share: a session that keeps one (a stuck process, or a stolen credential) holds them all up. Only the leader
/// does so. A measurement that fails is logged, and the next one is tried.
struct LockWaitGauge: Service {
  private static let interval = Duration.seconds(5)

  let global: PostgresPool
  let logger: Logger

  func run() async throws {
    defer { PlatformMetrics.lockWait().record(0) }
    await cancelWhenGracefulShutdown {
      while !Task.isCancelled {
        do {
          let row = try await GlobalQueries(global).findLongestLockWait()
          PlatformMetrics.lockWait().record(Double(row?.longestMs ?? 0) / 1000)
        } catch {
          if !Task.isCancelled { logger.warning("lock waits not measured", metadata: ["error": "\(error)"]) }
        }
        try? await Task.sleep(for: Self.interval)
      }
    }
  }
}
