/// Who may call a route.
public enum AdminAccess: Sendable, Hashable, CustomStringConvertible {
  case anyone
  /// Any active administrator.
  case session
  /// An active administrator with this role.
  case role(AdminRole)

  /// As the reference page has it.
  public var description: String {
    switch self {
    case .anyone: "anyone"
    case .session: "session"
    case .role(let role): role.rawValue
    }
  }
}
