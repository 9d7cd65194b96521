import Metrics
import NIOConcurrencyHelpers
import ServiceKit
import Vocabulary

/// Counts hops by region and outcome. The counters are kept: making one anew costs more than the rest of the counting.
enum ForwardMetrics {
  private struct Key: Hashable {
    let region: RegionCode
    let outcome: String
  }

  private static let counters = NIOLockedValueBox<[Key: Counter]>([:])

  static func record(_ region: RegionCode, outcome: String) {
    let counter = counters.withLockedValue { counters in
      let key = Key(region: region, outcome: outcome)
      if let known = counters[key] { return known }
      let made = Counter(
        label: MetricName.forwards,
        dimensions: [("to_region", region.rawValue), ("outcome", outcome)]
      )
      counters[key] = made
      return made
    }
    counter.increment()
  }
}
