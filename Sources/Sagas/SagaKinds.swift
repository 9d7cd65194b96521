import FoundationEssentials
import PostgresClient

/// Every kind of saga that a process can undo from the journal.
public struct SagaKinds: Sendable {
  private let undos: [String: any SagaUndo.Type]

  public init(_ undos: [any SagaUndo.Type]) {
    self.undos = Dictionary(uniqueKeysWithValues: undos.map { ($0.kind, $0) })
  }

  /// - Throws: `SagaError.unknownKind` for an intent of a newer release, `.unreadableDetails` for one whose details do not
  ///   fit its kind.
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
  /// - Throws: `SagaError.unreadableDetails`.
  var details: PostgresJSON {
    get throws(SagaError) {
      guard let json = try? JSONEncoder().encode(self) else { throw .unreadableDetails(Self.kind) }
      return PostgresJSON(text: String(decoding: json, as: UTF8.self))
    }
  }
}
