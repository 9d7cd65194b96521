import Telemetry

/// Prints docs/reference/metrics.md; `make generate` runs it.
@main
enum MetricsReferencePage {
  static func main() { print(MetricsReference.page, terminator: "") }
}
