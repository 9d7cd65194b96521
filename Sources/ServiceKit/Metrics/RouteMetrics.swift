import Metrics

/// What is counted of every route.
struct RouteMetrics: Sendable {
  private let byStatusClass: [Counter]
  private let duration: Timer

  /// For requests that match no route: they share one set, so a scanner cannot grow the metrics.
  static let unmatched = RouteMetrics(method: "any", path: "unmatched")

  init(method: String, path: String) {
    let dimensions = [("method", method), ("route", path)]
    byStatusClass = (1...5).map {
      Counter(label: MetricName.httpRequests, dimensions: dimensions + [("status", "\($0)xx")])
    }
    duration = Timer(label: MetricName.httpRequestDuration, dimensions: dimensions)
  }

  func record(status: Int, nanoseconds: Int64) {
    byStatusClass[min(max(status / 100, 1), 5) - 1].increment()
    duration.recordNanoseconds(nanoseconds)
  }
}
