/// Decides what a saga does next. A pure value: it is told how a step ended and answers with the next one.
struct SagaMachine: Equatable, Sendable {
  enum Step: Equatable, Sendable {
    case insertIntent, writeGlobal, writeRegional, fence, undoGlobal, deleteIntent
  }

  /// How a step ended.
  enum Event: Equatable, Sendable {
    case done
    /// Not done, for certain.
    case refused
    /// The connection was lost, or the time ran out: it may have been done.
    case unknown
    /// The fence found no intent: step 3 has committed.
    case intentGone
  }

  enum Action: Equatable, Sendable {
    case perform(Step)
    case succeed
    /// Answer the error of the step that failed first.
    case fail
    /// As `fail`, and tell an operator: the databases may disagree until recovery.
    case failWithAlert
  }

  private var step = Step.insertIntent

  static let firstStep = Step.insertIntent

  mutating func next(after event: Event) -> Action {
    switch (step, event) {
    case (.insertIntent, .done): perform(.writeGlobal)
    case (.insertIntent, _): .fail

    case (.writeGlobal, .done): perform(.writeRegional)
    case (.writeGlobal, .refused): perform(.deleteIntent)
    case (.writeGlobal, _): perform(.fence)

    case (.writeRegional, .done): .succeed
    case (.writeRegional, _): perform(.fence)

    case (.fence, .done): perform(.undoGlobal)
    case (.fence, .intentGone): .succeed
    case (.fence, _): .failWithAlert

    case (.undoGlobal, .done): perform(.deleteIntent)
    case (.undoGlobal, _): .failWithAlert

    // An intent that cannot be deleted now is found overdue later; undoing again is harmless.
    case (.deleteIntent, _): .fail
    }
  }

  private mutating func perform(_ next: Step) -> Action {
    step = next
    return .perform(next)
  }
}
