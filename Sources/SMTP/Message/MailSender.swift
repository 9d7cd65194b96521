/// Who the platform's mail comes from.
public struct MailSender: Equatable, Sendable {
  public let address: String
  /// May be empty.
  public let name: String

  /// - Throws: `MailMessageError.badAddress` when the address could not stand in an envelope.
  public init(address: String, name: String = "") throws(MailMessageError) {
    guard EnvelopeAddress.isSafe(address) else { throw MailMessageError.badAddress }
    self.address = address
    self.name = name
  }

  /// The domain of the `Message-ID`s.
  var domain: String { String(address.drop { $0 != "@" }.dropFirst()) }

  var headerValue: String {
    name.isEmpty ? address : "\(HeaderText.phrase(name))\r\n <\(address)>"
  }
}
