/// Decides what a saga does next: it is told how a step ended and returns the next one. Pure.
///
/// A run begins with the intent, a recovery with the fence.
struct SagaMachine: Equatable, Sendable {
  enum Step: String, CaseIterable, Sendable {
    case insertIntent, writeGlobal, writeRegional, fence, verify, undoGlobal, deleteIntent
  }

  /// The end of a step.
  enum Event: CaseIterable, Sendable {
    case done
    /// Certainly not done.
    case refused
    /// The connection was lost, or the time ran out: it may have been done.
    case unknown
    /// The journal has no such intent, or another process has fenced it since: the saga is no longer this process's.
    case gone
  }

  enum Ending: Equatable, Sendable {
    /// Both databases have it.
    case complete
    /// Neither has it, or another process is seeing to that.
    case undone
    /// The databases may disagree until a recovery succeeds: an operator is told.
    case alert
  }

  enum Action: Equatable, Sendable {
    case perform(Step)
    case end(Ending)
  }

  static let firstStepOfRun = Step.insertIntent
  static let firstStepOfRecovery = Step.fence

  static func next(after step: Step, _ event: Event) -> Action {
    switch (step, event) {
    case (.insertIntent, .done): .perform(.writeGlobal)
    // An intent whose COMMIT was never answered may stand: nothing follows it, recovery removes it.
    case (.insertIntent, _): .end(.undone)

    case (.writeGlobal, .done): .perform(.writeRegional)
    case (.writeGlobal, .refused): .perform(.deleteIntent)
    case (.writeGlobal, .unknown): .perform(.fence)
    case (.writeGlobal, .gone): .end(.undone)

    case (.writeRegional, .done): .end(.complete)
    case (.writeRegional, _): .perform(.fence)

    case (.fence, .done): .perform(.undoGlobal)
    // Step 3 has committed, or a recovery has undone everything: the record tells which.
    case (.fence, .gone): .perform(.verify)
    case (.fence, _): .end(.alert)

    case (.verify, .done): .end(.complete)
    // Refused: not there, so it was undone. Unknown: one of the two, and both are consistent.
    case (.verify, _): .end(.undone)

    case (.undoGlobal, .done): .perform(.deleteIntent)
    // Another process has fenced later and undoes in this one's place.
    case (.undoGlobal, .gone): .end(.undone)
    case (.undoGlobal, _): .end(.alert)

    // An intent that cannot be deleted now is found overdue later; undoing again is harmless.
    case (.deleteIntent, _): .end(.undone)
    }
  }
}
