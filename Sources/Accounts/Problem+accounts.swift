public import API
import HTTP1
import HTTPTypes
public import PasswordHashing

extension Problem {
  static let wrongCredentials = Problem.unauthorized("The e-mail address or the password is wrong.")
  static let invalidLogin = Problem.unauthorized("The login has expired or was used; log in again.")
  static let wrongCode = Problem(.forbidden, .wrongCode, "The code is wrong.")

  /// 401 of a reset token that is malformed, unknown, used or expired.
  public static let invalidResetToken = Problem.unauthorized(
    "The link is not valid any more; ask for a new one."
  )

  /// 422 of an account that is known to whoever has its password or token, and switched off.
  public static let inactiveAccount = Problem(
    .unprocessableContent,
    .inactiveAccount,
    "The account is not active."
  )

  /// 401 of a type of its own: clients sign people out when they get `unauthorized` for a session.
  static let wrongCurrentPassword: Problem = {
    var problem = Problem(.unauthorized, .wrongCurrentPassword, "The current password is wrong.")
    // The session is valid, but the endpoint is protected by one (RFC 9110 §11.6.1 wants a challenge with every 401).
    problem.headers[.wwwAuthenticate] = "Bearer"
    return problem
  }()
}

extension PasswordHashingError: ProblemConvertible {
  public var problem: Problem {
    switch self {
    case .overloaded, .outOfMemory: .overloaded
    case .cancelled: .timeout
    }
  }
}
