import CoreMetrics
import Synchronization

final class CounterSeries: CounterHandler, MetricSeries {
  private let value = Atomic<Int64>(0)

  var prometheusType: String { "counter" }

  func increment(by amount: Int64) {
    value.add(amount, ordering: .relaxed)
  }

  func reset() {
    value.store(0, ordering: .relaxed)
  }

  func lines(name: String, labels: String) -> String {
    "\(name)\(labels.isEmpty ? "" : "{\(labels)}") \(value.load(ordering: .relaxed))\n"
  }
}
