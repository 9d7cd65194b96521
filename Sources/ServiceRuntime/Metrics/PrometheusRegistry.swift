public import Metrics
import NIOConcurrencyHelpers
import Synchronization
import Telemetry

/// The back end of swift-metrics: keeps every series in memory and writes them in the Prometheus text format 0.0.4.
///
/// Written here because no Prometheus exporter is among the packages this project can use.
public final class PrometheusRegistry: MetricsFactory, Sendable {
  private struct Series {
    let name: String
    let labels: String
    let value: any MetricSeries
  }

  private let series = NIOLockedValueBox<[String: Series]>([:])

  public init() {}

  /// All series, sorted by name and labels.
  public func exposition() -> String {
    let all = series.withLockedValue { Array($0.values) }
    var text = ""
    for (name, members) in Dictionary(grouping: all, by: \.name).sorted(by: { $0.key < $1.key }) {
      if let help = PlatformMetrics.help[name] { text += "# HELP \(name) \(help)\n" }
      if let type = members.first?.value.prometheusType { text += "# TYPE \(name) \(type)\n" }
      for member in members.sorted(by: { $0.labels < $1.labels }) {
        text += member.value.lines(name: name, labels: member.labels)
      }
    }
    return text
  }

  public func makeCounter(label: String, dimensions: [(String, String)]) -> any CounterHandler {
    registered(label, dimensions) { CounterSeries() }
  }

  public func makeRecorder(
    label: String,
    dimensions: [(String, String)],
    aggregate: Bool
  ) -> any RecorderHandler {
    registered(label, dimensions) { GaugeSeries() }
  }

  public func makeTimer(label: String, dimensions: [(String, String)]) -> any TimerHandler {
    registered(label, dimensions) { HistogramSeries() }
  }

  // Series live as long as the process: their number is bounded by routes, regions and outcomes.
  public func destroyCounter(_ handler: any CounterHandler) {}
  public func destroyRecorder(_ handler: any RecorderHandler) {}
  public func destroyTimer(_ handler: any TimerHandler) {}

  private func registered<S: MetricSeries>(
    _ name: String,
    _ dimensions: [(String, String)],
    make: () -> S
  ) -> S {
    let labels = dimensions.map { "\($0.0)=\"\(Self.escaped($0.1))\"" }.joined(separator: ",")
    return series.withLockedValue { series in
      let key = "\(name){\(labels)}"
      if let known = series[key]?.value as? S { return known }
      let made = make()
      series[key] = Series(name: name, labels: labels, value: made)
      return made
    }
  }

  private static func escaped(_ value: String) -> String {
    String(value.flatMap { $0 == "\\" || $0 == "\"" ? ["\\", $0] : $0 == "\n" ? ["\\", "n"] : [$0] })
  }
}

/// One time series of the registry.
protocol MetricSeries: AnyObject, Sendable {
  var prometheusType: String { get }
  func lines(name: String, labels: String) -> String
}

private final class CounterSeries: CounterHandler, MetricSeries {
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

/// A gauge: the last value recorded.
private final class GaugeSeries: RecorderHandler, MetricSeries {
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

/// A Prometheus histogram of seconds. Recording is two atomic additions; the cumulative buckets are summed when read.
private final class HistogramSeries: TimerHandler, MetricSeries {
  /// Upper bounds in nanoseconds: from half a millisecond to ten seconds, as requests take, and on to three hours, as
  /// mails do whose server is away.
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
