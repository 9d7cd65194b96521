import HTTP1
import HTTPTypes
import JSON
import Metrics
public import PostgresClient
public import ServiceRuntime
import Telemetry

/// `/healthz` (the process lives), `/readyz` (its own databases answer) and `/metrics`.
public enum HealthRoutes {
  /// - Parameters:
  ///   - dependencies: the databases that must answer for the service to be of use, by name.
  ///   - metrics: the registry that `/metrics` shows.
  ///   - refresh: brings gauges up to date before they are shown.
  public static func routes(
    ready dependencies: [(name: String, isReady: @Sendable () async -> Bool)],
    metrics: PrometheusRegistry,
    refresh: @escaping @Sendable () -> Void = {}
  ) -> [Route] {
    [
      Route(.get, "/healthz", isLogged: false) { _ in .json { $0.member("status", "ok") } },
      Route(.get, "/readyz", isLogged: false) { _ in await readiness(dependencies) },
      Route(.get, "/metrics", isLogged: false) { _ in
        refresh()
        return Response(
          status: .ok,
          headers: [.contentType: "text/plain; version=0.0.4; charset=utf-8"],
          body: ResponseBody(string: metrics.exposition())
        )
      },
    ]
  }

  private static func readiness(
    _ dependencies: [(name: String, isReady: @Sendable () async -> Bool)]
  ) async -> Response {
    let missing = await withTaskGroup(of: String?.self) { group in
      for dependency in dependencies {
        group.addTask { await dependency.isReady() ? nil : dependency.name }
      }
      return await group.reduce(into: [String]()) { missing, name in if let name { missing.append(name) } }
    }
    return .json(status: missing.isEmpty ? .ok : .serviceUnavailable) { json in
      json.member("status", missing.isEmpty ? "ready" : "not ready")
      json.member("missing", array: { list in missing.sorted().forEach { list.string($0) } })
    }
  }
}

/// The gauges of a pool's connections and of the callers that wait for one.
public enum PoolMetrics {
  /// - Parameter database: `regional` or `global`.
  public static func report(_ database: String, _ statistics: PostgresPoolStatistics) {
    for (state, count) in [
      ("idle", statistics.idle), ("busy", statistics.busy), ("lane", statistics.sharedConnections),
      ("connecting", statistics.connecting),
    ] {
      PlatformMetrics.databasePoolConnections(database, state).record(count)
    }
    PlatformMetrics.databasePoolWaiting(database).record(statistics.waiting)
  }
}
