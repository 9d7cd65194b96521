/// Why SMTP settings are refused.
public enum SMTPSettingsError: Error, CustomStringConvertible, Equatable {
  case badHost
  case credentialsInTheClear

  public var description: String {
    switch self {
    case .badHost: "the SMTP host is neither a host name nor an address"
    case .credentialsInTheClear: "SMTP credentials are only sent encrypted, except to this machine"
    }
  }
}
