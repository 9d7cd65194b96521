import Metrics

enum CleanUpMetrics {
  /// Rows deleted, by job.
  static func deleted(_ count: Int, by job: String) {
    Counter(label: "vetchium_clean_up_rows_total", dimensions: [("job", job)]).increment(by: count)
  }
}
