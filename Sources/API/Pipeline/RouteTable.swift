public import HTTP1
public import HTTPTypes
import Metrics
import ServiceRuntime
import Telemetry

/// One path and method with its handler. Paths of this API have no variables, so a path is its own pattern.
public struct Route: Sendable {
  public typealias Handler = @Sendable (InboundRequest) async throws -> Response
  /// Passes a request on, and calls back once with the response. Returns false if it has done nothing, and the handler
  /// has to serve the request.
  public typealias Relay =
    @Sendable (InboundRequest, _ done: @escaping @Sendable (Result<Response, any Error>) -> Void) -> Bool

  public let method: HTTPRequest.Method
  public let path: String
  /// False for health checks and metric scrapes, which are not worth a log line each.
  public let isLogged: Bool
  /// Asked first; needs no task.
  public let relay: Relay?
  public let handle: Handler

  public init(
    _ method: HTTPRequest.Method,
    _ path: String,
    isLogged: Bool = true,
    relay: Relay? = nil,
    handle: @escaping Handler
  ) {
    self.method = method
    self.path = path
    self.isLogged = isLogged
    self.relay = relay
    self.handle = handle
  }
}

/// All routes of a service, found by exact path, since no path of this API has variables. A path that exists answers
/// other methods with 405 and `Allow` (RFC 9110 §15.5.6).
struct RouteTable: Sendable {
  enum Match {
    case route(MeasuredRoute)
    case otherMethods([HTTPRequest.Method])
    case nothing
  }

  private let byPath: [String: [MeasuredRoute]]

  init(_ routes: [Route]) {
    byPath = Dictionary(grouping: routes.map(MeasuredRoute.init), by: \.route.path)
    precondition(
      byPath.values.allSatisfy { Set($0.map(\.route.method)).count == $0.count },
      "two routes have the same method and path"
    )
  }

  func match(_ method: HTTPRequest.Method, _ path: String) -> Match {
    guard let routes = byPath[path] else { return .nothing }
    // RFC 9110 §9.3.2: HEAD wherever GET is; the connection leaves the body out.
    let wanted = method == .head ? .get : method
    if let route = routes.first(where: { $0.route.method == wanted }) { return .route(route) }
    let methods = routes.map(\.route.method)
    return .otherMethods(methods.contains(.get) ? methods + [.head] : methods)
  }
}

/// A route with its metrics, made once.
final class MeasuredRoute: Sendable {
  let route: Route
  let metrics: RouteMetrics

  init(_ route: Route) {
    self.route = route
    metrics = RouteMetrics(method: route.method.rawValue, path: route.path)
  }
}

/// The counters and the timer of one route.
struct RouteMetrics: Sendable {
  private let byStatusClass: [Counter]
  private let duration: Timer

  /// One set for all requests that match no route, so that a scanner cannot grow the metrics.
  static let unmatched = RouteMetrics(method: "any", path: "unmatched")

  init(method: String, path: String) {
    byStatusClass = (1...5).map {
      PlatformMetrics.httpRequests(method, path, "\($0)xx")
    }
    duration = PlatformMetrics.httpRequestDuration(method, path)
  }

  func record(status: Int, nanoseconds: Int64) {
    byStatusClass[min(max(status / 100, 1), 5) - 1].increment()
    duration.recordNanoseconds(nanoseconds)
  }
}
