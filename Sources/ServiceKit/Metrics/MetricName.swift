/// The metrics of HTTP, hops, sagas and pools, with their meaning; the Prometheus exporter prints these as help texts. A module
/// that owns a metric of its own declares it itself, as `MailMetrics` does.
public enum MetricName {
  public static let httpRequests = "vetchium_http_requests_total"
  public static let httpRequestDuration = "vetchium_http_request_duration_seconds"
  public static let forwards = "vetchium_forwards_total"
  public static let forwardDuration = "vetchium_forward_duration_seconds"
  public static let consistencyAlerts = "vetchium_consistency_alerts_total"
  public static let databasePoolConnections = "vetchium_database_pool_connections"
  public static let databasePoolWaiting = "vetchium_database_pool_waiting"

  static let help: [String: String] = [
    httpRequests: "Finished requests by route, method and status class.",
    httpRequestDuration: "Time from request head to the end of the answer.",
    forwards: "Requests forwarded to another region, by region and outcome.",
    forwardDuration: "Time from the start of a hop to the head of its response, by region.",
    consistencyAlerts: "Compensations that failed and need an operator.",
    databasePoolConnections: "Connections of a pool by state.",
    databasePoolWaiting: "Callers waiting for a connection of a pool.",
  ]
}
