import PostgresClient

/// Lets the machine decide and somebody else perform, to the end.
struct SagaProgress {
  private(set) var firstError: (any Error)?
  private(set) var lastError: (any Error)?

  mutating func run(
    from first: SagaMachine.Step,
    reach: (SagaMachine.Step, SagaPoint.Moment) async -> Void,
    perform: (SagaMachine.Step) async throws -> SagaMachine.Event
  ) async -> SagaMachine.Ending {
    var step = first
    while true {
      await reach(step, .before)
      let event: SagaMachine.Event
      do {
        event = try await perform(step)
      } catch {
        if firstError == nil { firstError = error }
        lastError = error
        event = Self.event(of: error, in: step)
      }
      await reach(step, .after)
      switch SagaMachine.next(after: step, event) {
      case .perform(let next): step = next
      case .end(let ending): return ending
      }
    }
  }

  /// What an error proves about a step. Whatever goes wrong in a transaction before its COMMIT is rolled back, by us or by the
  /// server that lost us; of a step that is a single statement a lost connection proves nothing.
  static func event(of error: any Error, in step: SagaMachine.Step) -> SagaMachine.Event {
    guard let error = error as? PostgresError else { return .refused }
    switch step {
    case .insertIntent, .writeGlobal, .writeRegional, .undoGlobal:
      return error.code == .commitOutcomeUnknown ? .unknown : .refused
    case .fence, .verify, .deleteIntent:
      return switch error.code {
      case .commitOutcomeUnknown, .unavailable, .statementTimeout, .cancelled, .closed: .unknown
      case .poolTimeout, .server, .decoding, .misuse: .refused
      }
    }
  }
}
