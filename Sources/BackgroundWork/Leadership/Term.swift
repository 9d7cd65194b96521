import FoundationEssentials
import PostgresClient

/// What a replica has in hand from one connection to the next.
struct Term {
  /// Tells reports of this connection from those of earlier ones.
  var number: Int
  var connection: PostgresConnection?
  let id: UUID
  /// The last term whose work this process did and has ended.
  let previousID: UUID
  var work: WorkingTerm?

  init() {
    number = 0
    id = UUID()
    previousID = UUID()
  }

  init(after term: Term) {
    number = term.number + 1
    id = UUID()
    previousID = term.work == nil ? term.previousID : term.id
  }
}
