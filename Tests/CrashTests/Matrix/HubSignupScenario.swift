import FoundationEssentials
import TestSupport
import Vocabulary

struct HubSignupScenario: CrashScenario {
  static let name = "hub_signup"
  let email: String
  let token: String

  static func prepare(_ stack: CrashStack) async throws -> HubSignupScenario {
    let email = CrashStack.freshAddress()
    return HubSignupScenario(email: email, token: try await stack.requestSignup(email))
  }

  func start(_ stack: CrashStack, requestID: String, via landing: String) async -> Int? {
    await stack.send("/hub/complete-signup", CrashStack.signupBody(token), requestID: requestID, via: landing)
  }

  func outcome(_ stack: CrashStack) async throws -> CrashOutcome {
    let accounts = try await stack.accounts(email)
    let unspent = try await stack.stack.global.count(
      "hub_signup_tokens",
      where: "token_hash = $1 AND consumed_at IS NULL",
      RawToken.hash(ofOffered: token)
    )
    switch (accounts.global, accounts.regional, unspent) {
    case (1, 1, 0):
      guard try await stack.canLogIn(email) else {
        throw CrashViolation(description: "\(email) cannot log in")
      }
      return .complete
    case (0, 0, 1):
      let answer = try await stack.sendPatiently("/hub/complete-signup", CrashStack.signupBody(token))
      guard answer.status == 201 else { throw CrashViolation(description: "second try: \(answer)") }
      return .undone
    default:
      throw CrashViolation(description: "accounts \(accounts), unspent tokens \(unspent)")
    }
  }
}
