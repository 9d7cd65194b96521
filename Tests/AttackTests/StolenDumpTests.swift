import Mail
import PortalTestSupport
import TestSupport
import Testing

/// What a dump of all databases tells about the codes and links of mails that are queued in them.
@Suite(.timeLimit(.minutes(3))) struct StolenDumpTests {
  @Test func aDumpHoldsNoCodeAndNoLink() async throws {
    try await PortalHarness.with(PortalHarness.sealedMails) { portals in
      let queued = try await queueEveryKindOfMail(portals)
      let dump = try await portals.global.dump() + portals.regional.dump()
      for (type, secret) in queued {
        #expect(!Self.holds(dump, secret), "\(type)")
      }
      // Both bodies of each of them are in the dump.
      #expect(Self.counts(dump, "sealed-mail-1:") == 2 * queued.count + 2 * Self.publicMails.count)
    }
  }

  /// Proves that the search finds what is there: without keys all of it is.
  @Test func withoutKeysADumpHoldsAllOfThem() async throws {
    try await PortalHarness.with { portals in
      let queued = try await queueEveryKindOfMail(portals)
      let dump = try await portals.global.dump() + portals.regional.dump()
      for (type, secret) in queued {
        #expect(Self.holds(dump, secret), "\(type)")
      }
    }
  }

  /// Mails without a secret: what is in them stands in the domain name system for everybody.
  private static let publicMails: Set<MailType> = [.orgSignupVerification, .agencySignupVerification]

  /// Has the portals queue a mail of each type that carries a code or a token, and reads it as its recipient would.
  private func queueEveryKindOfMail(_ portals: PortalHarness) async throws -> [(
    type: MailType, secret: String
  )] {
    var queued: [(MailType, String)] = []
    func note(_ type: MailType, _ secret: String) { queued.append((type, secret)) }

    let applicant = TestAccount.unheardOfAddress()
    try await portals.post("/hub/request-signup", ["email_address": .string(applicant)]).expect(200)
    note(.hubSignupVerification, try await portals.mail("hub_signup_verification", to: applicant).linkToken())
    for kind in PortalKind.allCases {
      let user = try await portals.account(kind, name: "Ada", roles: kind == .hub ? [] : ["invite_users"])
      note(try type(kind, "tfa"), try await portals.beginLogin(user).code)
      note(try type(kind, "password_reset"), try await portals.requestReset(user))
      let address = TestAccount.unheardOfAddress()
      if kind == .hub {
        let body: JSON = ["new_email_address": .string(address)]
        try await portals.post("/hub/request-email-change", body, session: user.session).expect(200)
        note(.hubEmailVerification, try await portals.mail("hub_email_verification", to: address).linkToken())
      } else {
        let body: JSON = ["email_address": .string(address)]
        try await portals.post(kind.path("invite-user"), body, session: user.session).expect(201)
        note(
          try type(kind, "invitation"),
          try await portals.mail(kind.mail("invitation"), to: address).linkToken()
        )
      }
      guard kind.isTenants else { continue }
      let founder = "founder@\(PortalHarness.unheardOfDomain())"
      let body: JSON = ["email": .string(founder), "home_region": "ind1"]
      try await portals.post(kind.path("init-signup"), body).expect(200)
      note(
        try type(kind, "signup_token"),
        try await portals.mail(kind.mail("signup_token"), to: founder).secret()
      )
    }
    // A displaced claim's notice names a domain and nothing else.
    let without = Self.publicMails.union([.orgDomainDisplaced, .agencyDomainDisplaced])
    #expect(Set(queued.map(\.0)).union(without) == Set(MailType.allCases))
    #expect(queued.count == MailType.allCases.count - without.count)
    return queued
  }

  private func type(_ kind: PortalKind, _ name: String) throws -> MailType {
    try #require(MailType(rawValue: kind.mail(name)))
  }

  /// Says whether a code or token stands alone somewhere. Fractions of a second are no codes.
  private static func holds(_ dump: String, _ secret: String) -> Bool {
    var rest = dump.utf8[...]
    let wanted = Array(secret.utf8)
    while let first = rest.firstIndex(of: wanted[0]) {
      let candidate = rest[first...]
      if candidate.starts(with: wanted) {
        let before = first == dump.utf8.startIndex ? nil : dump.utf8[dump.utf8.index(before: first)]
        let after = candidate.dropFirst(wanted.count).first
        if !isWord(before), !isWord(after), before != UInt8(ascii: ".") { return true }
      }
      rest = rest[dump.utf8.index(after: first)...]
    }
    return false
  }

  private static func isWord(_ byte: UInt8?) -> Bool {
    guard let byte else { return false }
    return byte &- 0x30 < 10 || (byte | 0x20) &- 0x61 < 26 || byte == UInt8(ascii: "+")
      || byte == UInt8(ascii: "/")
  }

  private static func counts(_ dump: String, _ text: String) -> Int { dump.ranges(of: text).count }
}
