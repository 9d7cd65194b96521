import FoundationEssentials
import TestSupport
import Testing

struct HubEmailChangeScenario: CrashScenario {
  static let name = "hub_email_change"
  let old: String
  let new: String
  let session: String
  let token: String

  static func prepare(_ stack: CrashStack) async throws -> HubEmailChangeScenario {
    let (old, new) = (CrashStack.freshAddress(), CrashStack.freshAddress())
    let session = try await stack.signUp(old)
    let answer = try await stack.sendPatiently(
      "/hub/request-email-change",
      ["new_email_address": .string(new)],
      session: session
    )
    guard answer.status == 200 else { throw CrashViolation(description: "\(answer)") }
    let text = try await stack.stack.queuedMail("hub_email_verification", to: new, in: CrashStack.victim)?
      .text
    let token = try #require(text?.firstMatch(of: /token=([A-Z0-9]+-[0-9a-f]{64})/)).1.description
    return HubEmailChangeScenario(old: old, new: new, session: session, token: token)
  }

  private var body: JSON { ["verification_token": .string(token)] }

  func start(_ stack: CrashStack, requestID: String, via landing: String) async -> Int? {
    await stack.send("/hub/complete-email-change", body, requestID: requestID, via: landing)
  }

  func outcome(_ stack: CrashStack) async throws -> CrashOutcome {
    let (before, after) = (try await stack.accounts(old), try await stack.accounts(new))
    switch (before.global, before.regional, after.global, after.regional) {
    case (0, 0, 1, 1):
      try await expectLogins(stack, old: false, new: true)
      guard try await isSignedIn(stack) == false else {
        throw CrashViolation(description: "the session survives")
      }
      guard try await stack.sendPatiently("/hub/complete-email-change", body).status == 401 else {
        throw CrashViolation(description: "the token works twice")
      }
      return .complete
    case (1, 1, 0, 0):
      try await expectLogins(stack, old: true, new: false)
      guard try await isSignedIn(stack) else { throw CrashViolation(description: "the session is gone") }
      let answer = try await stack.sendPatiently("/hub/complete-email-change", body)
      guard answer.status == 200 else { throw CrashViolation(description: "second try: \(answer)") }
      try await expectLogins(stack, old: false, new: true)
      return .undone
    default: throw CrashViolation(description: "old \(before), new \(after)")
    }
  }

  private func expectLogins(_ stack: CrashStack, old: Bool, new: Bool) async throws {
    let seen = (try await stack.canLogIn(self.old), try await stack.canLogIn(self.new))
    guard seen == (old, new) else { throw CrashViolation(description: "logins with old and new: \(seen)") }
  }

  private func isSignedIn(_ stack: CrashStack) async throws -> Bool {
    try await stack.stack.server(CrashStack.landing).client.get("/hub/myinfo", session: session).status == 200
  }
}
