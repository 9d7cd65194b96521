import HTTP1
import Metrics
import NIOConcurrencyHelpers
import NIOCore
import Telemetry
import Vocabulary

/// Counts hops by home region and outcome, and measures how long they take until the response's head.
///
/// Counters and timers are kept: making one anew costs more than the rest of the counting.
final class ForwardMetrics: Sendable {
  private struct CounterKey: Hashable {
    let region: RegionCode
    let outcome: String
  }

  private struct Series {
    var counters: [CounterKey: Counter] = [:]
    var timers: [RegionCode: Timer] = [:]
  }

  private let series = NIOLockedValueBox(Series())

  /// Records the outcome of one hop.
  /// - Parameter start: the moment at which the hop began; nil if nothing was sent.
  func record(_ result: Result<Response, ForwardingError>, to region: RegionCode, since start: NIODeadline?) {
    let (counter, timer) = series.withLockedValue { series in
      (
        Self.counter(region, result.outcome, &series.counters),
        start.map { _ in Self.timer(region, &series.timers) }
      )
    }
    counter.increment()
    if let start { timer?.recordNanoseconds((.now() - start).nanoseconds) }
  }

  private static func counter(
    _ region: RegionCode,
    _ outcome: String,
    _ counters: inout [CounterKey: Counter]
  ) -> Counter {
    let key = CounterKey(region: region, outcome: outcome)
    if let known = counters[key] { return known }
    let made = PlatformMetrics.forwards(region.rawValue, outcome)
    counters[key] = made
    return made
  }

  private static func timer(_ region: RegionCode, _ timers: inout [RegionCode: Timer]) -> Timer {
    if let known = timers[region] { return known }
    let made = PlatformMetrics.forwardDuration(region.rawValue)
    timers[region] = made
    return made
  }
}
