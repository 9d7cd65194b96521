/// Every `type` an error body can have. They are part of the contract: clients match on them, never on texts.
public enum ProblemCode: String, Sendable, CaseIterable {
  case malformedBody = "malformed-body"
  case invalidFields = "invalid-fields"
  case malformedToken = "malformed-token"
  case unauthorized = "unauthorized"
  case wrongCode = "wrong-code"
  case domainNotApproved = "domain-not-approved"
  case notFound = "not-found"
  case methodNotAllowed = "method-not-allowed"
  case alreadyRegistered = "already-registered"
  case bodyTooLarge = "body-too-large"
  case headTooLarge = "head-too-large"
  case misdirected = "misdirected"
  case inactiveAccount = "inactive-account"
  case tooManyRequests = "too-many-requests"
  case internalError = "internal-error"
  case overloaded = "overloaded"
  case databaseUnavailable = "database-unavailable"
  case regionUnavailable = "region-unavailable"
  case timeout = "timeout"

  /// The short text for humans; the same for every occurrence of the code (RFC 9457 §3.1.4).
  public var title: String {
    switch self {
    case .malformedBody: "Malformed request body"
    case .invalidFields: "Invalid fields"
    case .malformedToken: "Malformed token"
    case .unauthorized: "Unauthorized"
    case .wrongCode: "Wrong code"
    case .domainNotApproved: "Domain not approved"
    case .notFound: "Not found"
    case .methodNotAllowed: "Method not allowed"
    case .alreadyRegistered: "Already registered"
    case .bodyTooLarge: "Request body too large"
    case .headTooLarge: "Request head too large"
    case .misdirected: "Misdirected request"
    case .inactiveAccount: "Account not active"
    case .tooManyRequests: "Too many requests"
    case .internalError: "Internal error"
    case .overloaded: "Overloaded"
    case .databaseUnavailable: "Database unavailable"
    case .regionUnavailable: "Region unavailable"
    case .timeout: "Timeout"
    }
  }
}
