public import Metrics

/// The list of all metrics. A metric is added here and nowhere else; `make generate` then writes its row of
/// docs/reference/metrics.md.
public enum PlatformMetrics {
  private static let api = ["regional-api-server"]
  private static let services = ["regional-api-server", "regional-worker", "global-service"]
  private static let background = ["regional-worker", "global-service"]

  public static let httpRequests = Metric<Counter>(
    .counter,
    "vetchium_http_requests_total",
    ["method", "route", "status"],
    services,
    "Finished requests by route, method and status class."
  )
  public static let httpRequestDuration = Metric<Timer>(
    .histogram,
    "vetchium_http_request_duration_seconds",
    ["method", "route"],
    services,
    "Time from request head to the end of the response."
  )
  public static let requestMemory = Metric<Gauge>(
    .gauge,
    "vetchium_http_request_memory_bytes",
    [],
    services,
    "Bytes that the requests under way hold; REQUEST_MEMORY bounds them."
  )
  public static let requestsRefused = Metric<Counter>(
    .counter,
    "vetchium_http_bodies_refused_total",
    ["reason"],
    services,
    "Bodies refused because all requests (overloaded) or those of one client (share) held too much."
  )
  public static let forwards = Metric<Counter>(
    .counter,
    "vetchium_forwards_total",
    ["to_region", "outcome"],
    api,
    "Requests forwarded to another region, by region and outcome."
  )
  public static let forwardDuration = Metric<Timer>(
    .histogram,
    "vetchium_forward_duration_seconds",
    ["to_region"],
    api,
    "Time from the start of a hop to the head of its response, by region."
  )
  public static let hopsRefused = Metric<Counter>(
    .counter,
    "vetchium_hops_refused_total",
    ["reason"],
    api,
    "Requests whose Vetchium-Hop was not accepted, by reason."
  )
  public static let databasePoolConnections = Metric<Gauge>(
    .gauge,
    "vetchium_database_pool_connections",
    ["database", "state"],
    services,
    "Connections of a pool by state."
  )
  public static let databasePoolWaiting = Metric<Gauge>(
    .gauge,
    "vetchium_database_pool_waiting",
    ["database"],
    services,
    "Callers waiting for a connection of a pool."
  )
  public static let dependencyUp = Metric<Gauge>(
    .gauge,
    "vetchium_dependency_up",
    ["dependency"],
    services,
    "1 while the service can use the dependency, 0 while not, as of this look or the last one of `/readyz`."
  )

  public static let replicaLookups = Metric<Counter>(
    .counter,
    "vetchium_replica_lookups_total",
    ["outcome"],
    api,
    "Look-ups on the read replica of the global database: found, missing (then the primary was asked), failed."
  )

  public static let consistencyAlerts = Metric<Counter>(
    .counter,
    "vetchium_consistency_alerts_total",
    [],
    api,
    "Compensations that failed and need an operator."
  )
  public static let sagasRecovered = Metric<Counter>(
    .counter,
    "vetchium_sagas_recovered_total",
    ["kind"],
    api,
    "Interrupted sagas that recovery has completed or undone, by kind."
  )
  public static let sagasOverdue = Metric<Gauge>(
    .gauge,
    "vetchium_sagas_overdue",
    [],
    ["regional-worker"],
    "Sagas of the region that are past their deadline and not recovered yet."
  )
  public static let sagaRecoveryRequests = Metric<Counter>(
    .counter,
    "vetchium_saga_recovery_requests_total",
    ["outcome"],
    ["regional-worker"],
    "Requests to an API server to recover overdue sagas, by outcome: answered, refused, not configured."
  )

  public static let backgroundLeader = Metric<Gauge>(
    .gauge,
    "vetchium_background_leader",
    [],
    background,
    "1 in the one replica that does the background work, 0 in the others."
  )
  public static let cleanupRows = Metric<Counter>(
    .counter,
    "vetchium_clean_up_rows_total",
    ["job"],
    background,
    "Expired rows deleted, by job."
  )

  public static let mailAttempts = Metric<Counter>(
    .counter,
    "vetchium_mail_attempts_total",
    ["type", "outcome"],
    background,
    "Attempts to send a mail by type and outcome: accepted, refused."
  )
  public static let mailFailed = Metric<Counter>(
    .counter,
    "vetchium_mail_failed_total",
    ["type"],
    background,
    "Mails given up, by type."
  )
  public static let mailExpired = Metric<Counter>(
    .counter,
    "vetchium_mail_expired_total",
    ["type"],
    background,
    "Mails cancelled because their code or link had expired before the SMTP server accepted them, by type."
  )
  public static let mailUnopened = Metric<Counter>(
    .counter,
    "vetchium_mail_unopened_total",
    ["type"],
    background,
    "Attempts to send a mail that failed because no private key opens its sealed bodies, by type."
  )
  public static let mailDelivery = Metric<Timer>(
    .histogram,
    "vetchium_mail_delivery_seconds",
    ["type"],
    background,
    "Time from a mail's insertion to its acceptance by the SMTP server, waits included."
  )
  public static let lockWait = Metric<Gauge>(
    .gauge,
    "vetchium_database_lock_wait_seconds",
    [],
    ["global-service"],
    "Longest time that a session has waited for a lock in the global database; 0 in replicas that do not lead."
  )

  public static let mailPending = Metric<Gauge>(
    .gauge,
    "vetchium_mail_pending",
    [],
    background,
    "Mails that wait to be sent, at most 100,000; 0 in replicas that do not lead."
  )
  public static let mailOldestPending = Metric<Gauge>(
    .gauge,
    "vetchium_mail_oldest_pending_seconds",
    [],
    background,
    "Age of the oldest mail that waits to be sent; 0 if none does."
  )

  /// All metrics, by theme.
  public static let all: [MetricDescription] = [
    httpRequests.description, httpRequestDuration.description, requestMemory.description,
    requestsRefused.description, forwards.description,
    forwardDuration.description, hopsRefused.description,
    databasePoolConnections.description, databasePoolWaiting.description, dependencyUp.description,
    lockWait.description,
    replicaLookups.description,
    consistencyAlerts.description, sagasRecovered.description, sagasOverdue.description,
    sagaRecoveryRequests.description,
    backgroundLeader.description, cleanupRows.description,
    mailAttempts.description, mailFailed.description, mailExpired.description,
    mailUnopened.description, mailDelivery.description, mailPending.description,
    mailOldestPending.description,
  ]

  /// The help texts by name.
  public static let help = Dictionary(uniqueKeysWithValues: all.map { ($0.name, $0.help) })
}
