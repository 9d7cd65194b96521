import CoreMetrics
import Synchronization

/// The last value recorded.
final class GaugeSeries: RecorderHandler, MetricSeries {
  private let bits = Atomic<UInt64>(0)

  var prometheusType: String { "gauge" }

  func record(_ value: Int64) {
    record(Double(value))
  }

  func record(_ value: Double) {
    bits.store(value.bitPattern, ordering: .relaxed)
  }

  func lines(name: String, labels: String) -> String {
    "\(name)\(labels.isEmpty ? "" : "{\(labels)}") \(Double(bitPattern: bits.load(ordering: .relaxed)))\n"
  }
}
