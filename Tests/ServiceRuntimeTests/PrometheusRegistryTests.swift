import Metrics
import ServiceRuntime
import Testing

struct PrometheusRegistryTests {
  @Test func showsCountersGaugesAndHistograms() {
    let registry = PrometheusRegistry()
    let counter = registry.makeCounter(label: "vetchium_x_total", dimensions: [("a", "q\"uote"), ("b", "2")])
    counter.increment(by: 2)
    // The same series under the same name and labels.
    registry.makeCounter(label: "vetchium_x_total", dimensions: [("a", "q\"uote"), ("b", "2")]).increment(
      by: 1
    )
    registry.makeRecorder(label: "vetchium_gauge", dimensions: [], aggregate: false).record(Int64(7))
    let timer = registry.makeTimer(label: "vetchium_seconds", dimensions: [])
    timer.recordNanoseconds(400_000)
    timer.recordNanoseconds(20_000_000_000)
    let lines = registry.exposition().split(separator: "\n")
    #expect(lines.contains(#"vetchium_x_total{a="q\"uote",b="2"} 3"#))
    #expect(lines.contains("vetchium_gauge 7.0"))
    #expect(lines.contains(#"vetchium_seconds_bucket{le="0.0005"} 1"#))
    #expect(lines.contains(#"vetchium_seconds_bucket{le="10.0"} 1"#))
    #expect(lines.contains(#"vetchium_seconds_bucket{le="+Inf"} 2"#))
    #expect(lines.contains("vetchium_seconds_count 2"))
    #expect(lines.contains("# TYPE vetchium_seconds histogram"))
  }
}
