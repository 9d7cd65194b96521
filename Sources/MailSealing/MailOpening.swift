internal import CSodium
public import FoundationEssentials

/// Opens the bodies of mails that are delivered.
public struct MailOpening: Sendable {
  private let keys: [MailOpeningKey]

  /// No key is known: only bodies that are not sealed can be delivered.
  public static let off = MailOpening([])

  /// - Parameter keys: those for which bodies were sealed, in any order.
  public init(_ keys: [MailOpeningKey]) {
    self.keys = keys
  }

  /// Whether it can open what is sealed for a key.
  public func opens(_ key: MailSealingKey) -> Bool { keys.contains { $0.sealing.id == key.id } }

  /// Opens a stored body. One that is not sealed is returned as it is.
  /// - Parameters:
  ///   - mail: the `email_id` of the row.
  ///   - recipient: the `email_to` of the row.
  public func open(
    _ stored: String,
    _ part: MailPart,
    of mail: UUID,
    to recipient: String
  ) throws(MailOpeningError) -> String {
    guard SealedBody.isSealed(stored) else { return stored }
    guard let sealed = SealedBody(stored) else { throw .damaged }
    guard let key = keys.first(where: { $0.sealing.id == sealed.keyID }) else { throw .unknownKey }
    guard let bytes = key.open(sealed.box), let content = String(validating: bytes, as: UTF8.self) else {
      throw .damaged
    }
    let label = SealedBody.label(part, mail, recipient)
    // Compared as bytes: to Swift, texts are equal that differ in how a letter is composed.
    guard content.utf8.starts(with: label.utf8) else { throw .sealedForAnotherMail }
    return String(decoding: content.utf8.dropFirst(label.utf8.count), as: UTF8.self)
  }
}

/// The reason why a sealed body could not be opened. It is stored with the attempt and tells nothing of the mail.
public enum MailOpeningError: Error, Equatable, CustomStringConvertible {
  case unknownKey
  case damaged
  case sealedForAnotherMail

  public var description: String {
    switch self {
    case .unknownKey:
      "the mail cannot be opened: MAIL_OPENING_KEYS does not have the key that it is sealed for"
    case .damaged: "the mail cannot be opened: it is damaged"
    case .sealedForAnotherMail: "the mail cannot be opened: it is sealed for another mail or recipient"
    }
  }
}
