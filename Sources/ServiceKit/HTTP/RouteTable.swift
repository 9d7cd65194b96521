import HTTPTypes

/// All routes of a service, found by exact path. Hummingbird's router would find them too, but answers 404 where
/// RFC 9110 §15.5.6 wants 405 with `Allow`, and its patterns have nothing to match here.
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
    guard let route = routes.first(where: { $0.route.method == method }) else {
      return .otherMethods(routes.map(\.route.method))
    }
    return .route(route)
  }
}

/// A route with its metrics, made once.
struct MeasuredRoute: Sendable {
  let route: Route
  let metrics: RouteMetrics

  init(_ route: Route) {
    self.route = route
    metrics = RouteMetrics(method: route.method.rawValue, path: route.path)
  }
}
