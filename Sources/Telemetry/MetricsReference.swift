/// The reference page of all metrics, docs/reference/metrics.md.
public enum MetricsReference {
  /// The page in Markdown, one table row for each metric.
  public static var page: String {
    var page = """
      # Metrics

      Generated from `PlatformMetrics` by `make generate`; do not edit.

      Every service shows its metrics at `GET /metrics` in the Prometheus text format. A histogram has the series
      `_bucket`, `_sum` and `_count`, in seconds. The counters of failures for which alerts look exist from the start,
      with the value 0.

      | metric | type | labels | programs | meaning |
      |---|---|---|---|---|

      """
    for metric in PlatformMetrics.all {
      let labels = metric.labels.map { "`\($0)`" }.joined(separator: ", ")
      let programs = metric.programs.map { "`\($0)`" }.joined(separator: ", ")
      page += "| `\(metric.name)` | \(metric.kind.rawValue) | \(labels) | \(programs) | \(metric.help) |\n"
    }
    return page
  }
}
