import FoundationEssentials
import PortalTestSupport
import TestSupport
import Testing
import Vocabulary

/// Tenants' users whose addresses the global database knows by keyed hashes, beside those it knows by plain ones.
@Suite struct KeyedAddressTests {
  private static let keys = "1:\(Data(repeating: 1, count: 32).base64EncodedString())"

  private static func with(_ body: (PortalHarness, AddressHasher) async throws -> Void) async throws {
    let hasher = try AddressHasher.parse(keys)
    try await PortalHarness.with(["EMAIL_HASH_KEYS": keys]) { try await body($0, hasher) }
  }

  private static func expectKnown(
    _ email: String,
    by hash: AddressHash,
    _ kind: PortalKind,
    _ portals: PortalHarness
  ) async throws {
    let count = try await portals.global.count(
      kind.table("users"),
      where: "email_address_hash = $1 AND hashing_algorithm = $2",
      hash.bytes,
      hash.algorithm
    )
    #expect(count == 1, "\(email)")
  }

  @Test(arguments: PortalKind.tenants)
  func aFoundersAndAnInvitedUsersAddressesAreKeyed(_ kind: PortalKind) async throws {
    try await Self.with { portals, hasher in
      let signup = try await portals.beginSignup(kind)
      portals.dns.publish(signup.dnsToken, at: signup.domain)
      let done = try await portals.complete(signup)
      try await Self.expectKnown(signup.email, by: hasher.hash(stored: signup.email), kind, portals)
      let session = try #require(done.json["session_token"].string, "\(done)")

      let invited = TestAccount.unheardOfAddress()
      try await portals.post(kind.path("invite-user"), ["email_address": .string(invited)], session: session)
        .expect(201)
      try await Self.expectKnown(invited, by: hasher.hash(stored: invited), kind, portals)

      let login: JSON = [
        "email": .string(signup.email), "domain": .string(signup.domain),
        "password": .string(TestAccount.password),
      ]
      try await portals.post(kind.path("login"), login).expect(200)
    }
  }

  @Test(arguments: PortalKind.tenants)
  func plainRowsAreFoundBesideThem(_ kind: PortalKind) async throws {
    try await Self.with { portals, _ in
      let user = try await portals.account(kind, roles: ["invite_users"])
      try await portals.post(kind.path("login"), user.loginBody()).expect(200)
      try await portals.initSignup(kind, user.email).expectProblem(409, "already-registered")
      let colleague = try await portals.account(kind, of: user.tenant)
      try await portals.post(
        kind.path("invite-user"),
        ["email_address": .string(colleague.email)],
        session: user.session
      ).expectProblem(409, "already-registered")
    }
  }
}
