import HTTPTypes
import NIOHTTP1

/// All routes of a service, found by exact path: no path of this API has variables, and a path that exists answers other
/// methods with 405 and `Allow` (RFC 9110 §15.5.6).
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

  func match(_ method: HTTPMethod, _ path: String) -> Match {
    guard let routes = byPath[path] else { return .nothing }
    guard let route = routes.first(where: { $0.method == method }) else {
      return .otherMethods(routes.map(\.route.method))
    }
    return .route(route)
  }
}

/// A route with its metrics, made once.
final class MeasuredRoute: Sendable {
  let route: Route
  /// The route's, as the parser has it.
  let method: HTTPMethod
  let metrics: RouteMetrics

  init(_ route: Route) {
    self.route = route
    method = HTTPMethod(rawValue: route.method.rawValue)
    metrics = RouteMetrics(method: route.method.rawValue, path: route.path)
  }
}
