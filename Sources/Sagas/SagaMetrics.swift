import Metrics

/// What recovery measures. Undos that fail are counted with the other consistency alerts.
enum SagaMetrics {
  static func recovered(_ kind: String) {
    Counter(label: "vetchium_sagas_recovered_total", dimensions: [("kind", kind)]).increment()
  }
}
