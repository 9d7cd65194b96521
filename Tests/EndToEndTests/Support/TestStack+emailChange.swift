import FoundationEssentials
import TestSupport
import Testing

extension TestStack {
  /// Asks for a change of address and reads the mailed token.
  func requestEmailChange(
    _ person: Person,
    to address: String,
    via landing: String,
    sourceLocation: SourceLocation = #_sourceLocation
  ) async throws -> String {
    let answer = try await client(landing).post(
      "/hub/request-email-change",
      ["new_email_address": .string(address)],
      session: person.session
    )
    try #require(answer.status == 200, "\(answer)", sourceLocation: sourceLocation)
    #expect(answer.json["message"].string?.isEmpty == false, sourceLocation: sourceLocation)
    return try await emailChangeToken(mailedTo: address, in: person.home, sourceLocation: sourceLocation)
  }

  /// The token in the newest mail of this kind to an address.
  func emailChangeToken(
    mailedTo address: String,
    in region: String,
    sourceLocation: SourceLocation = #_sourceLocation
  ) async throws -> String {
    let text = try await queuedMail("hub_email_verification", to: address, in: region)?.text
    let match = text?.firstMatch(of: /verify-email\?token=([A-Z0-9]+-[0-9a-f]{64})/)
    return try #require(match, sourceLocation: sourceLocation).1.description
  }

  func completeEmailChange(_ token: String, via landing: String) async throws -> HTTPAnswer {
    // Another completion may be under way for longer on a busy machine; then the server asks to come back.
    try await client(landing).postPatiently(
      "/hub/complete-email-change",
      ["verification_token": .string(token)]
    )
  }
}
