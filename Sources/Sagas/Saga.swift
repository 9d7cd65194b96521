public import FoundationEssentials
public import PostgresClient
import Vocabulary

/// One operation across the global and a regional database, as a declaration: what is written globally and regionally,
/// how it is undone and how it is verified.
public protocol Saga: Sendable {
  /// The declaration by which the global step is taken back, from the journal alone.
  associatedtype Undo: SagaUndo
  /// The value that the global step yields for the regional one.
  associatedtype GlobalOutcome: Sendable

  /// True if at most one saga of this kind may be open for a subject.
  ///
  /// It is needed wherever two attempts would change the same entity, so that the undo of one could meet the write of
  /// another; not where every attempt makes an entity of its own.
  static var isExclusive: Bool { get }

  /// The entity's id.
  var subjectID: UUID { get }
  var undo: Undo { get }

  /// Checks that belong into the transaction of step 1, after the intent is in. Throwing rolls the intent back.
  ///
  /// If the saga is exclusive, no other one for this subject can be opened or finished between here and its end.
  func prepare(_ transaction: PostgresTransaction) async throws
  /// Carries out step 2. Throwing rolls it back.
  func writeGlobal(_ transaction: PostgresTransaction) async throws -> GlobalOutcome
  /// Carries out step 3, except for the intent. Throwing rolls it back.
  func writeRegional(_ transaction: PostgresTransaction, _ outcome: GlobalOutcome) async throws
  /// Tells whether the region holds what step 3 writes; asked when the reply to step 3 was lost and the intent is gone.
  func isComplete(in regional: PostgresPool) async throws -> Bool
}

extension Saga {
  public static var isExclusive: Bool { false }
  public func prepare(_ transaction: PostgresTransaction) async throws {}
}

/// What takes back, on purpose and for good, an entity that an earlier saga made: the region's record goes in the
/// transaction of the intent, and all else is that saga's undo.
///
/// From the intent's COMMIT on it can only go forward: whatever fails then, recovery does the undo. It is exclusive
/// with the sagas of its undo's kind and its subject, so that none of them makes the entity anew meanwhile.
public protocol SagaRetraction: Sendable {
  associatedtype Undo: SagaUndo

  /// The subject of the saga that made the entity.
  var subjectID: UUID { get }
  var undo: Undo { get }

  /// Deletes the region's record. Throwing rolls the intent back, and nothing has happened.
  func deleteRecord(_ transaction: PostgresTransaction) async throws
}

/// The declaration by which a saga's global step is taken back.
///
/// Its properties are kept in the journal as a JSON object, since another process than the one that began may undo it.
/// They are ids and hashes, never a secret and no personal data: operators read the journal.
public protocol SagaUndo: Codable, Sendable {
  /// The name of the kind of operation in the journal, logs and alerts (`hub_signup`). It never changes: journals
  /// outlive releases.
  static var kind: String { get }
  /// The kind of entity, for alerts (`hub_user`).
  static var entity: String { get }
  /// The name of the undo's action, for alerts (`delete_hub_user`).
  static var action: String { get }

  /// Takes step 2 back whether or not it happened; must be idempotent.
  ///
  /// It runs alone: the transaction holds the saga's lock, so a step 2 that is still committing has ended by now, and
  /// none can begin.
  /// - Returns: the state as seen in this transaction.
  func takeBack(_ subjectID: UUID, in transaction: PostgresTransaction) async throws -> SagaUndoOutcome
}

/// The outcome of an undo.
public enum SagaUndoOutcome: Sendable, Equatable {
  /// Step 2 had happened, and nothing of it is left now.
  case tookBack
  /// Nothing of step 2 was there.
  case nothingThere
  case somethingLeft

  /// - Parameter deleted: the number of rows that the undo has deleted, of at most one.
  init(deleted: Int) { self = deleted == 1 ? .tookBack : .nothingThere }
}

/// The errors of the engine itself, besides those that the databases and the sagas throw.
public enum SagaError: Error, Sendable, Equatable {
  /// The journal no longer allows the step: the deadline has passed, or recovery has taken the saga over.
  case takenOver
  /// Another exclusive saga of this kind is open for the same subject.
  case underWay
  /// The undo ran, and something of the global step is left all the same.
  case notUndone
  /// The undo found nothing of a global step that has certainly happened: somebody else has been at its rows.
  case nothingToUndo
  /// The journal names a kind that this program does not know.
  case unknownKind(String)
  /// The journal's details cannot be read as its kind's.
  case unreadableDetails(String)
  /// A step was reached without what an earlier one should have left: a mistake in the program.
  case lostOutcome
}

/// The kinds of saga that a process can undo from the journal.
public struct SagaKinds: Sendable {
  /// The kinds of all portals.
  public static let all = SagaKinds(
    [HubSignupUndo.self, HubEmailChangeUndo.self] + undos(OrgTenant.self) + undos(AgencyTenant.self)
  )

  private static func undos<Tenant: JournaledTenant>(_: Tenant.Type) -> [any SagaUndo.Type] {
    [
      InitSignupUndo<Tenant>.self, TenantSignupUndo<Tenant>.self, InvitationUndo<Tenant>.self,
      DomainClaimUndo<Tenant>.self,
    ]
  }

  private let undos: [String: any SagaUndo.Type]

  public init(_ undos: [any SagaUndo.Type]) {
    self.undos = Dictionary(uniqueKeysWithValues: undos.map { ($0.kind, $0) })
  }

  /// - Throws: `SagaError.unknownKind` for an intent of a newer release, `.unreadableDetails` for one whose details do
  ///   not fit its kind.
  func undo(kind: String, details: PostgresJSON) throws(SagaError) -> any SagaUndo {
    guard let type = undos[kind] else { throw .unknownKind(kind) }
    do {
      return try JSONDecoder().decode(type, from: Data(details.text.utf8))
    } catch {
      throw .unreadableDetails(kind)
    }
  }
}

extension SagaUndo {
  /// The undo's properties as the journal keeps them.
  /// - Throws: `SagaError.unreadableDetails`.
  var details: PostgresJSON {
    get throws(SagaError) {
      guard let json = try? JSONEncoder().encode(self) else { throw .unreadableDetails(Self.kind) }
      return PostgresJSON(text: String(decoding: json, as: UTF8.self))
    }
  }
}

/// A hash in the journal: hexadecimal, as psql shows it, so that operators can compare.
public struct JournalHash: Codable, Sendable, Equatable {
  public let bytes: Data

  public init(_ bytes: Data) {
    self.bytes = bytes
  }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    guard let bytes = Hex.decode(try container.decode(String.self)) else {
      throw DecodingError.dataCorruptedError(in: container, debugDescription: "not hexadecimal")
    }
    self.bytes = Data(bytes)
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(Hex.encode(bytes))
  }
}
