import HTTP1
public import HTTPTypes

// The problems that more than one endpoint responds with.
extension Problem {
  public static func malformedBody(_ detail: String) -> Problem {
    Problem(.badRequest, .malformedBody, detail)
  }

  /// 400 for bytes that are no HTTP request (RFC 9112 §2.2, §3.2).
  public static let malformedRequest = Problem(
    .badRequest,
    .malformedRequest,
    "This is not a valid HTTP/1.1 request."
  )

  /// RFC 9110 §15.5.9: the request did not arrive in time. The connection closes.
  public static let requestTimeout = Problem(
    .requestTimeout,
    .requestTimeout,
    "The request took too long to arrive."
  )

  /// 415 with what is accepted instead (RFC 9110 §12.5.3, RFC 7694 §3).
  public static let codedBody: Problem = {
    var problem = Problem(.unsupportedMediaType, .codedBody, "Request bodies must not be compressed.")
    problem.headers[.acceptEncoding] = "identity"
    return problem
  }()

  public static func invalidFields(_ errors: [FieldError]) -> Problem {
    var problem = Problem(.badRequest, .invalidFields, "Some fields of the request are missing or invalid.")
    problem.errors = errors
    return problem
  }

  public static func malformedToken(_ field: String) -> Problem {
    var problem = Problem(.badRequest, .malformedToken, "The token is malformed.")
    problem.errors = [FieldError(field: field, message: "is not a valid token")]
    return problem
  }

  /// 401 of an endpoint that is not protected by a session.
  public static func unauthorized(_ detail: String) -> Problem {
    Problem(.unauthorized, .unauthorized, detail)
  }

  /// 401 of a session-protected endpoint (RFC 6750 §3).
  public static let invalidSession: Problem = {
    var problem = Problem(.unauthorized, .unauthorized, "A valid session token is required.")
    problem.headers[.wwwAuthenticate] = "Bearer"
    return problem
  }()

  /// 403 of a caller who is signed in and lacks a role.
  public static let missingRole = Problem(.forbidden, .missingRole, "This needs a role that you do not have.")

  public static let notFound = Problem(.notFound, .notFound, "There is nothing at this path.")

  /// - Parameter allowed: the methods of the path (RFC 9110 §15.5.6).
  public static func methodNotAllowed(_ allowed: [HTTPRequest.Method]) -> Problem {
    var problem = Problem(.methodNotAllowed, .methodNotAllowed, "The path does not support this method.")
    problem.headers[.allow] = (allowed.map(\.rawValue) + ["OPTIONS"]).joined(separator: ", ")
    return problem
  }

  public static let bodyTooLarge = Problem(
    .contentTooLarge,
    .bodyTooLarge,
    "The request body is larger than 1 MiB."
  )

  /// 429 with `Retry-After` (RFC 6585 §4).
  /// - Parameter pause: the time to wait, rounded up to whole seconds.
  public static func tooManyRequests(_ pause: Duration) -> Problem {
    var problem = Problem(
      .tooManyRequests,
      .tooManyRequests,
      "There were too many attempts; try again later."
    )
    problem.headers[.retryAfter] = String(max(1, Int((pause / .seconds(1)).rounded(.up))))
    return problem
  }

  /// 429 with `Retry-After`: what is under way for the client takes as much memory as one client may have.
  public static let tooMuchAtOnce: Problem = {
    var problem = Problem(
      .tooManyRequests,
      .tooManyRequests,
      "Too much of this client is under way; try again when some of it is answered."
    )
    problem.headers[.retryAfter] = "1"
    return problem
  }()

  public static let internalError = Problem(
    .internalServerError,
    .internalError,
    "Something went wrong on the server; the request id identifies it."
  )

  /// 503 with `Retry-After` (RFC 9110 §10.2.3).
  public static func unavailable(_ code: ProblemCode, _ detail: String, retryAfter seconds: Int) -> Problem {
    var problem = Problem(.serviceUnavailable, code, detail)
    problem.headers[.retryAfter] = String(seconds)
    return problem
  }

  public static let databaseUnavailable = unavailable(
    .databaseUnavailable,
    "A database is out of reach at the moment.",
    retryAfter: 2
  )

  public static let overloaded = unavailable(
    .overloaded,
    "The server is busy at the moment.",
    retryAfter: 1
  )

  public static let timeout = Problem(.gatewayTimeout, .timeout, "The request took too long.")
}
