import CoreMetrics
import Synchronization

/// A Prometheus histogram of seconds. Recording is two atomic additions; the cumulative buckets are summed when read.
final class HistogramSeries: TimerHandler, MetricSeries {
  /// Upper bounds in nanoseconds: from half a millisecond to ten seconds, as requests take, and on to three hours, as mails do whose
  /// server is away.
  private static let bounds: [Int64] = [
    500_000, 1_000_000, 2_500_000, 5_000_000, 10_000_000, 25_000_000, 50_000_000, 100_000_000, 250_000_000,
    500_000_000, 1_000_000_000, 2_500_000_000, 5_000_000_000, 10_000_000_000, 60_000_000_000, 600_000_000_000,
    3_600_000_000_000, 10_800_000_000_000,
  ]

  private final class Cell: Sendable {
    let count = Atomic<Int64>(0)
  }

  private let cells = (0...bounds.count).map { _ in Cell() }
  private let sum = Atomic<Int64>(0)

  var prometheusType: String { "histogram" }

  func recordNanoseconds(_ duration: Int64) {
    let index = Self.bounds.firstIndex { duration <= $0 } ?? Self.bounds.count
    cells[index].count.add(1, ordering: .relaxed)
    sum.add(duration, ordering: .relaxed)
  }

  func lines(name: String, labels: String) -> String {
    let separator = labels.isEmpty ? "" : ","
    var text = ""
    var total: Int64 = 0
    for (index, cell) in cells.enumerated() {
      total += cell.count.load(ordering: .relaxed)
      let bound = index < Self.bounds.count ? "\(Double(Self.bounds[index]) / 1e9)" : "+Inf"
      text += "\(name)_bucket{\(labels)\(separator)le=\"\(bound)\"} \(total)\n"
    }
    let suffix = labels.isEmpty ? "" : "{\(labels)}"
    text += "\(name)_sum\(suffix) \(Double(sum.load(ordering: .relaxed)) / 1e9)\n"
    return text + "\(name)_count\(suffix) \(total)\n"
  }
}
