import FoundationEssentials
import TestSupport
import Testing
import Vocabulary

/// A saga as somebody outside starts it and sees how it came out. One for each saga; a case is one instance of it.
protocol CrashScenario: Sendable {
  /// The saga's kind; with an addition if it is made to fail.
  static var name: String { get }

  /// The steps whose points are cases; nil for all of them.
  static var newSteps: [String]? { get }

  /// Prepares somebody new.
  static func prepare(_ stack: CrashStack) async throws -> Self
  /// Makes the request that runs the saga.
  /// - Parameter landing: the region it is sent to.
  func start(_ stack: CrashStack, requestID: String, via landing: String) async -> Int?
  /// What has become of it, seen from outside; it must be one of two, whole.
  func outcome(_ stack: CrashStack) async throws -> CrashOutcome
}

extension CrashScenario {
  static var newSteps: [String]? { nil }
}

enum CrashOutcome: String, Sendable {
  case complete
  /// And the same link has been used with success since.
  case undone
}

/// What does not hold.
struct CrashViolation: Error, CustomStringConvertible {
  let description: String
}

extension CrashStack {
  static let password = "correct horse battery"

  static func freshAddress() -> String {
    "crash.\(UInt64.random(in: .min ... .max))@\(TestStack.approvedDomain)"
  }

  /// Sends a request; nil when no answer came.
  func send(_ path: String, _ body: JSON, requestID: String, via landing: String, session: String? = nil)
    async
    -> Int?
  {
    let client = try? stack.server(landing).client
    return try? await client?.post(path, body, session: session, headers: [("X-Request-ID", requestID)])
      .status
  }

  /// Comes back while the server says that it is busy or just coming up again.
  func sendPatiently(_ path: String, _ body: JSON, session: String? = nil) async throws -> HTTPAnswer {
    let client = try stack.server(Self.landing).client
    var answer: HTTPAnswer?
    try await eventually("an answer to \(path) that is final") {
      answer = try? await client.post(path, body, session: session)
      return answer.map { ![502, 503, 504].contains($0.status) } ?? false
    }
    guard let answer else { throw CrashViolation(description: "\(path): no answer") }
    return answer
  }

  func requestSignup(_ email: String) async throws -> String {
    let answer = try await sendPatiently("/hub/request-signup", ["email_address": .string(email)])
    guard answer.status == 200 else { throw CrashViolation(description: "\(answer)") }
    let html = try await stack.queuedMail("hub_signup_verification", to: email, in: Self.landing)?.html
    return try #require(html?.firstMatch(of: /token=([0-9a-f]{64})/)).1.description
  }

  static func signupBody(_ token: String) -> JSON {
    [
      "signup_token": .string(token), "password": .string(password), "preferred_display_name": "Somebody",
      "home_region": .string(victim), "preferred_language": "en-US", "resident_country_code": "DE",
    ]
  }

  /// Signs somebody up undisturbed; returns the session.
  func signUp(_ email: String) async throws -> String {
    let token = try await requestSignup(email)
    let answer = try await sendPatiently("/hub/complete-signup", Self.signupBody(token))
    guard answer.status == 201 else { throw CrashViolation(description: "\(answer)") }
    return try #require(answer.json["session_token"].string)
  }

  /// Whether the password of an address is right: somebody can log in with it.
  func canLogIn(_ email: String) async throws -> Bool {
    let answer = try await sendPatiently(
      "/hub/login",
      ["email_address": .string(email), "password": .string(Self.password)]
    )
    guard [200, 401].contains(answer.status) else { throw CrashViolation(description: "\(answer)") }
    return answer.status == 200
  }

  func accounts(_ email: String) async throws -> (global: Int64, regional: Int64) {
    let global = try await stack.global.count(
      "hub_users",
      where: "email_address_hash = $1",
      EmailAddress(email).hash
    )
    var regional: Int64 = 0
    for region in stack.regions {
      regional += try await stack.database(region).count("hub_users", where: "email_address = $1", email)
    }
    return (global, regional)
  }
}
