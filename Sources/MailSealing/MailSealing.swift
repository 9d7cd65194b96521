// MailSealing: the bodies of queued mails, which hold codes and links that open accounts, sealed for those who deliver.
//
// Owns: the keys (`MAIL_SEALING_KEYS`, public; `MAIL_OPENING_KEYS`, private), the form of a sealed body, and how it is
// opened again. It knows neither databases nor SMTP: `Outbox` seals what is queued and opens what is claimed.
//
// A body is sealed with libsodium's sealed boxes (crypto_box_seal: X25519, XSalsa20-Poly1305), so whoever writes it
// cannot read it again: https://doc.libsodium.org/public-key_cryptography/sealed_boxes. What is stored is
//
//     sealed-mail-1:<key id>:<base64>
//
// The key id is the beginning of the public key's SHA-256, so that an operator can see which key pending mails wait
// for. Inside stand the mail's id, its recipient and which of the two bodies it is, before the body:
//
//     attempt                                            what becomes of it
//     -------------------------------------------------  ----------------------------------------------------------
//     reading the tables or a dump                       no code and no link without the private key
//     moving a sealed body to a row of another address   refused when it is opened: it names its row and recipient
//     changing the recipient of a row                    refused in the same way
//     queueing a sealed body of one's own                possible for whoever may insert rows: it holds only what the
//                                                        inserter knows, as a body in the clear would
//
// A body that is not sealed is delivered as it is: tools insert such rows, and so does a service without keys.

internal import CSodium
public import FoundationEssentials
internal import Vocabulary

/// Seals the bodies of mails that are queued.
public struct MailSealing: Sendable {
  private let key: MailSealingKey?

  /// No key is known: bodies stay as they are.
  public static let off = MailSealing([])

  /// - Parameter keys: the newest first. It alone seals; the others are those that pending mails may still wait for.
  public init(_ keys: [MailSealingKey]) {
    key = keys.first
  }

  public var isOn: Bool { key != nil }

  /// Seals a body for its row, or leaves it as it is without a key.
  /// - Parameters:
  ///   - mail: the `email_id` of the row.
  ///   - recipient: the `email_to` of the row.
  public func seal(_ body: String, _ part: MailPart, of mail: UUID, to recipient: String) -> String {
    guard let key else { return body }
    return SealedBody(
      keyID: key.id,
      box: key.seal(Array((SealedBody.label(part, mail, recipient) + body).utf8))
    ).text
  }
}

/// The body of a mail that a sealed text stands for.
public enum MailPart: String, Sendable {
  case text
  case html
}

/// The stored form of a sealed body.
struct SealedBody {
  private static let prefix = "sealed-mail-1:"

  let keyID: String
  let box: [UInt8]

  /// Whether a stored body claims to be sealed.
  static func isSealed(_ stored: String) -> Bool { stored.hasPrefix(prefix) }

  /// What stands before the body inside the box. None of it can hold a line feed: the table refuses such recipients.
  static func label(_ part: MailPart, _ mail: UUID, _ recipient: String) -> String {
    "\(mail.text)\n\(part.rawValue)\n\(recipient)\n"
  }

  var text: String { "\(Self.prefix)\(keyID):\(Data(box).base64EncodedString())" }

  init(keyID: String, box: [UInt8]) {
    self.keyID = keyID
    self.box = box
  }

  /// Reads a stored body; nil if it does not have the form.
  init?(_ stored: String) {
    let parts = stored.dropFirst(Self.prefix.count).split(separator: ":", omittingEmptySubsequences: false)
    guard Self.isSealed(stored), parts.count == 2, let box = Data(base64Encoded: String(parts[1])) else {
      return nil
    }
    keyID = String(parts[0])
    self.box = Array(box)
  }
}
