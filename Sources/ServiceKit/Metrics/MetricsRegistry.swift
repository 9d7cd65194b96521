public import CoreMetrics
import Synchronization

/// swift-metrics' back end: keeps every series in memory and writes them in the Prometheus text format 0.0.4.
///
/// Written here because no Prometheus exporter is among the packages this project can use.
public final class MetricsRegistry: MetricsFactory, Sendable {
  private struct Series {
    let name: String
    let labels: String
    let value: any MetricSeries
  }

  private let series = Mutex<[String: Series]>([:])

  public init() {}

  /// All series, sorted by name and labels.
  public func exposition() -> String {
    let all = series.withLock { Array($0.values) }
    var text = ""
    for (name, members) in Dictionary(grouping: all, by: \.name).sorted(by: { $0.key < $1.key }) {
      if let help = MetricName.help[name] { text += "# HELP \(name) \(help)\n" }
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
    return series.withLock { series in
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
