/// Why a mail cannot be put into a message.
public enum MailMessageError: Error, CustomStringConvertible, Equatable {
  case badAddress

  /// Names no address.
  public var description: String {
    switch self {
    case .badAddress: "not an address that can stand in an SMTP envelope"
    }
  }
}
