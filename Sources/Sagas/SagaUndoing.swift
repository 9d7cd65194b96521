import FoundationEssentials
import Logging
import PostgresClient
import RegionalDatabase

/// The second half of a saga that failed, the same for the process that began it and for a recovery elsewhere: fence, undo,
/// delete the intent.
struct SagaUndoing: Sendable {
  let steps: SagaSteps
  let subjectID: UUID
  /// How often the saga had been fenced when we did; whoever fences later takes it from us.
  private(set) var attempts: Int32 = 0

  init(_ steps: SagaSteps, subjectID: UUID) {
    self.steps = steps
    self.subjectID = subjectID
  }

  mutating func fence() async throws -> SagaMachine.Event {
    guard let row = try await steps.databases.journal.fenceSaga(sagaID: steps.id) else { return .gone }
    attempts = row.attempts
    return .done
  }

  func takeBack(_ undo: any SagaUndo) async throws -> SagaMachine.Event {
    do {
      try await steps.changeGlobal(.undoGlobal, attempts: attempts) { transaction in
        guard try await undo.takeBack(subjectID, in: transaction) else { throw SagaError.notUndone }
      }
      return .done
    } catch SagaError.takenOver {
      return .gone
    }
  }

  func deleteIntent() async throws -> SagaMachine.Event {
    let deleted = try await steps.databases.journal.deleteSaga(sagaID: steps.id, attempts: attempts)
    return deleted == 1 ? .done : .gone
  }

  /// For the operator who reads the journal; the database that failed may be this one, so it is only tried.
  func record(_ error: any Error) async {
    _ = try? await steps.databases.journal.recordSagaFailure(errorMessage: "\(error)", sagaID: steps.id)
  }
}
