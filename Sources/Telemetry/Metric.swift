// Telemetry: every metric of the platform, declared once with its help text and labels.
//
//   Metric              one declaration; calling it with the values of its labels gives the instrument to record with
//   PlatformMetrics     the list
//   MetricsReference    docs/reference/metrics.md, made from the list
//
// Modules record through this list only, so that an exporter can print help texts and a page can name them all. The
// module knows no exporter: that is swift-metrics' business, which `ServiceProgram` sets up.

public import Metrics

/// The declaration of a metric that is recorded with a `Counter`, a `Gauge` or a `Timer` of swift-metrics.
public struct Metric<Instrument>: Sendable {
  public let description: MetricDescription

  /// The name in the Prometheus text format.
  public var name: String { description.name }

  /// The dimensions of a series: the labels with these values, in the order of the declaration.
  fileprivate func dimensions(_ values: [String]) -> [(String, String)] {
    precondition(values.count == description.labels.count, "\(name) has the labels \(description.labels)")
    return Array(zip(description.labels, values))
  }
}

/// The facts about a metric that an exporter and the reference page show.
public struct MetricDescription: Sendable, Equatable {
  /// The Prometheus type of the metric.
  public enum Kind: String, Sendable {
    case counter
    case gauge
    /// A histogram of seconds.
    case histogram
  }

  public let name: String
  public let kind: Kind
  public let labels: [String]
  public let help: String
  /// The programs that export the metric.
  public let programs: [String]
}

extension Metric where Instrument == Counter {
  /// The counter of one series.
  /// - Parameter values: the values of the labels, in the order of the declaration.
  public func callAsFunction(_ values: String...) -> Counter {
    Counter(label: name, dimensions: dimensions(values))
  }
}

extension Metric where Instrument == Gauge {
  /// The gauge of one series.
  /// - Parameter values: the values of the labels, in the order of the declaration.
  public func callAsFunction(_ values: String...) -> Gauge {
    Gauge(label: name, dimensions: dimensions(values))
  }
}

extension Metric where Instrument == Timer {
  /// The timer of one series; recorded durations become a histogram of seconds.
  /// - Parameter values: the values of the labels, in the order of the declaration.
  public func callAsFunction(_ values: String...) -> Timer {
    Timer(label: name, dimensions: dimensions(values))
  }
}

extension Metric {
  init(
    _ kind: MetricDescription.Kind,
    _ name: String,
    _ labels: [String],
    _ programs: [String],
    _ help: String
  ) {
    description = MetricDescription(name: name, kind: kind, labels: labels, help: help, programs: programs)
  }
}
