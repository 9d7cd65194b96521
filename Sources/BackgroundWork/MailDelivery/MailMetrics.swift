import Metrics
import Outbox

/// What the delivery measures.
enum MailMetrics {
  /// Attempts by mail type and outcome: `accepted`, `refused`.
  static func attempted(_ type: String, accepted: Bool) {
    Counter(
      label: "vetchium_mail_attempts_total",
      dimensions: [("type", type), ("outcome", accepted ? "accepted" : "refused")]
    ).increment()
  }

  /// Pending mails and the age of the oldest.
  static func waiting(_ backlog: MailBacklog) {
    Gauge(label: "vetchium_mail_pending").record(backlog.pending)
    Gauge(label: "vetchium_mail_oldest_pending_seconds").record(backlog.oldestAge / .seconds(1))
  }

  /// Mails given up.
  static func gaveUp(_ type: String) { failures(type).increment() }

  /// Makes the counters that alerts look at: an increase from nothing to one is none to Prometheus.
  static func begin(_ types: [String]) {
    for type in types { failures(type).increment(by: 0) }
  }

  private static func failures(_ type: String) -> Counter {
    Counter(label: "vetchium_mail_failed_total", dimensions: [("type", type)])
  }

  /// From being queued to being accepted, waits included.
  static func delivered(_ type: String, after seconds: Double) {
    Timer(label: "vetchium_mail_delivery_seconds", dimensions: [("type", type)]).recordSeconds(seconds)
  }
}
