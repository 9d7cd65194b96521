import Metrics
import Telemetry

/// What recovery measures. Undos that fail are counted with the other consistency alerts.
enum SagaMetrics {
  static func recovered(_ kind: String) {
    PlatformMetrics.sagasRecovered(kind).increment()
  }
}
