public import HTTP1
import HTTPTypes
import JSON
import Metrics
import NIOCore
import NIOPosix
public import PostgresClient
public import ServiceRuntime
import Telemetry

/// One thing that a service works with, as its readiness shows it.
public struct Dependency: Sendable {
  /// The result of one look at it.
  public enum State: Sendable, Equatable {
    case up
    /// It cannot be used, for this reason, which names nothing secret.
    case down(String)
    /// It replies, but takes no writes: a standby, or a primary that has been made read-only.
    case readOnly

    fileprivate var word: String {
      switch self {
      case .up: "up"
      case .down: "down"
      case .readOnly: "read-only"
      }
    }

    fileprivate var reason: String? {
      switch self {
      case .up: nil
      case .down(let reason): reason
      case .readOnly: "it takes no writes: a standby, or default_transaction_read_only"
      }
    }
  }

  let name: StaticString
  /// Without it, the service is of no use.
  let isRequired: Bool
  let state: @Sendable () async -> State

  private init(_ name: StaticString, isRequired: Bool, state: @escaping @Sendable () async -> State) {
    self.name = name
    self.isRequired = isRequired
    self.state = state
  }

  /// A database without which the service can do nothing: it must take writes.
  public static func required(_ name: StaticString, _ pool: PostgresPool) -> Dependency {
    Dependency(name, isRequired: true) { await state(of: pool) }
  }

  /// A part of the service without which it is of no use.
  public static func required(_ name: StaticString, state: @escaping @Sendable () async -> State)
    -> Dependency
  {
    Dependency(name, isRequired: true, state: state)
  }

  /// A dependency that is reported only: much of the service works without it.
  public static func optional(_ name: StaticString, _ pool: PostgresPool) -> Dependency {
    Dependency(name, isRequired: false) { await state(of: pool) }
  }

  /// A dependency that is reported only.
  public static func optional(_ name: StaticString, state: @escaping @Sendable () async -> State)
    -> Dependency
  {
    Dependency(name, isRequired: false, state: state)
  }

  private static func state(of pool: PostgresPool) async -> State {
    switch await pool.access() {
    case .readWrite: .up
    case .readOnly: .readOnly
    case .none(let reason): .down(reason)
    }
  }

  fileprivate func isUsable(_ state: State) -> Bool { state == .up || (!isRequired && state == .readOnly) }
}

/// `/livez` and `/healthz` (the process lives), `/readyz` (it can serve), `/metrics`.
///
///   what is so                                       /livez   /readyz
///   ------------------------------------------------ -------  ---------------------------
///   the required database replies and takes writes   200      200
///   it is out of reach, or takes no writes           200      503, with its name and the reason
///   it is another database than the service's        200      503, with both names
///   its schema is not one the program works with     200      503, with both versions
///   another dependency is out of reach               200      200, with its name
///   the service was told to stop                     200      503 until the listener closes
///
/// A server that is not ready takes no traffic from balancers, so readiness depends on nothing that only some requests
/// need: an outage of the global database must not take down the servers of all regions.
public enum HealthRoutes {
  /// - Parameters:
  ///   - memory: what the requests of the process hold.
  ///   - refresh: brings gauges up to date before they are shown.
  public static func routes(
    _ dependencies: [Dependency],
    _ context: ServiceContext,
    memory: RequestMemory,
    refresh: @escaping @Sendable () -> Void = {}
  ) -> [Route] {
    let lives: @Sendable (InboundRequest) -> Response = { _ in .json { $0.member("status", "ok") } }
    return [
      Route(.get, "/livez", isLogged: false) { lives($0) },
      Route(.get, "/healthz", isLogged: false) { lives($0) },
      Route(.get, "/readyz", isLogged: false) { _ in
        readiness(await look(at: dependencies), isDraining: context.drain.isDraining)
      },
      Route(.get, "/metrics", isLogged: false) { _ in
        _ = await look(at: dependencies)
        PlatformMetrics.requestMemory().record(memory.bytes)
        refresh()
        return Response(
          status: .ok,
          headers: [.contentType: "text/plain; version=0.0.4; charset=utf-8"],
          body: ResponseBody(string: context.metrics.exposition())
        )
      },
    ]
  }

  private struct Finding {
    let dependency: Dependency
    let state: Dependency.State
  }

  /// Looks at all dependencies at the same time and records what it finds.
  private static func look(at dependencies: [Dependency]) async -> [Finding] {
    let states = await withTaskGroup(of: (Int, Dependency.State).self) { group in
      for (index, dependency) in dependencies.enumerated() {
        group.addTask { (index, await dependency.state()) }
      }
      return await group.reduce(into: [Int: Dependency.State]()) { $0[$1.0] = $1.1 }
    }
    return dependencies.enumerated().map { index, dependency in
      let state = states[index] ?? .down("not asked")
      PlatformMetrics.dependencyUp("\(dependency.name)").record(dependency.isUsable(state) ? 1 : 0)
      return Finding(dependency: dependency, state: state)
    }
  }

  private static func readiness(_ findings: [Finding], isDraining: Bool) -> Response {
    let missing = findings.filter { $0.dependency.isRequired && !$0.dependency.isUsable($0.state) }
    let isReady = missing.isEmpty && !isDraining
    return .json(status: isReady ? .ok : .serviceUnavailable) { json in
      json.member("status", isDraining ? "draining" : isReady ? "ready" : "not ready")
      json.member("missing", missing.map { "\($0.dependency.name)" }.sorted())
      json.member(
        "dependencies",
        object: { members in
          for finding in findings { members.member(finding.dependency.name, finding.state.word) }
        }
      )
      json.member(
        "reasons",
        object: { members in
          for finding in findings {
            if let reason = finding.state.reason { members.member(finding.dependency.name, reason) }
          }
        }
      )
    }
  }
}

/// Asks the service that runs with the same settings, from another process on the same machine: the health check of a
/// container, whose image has no shell and no other client.
public enum HealthProbe {
  private static let timeout = TimeAmount.seconds(3)

  /// - Returns: why it did not reply with 200; nil if it did.
  @Sendable public static func ask(_ path: String, _ settings: CommonSettings) async -> String? {
    guard settings.port != 0 else { return "HTTP_PORT is 0, so that the service's port is not known" }
    // The addresses that stand for all of the machine's own.
    let host =
      ["::": "127.0.0.1", "0.0.0.0": "127.0.0.1", "localhost": "127.0.0.1"][settings.host] ?? settings.host
    let authority = host.contains(":") ? "[\(host)]:\(settings.port)" : "\(host):\(settings.port)"
    guard let endpoint = try? HTTPEndpoint("http://\(authority)") else {
      return "http://\(authority) is no URL"
    }
    let client = HTTPClient(group: MultiThreadedEventLoopGroup.singleton)
    let request = ClientRequest(method: .get, target: path, fields: [.host: endpoint.authority])
    let outcome = await client.makeHandle(preferring: nil)
      .send(request, to: endpoint, connectTimeout: timeout, timeout: timeout)
    await client.shutdown()
    switch outcome {
    case .success(.whole(let head, _)), .success(.streaming(let head, _)):
      return head.status == 200 ? nil : "status \(head.status)"
    case .failure(let error): return "no reply at \(endpoint): \(error)"
    }
  }
}

/// The gauges of a pool's connections and of the callers that wait for one.
public enum PoolMetrics {
  /// - Parameter database: `regional` or `global`.
  public static func report(_ database: String, _ statistics: PostgresPoolStatistics) {
    for (state, count) in [
      ("idle", statistics.idle), ("busy", statistics.busy), ("shared", statistics.sharedConnections),
      ("connecting", statistics.connecting),
    ] {
      PlatformMetrics.databasePoolConnections(database, state).record(count)
    }
    PlatformMetrics.databasePoolWaiting(database).record(statistics.waiting)
  }
}
