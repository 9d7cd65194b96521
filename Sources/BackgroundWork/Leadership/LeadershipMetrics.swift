import Metrics

enum LeadershipMetrics {
  /// 1 in the one replica that does the background work, 0 in the others.
  static func leads(_ leads: Bool) {
    Gauge(label: "vetchium_background_leader").record(leads ? 1 : 0)
  }
}
