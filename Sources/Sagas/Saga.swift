public import FoundationEssentials
public import PostgresClient

/// One operation across the global and a regional database, as a declaration.
public protocol Saga: Sendable {
  /// What the global step yields for the regional one.
  associatedtype GlobalOutcome: Sendable

  /// Names the kind of operation in the journal, logs and alerts (`hub_signup`).
  static var kind: String { get }
  /// The kind of entity, for alerts (`hub_user`).
  static var entity: String { get }
  /// What the undo does, for alerts (`delete_hub_user`).
  static var undoAction: String { get }

  /// The entity's id.
  var subjectID: UUID { get }
  /// What the undo needs, as a JSON object of ids and hashes. Never a secret: the journal is readable by operators.
  var details: PostgresJSON { get }

  /// Step 2. Throwing rolls it back.
  func writeGlobal(_ transaction: PostgresTransaction) async throws -> GlobalOutcome
  /// Step 3 without the intent. Throwing rolls it back.
  func writeRegional(_ transaction: PostgresTransaction, _ outcome: GlobalOutcome) async throws
  /// Undoes step 2 whether or not it happened; must be idempotent.
  /// - Returns: whether nothing of step 2 is left, as seen in the same transaction.
  func undoGlobal(_ transaction: PostgresTransaction) async throws -> Bool
}
