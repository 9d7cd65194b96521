internal import Logging
internal import Metrics
internal import NIOConcurrencyHelpers
internal import Sagas
public import Testing

/// Records the consistency alerts of one harness: their log lines and the counter, as an operator would see both.
public final class AlertRecorder: Sendable {
  private struct State {
    var lines: [[String: String]] = []
    var count: Int64 = 0
  }

  private let state: NIOLockedValueBox<State>
  let alert: SagaAlert
  let logger: Logger

  init() {
    let state = NIOLockedValueBox(State())
    self.state = state
    alert = SagaAlert(counter: Counter(label: "alerts", dimensions: [], handler: Handler(state: state)))
    logger = Logger(label: "portals") { _ in Lines(state: state) }
  }

  /// The fields of each log line CONSISTENCY_ALERT, its level included.
  public var lines: [[String: String]] { state.withLockedValue { $0.lines } }
  /// The value of the counter.
  public var count: Int64 { state.withLockedValue { $0.count } }

  /// Expects exactly one alert, counted once, with these fields and an error; those of a saga name its intent.
  public func expectOne(
    entity: String,
    entityID: String,
    action: String,
    error: String,
    hasIntent: Bool = true,
    sourceLocation: SourceLocation = #_sourceLocation
  ) {
    #expect(count == 1 && lines.count == 1, "\(lines)", sourceLocation: sourceLocation)
    guard let line = lines.first else { return }
    let expected = [
      "level": "error", "entity_type": entity, "entity_id": entityID, "intended_action": action,
    ]
    for (name, value) in expected {
      #expect(line[name]?.lowercased() == value.lowercased(), "\(line)", sourceLocation: sourceLocation)
    }
    #expect(line["error"]?.contains(error) == true, "\(line)", sourceLocation: sourceLocation)
    #expect((line["saga_id"] != nil) == hasIntent, "\(line)", sourceLocation: sourceLocation)
    // Ids and hashes only.
    #expect(!line.values.contains { $0.contains("@") }, "\(line)", sourceLocation: sourceLocation)
  }

  private struct Lines: LogHandler {
    let state: NIOLockedValueBox<State>
    var logLevel = Logger.Level.info
    var metadata: Logger.Metadata = [:]

    init(state: NIOLockedValueBox<State>) { self.state = state }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
      get { metadata[key] }
      set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
      guard event.message == "CONSISTENCY_ALERT" else { return }
      var fields = metadata.merging(event.metadata ?? [:]) { $1 }.mapValues(\.description)
      fields["level"] = event.level.rawValue
      state.withLockedValue { $0.lines.append(fields) }
    }
  }

  private final class Handler: CounterHandler {
    let state: NIOLockedValueBox<State>

    init(state: NIOLockedValueBox<State>) { self.state = state }

    func increment(by amount: Int64) { state.withLockedValue { $0.count += amount } }
    func reset() { state.withLockedValue { $0.count = 0 } }
  }
}
