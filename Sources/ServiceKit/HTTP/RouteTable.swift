import HTTPTypes

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
