import FoundationEssentials
import PostgresClient
import Testing

@testable import Sagas

/// What an error proves, and what the journal keeps.
struct SagaEventTests {
  @Test(arguments: SagaMachine.Step.allCases)
  func anErrorThatIsNotTheDatabasesIsCertain(_ step: SagaMachine.Step) {
    #expect(SagaProgress.event(of: SagaError.takenOver, in: step) == .refused)
  }

  @Test func anUndoSurvivesTheJournal() throws {
    let undo = Removal(hash: JournalHash(Data([0, 0xAB, 0xFF])))
    let details = try undo.details
    #expect(details.text == #"{"hash":"00abff"}"#)
    let read = try SagaKinds([Removal.self]).undo(kind: "removal", details: details)
    #expect((read as? Removal)?.hash == undo.hash)
  }

  @Test func aForeignKindIsAnErrorOfItsOwn() {
    #expect(throws: SagaError.unknownKind("later")) {
      try SagaKinds([Removal.self]).undo(kind: "later", details: PostgresJSON(text: "{}"))
    }
    #expect(throws: SagaError.unreadableDetails("removal")) {
      try SagaKinds([Removal.self]).undo(kind: "removal", details: PostgresJSON(text: #"{"hash":"XY"}"#))
    }
  }
}

private struct Removal: SagaUndo {
  static let kind = "removal"
  static let entity = "thing"
  static let action = "remove"
  let hash: JournalHash

  func takeBack(_ subjectID: UUID, in transaction: PostgresTransaction) async throws -> SagaUndoOutcome {
    .tookBack
  }
}
