import FoundationEssentials
import Telemetry
import Testing

struct MetricsReferenceTests {
  private static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()

  private static func files(below folder: String, ending suffix: String) throws -> [(
    path: String, text: String
  )] {
    let directory = root.appending(path: folder)
    return try FileManager.default.subpathsOfDirectory(atPath: directory.path).filter { $0.hasSuffix(suffix) }
      .map {
        ("\(folder)/\($0)", try String(contentsOf: directory.appending(path: $0), encoding: .utf8))
      }
  }

  @Test func thePageIsWhatTheListSays() throws {
    let page = try String(contentsOf: Self.root.appending(path: "docs/reference/metrics.md"), encoding: .utf8)
    #expect(page == MetricsReference.page, "make generate writes it again")
  }

  @Test func namesAreUniqueAndFollowPrometheusHabits() {
    #expect(Set(PlatformMetrics.all.map(\.name)).count == PlatformMetrics.all.count)
    for metric in PlatformMetrics.all {
      #expect(metric.name.hasPrefix("vetchium_") && !metric.help.isEmpty && !metric.programs.isEmpty)
      #expect(metric.name.hasSuffix("_total") == (metric.kind == .counter), "\(metric.name)")
      if metric.kind == .histogram { #expect(metric.name.hasSuffix("_seconds")) }
    }
  }

  /// Reads the source, since a declaration that is missing in `all` would otherwise not be noticed.
  @Test func everyDeclarationIsInTheListAndNoMetricIsDeclaredElsewhere() throws {
    for (path, text) in try Self.files(below: "Sources", ending: ".swift") {
      if path == "Sources/Telemetry/PlatformMetrics.swift" {
        let names = text.matches(of: /"(vetchium_[a-z_]+)"/).map { String($0.output.1) }
        #expect(names.sorted() == PlatformMetrics.all.map(\.name).sorted())
      } else {
        let inline = text.matches(
          of: /\b(Counter|Gauge|Timer|FloatingPointCounter|Meter|Recorder)\(\s*label:/
        )
        #expect(
          inline.isEmpty || path == "Sources/Telemetry/Metric.swift",
          "\(path) declares a metric of its own"
        )
      }
    }
  }

  @Test func pagesNameOnlyMetricsThatExist() throws {
    let names = Set(PlatformMetrics.all.map(\.name))
    for (path, text) in try Self.files(below: "docs", ending: ".md") {
      for match in text.matches(of: /`(vetchium_[a-z_]+_(?:total|seconds|pending|leader|overdue))`/) {
        #expect(names.contains(String(match.output.1)), "\(path)")
      }
    }
  }
}
