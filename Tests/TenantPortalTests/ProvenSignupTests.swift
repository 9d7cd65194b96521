import FoundationEssentials
import PortalTestSupport
import TestSupport
import Testing
import Vocabulary

/// What a stolen role of a region can make of the rows of tenants' sign-ups in the global database: nothing.
@Suite struct ProvenSignupTests {
  private static let key = Data(repeating: 7, count: 32).base64EncodedString()

  private static func with(_ body: (PortalHarness) async throws -> Void) async throws {
    try await PortalHarness.with(["SIGNUP_TOKEN_KEYS": key], body)
  }

  /// A row of a sign-up with one column changed, under a token that proves the row as it was.
  @Test(arguments: PortalKind.tenants)
  func aTokenIsWorthNothingBesideAnotherRow(_ kind: PortalKind) async throws {
    try await Self.with { portals in
      let table = "\(kind.rawValue)_signup_tokens"
      let signup = try await portals.beginSignup(kind)
      portals.dns.publish(signup.dnsToken, at: signup.domain)
      let (other, otherRecord) = (PortalHarness.unheardOfDomain(), RawToken().hex)
      portals.dns.publish(signup.dnsToken, at: other)
      portals.dns.publish(otherRecord, at: signup.domain)
      let changes = [
        "email_address = 'victim@\(signup.domain)'", "domain = '\(other)'", "dns_token = '\(otherRecord)'",
        "made_in = 'usa1'",
      ]
      for (index, change) in changes.enumerated() {
        try await portals.global.run(
          "CREATE TABLE kept AS TABLE \(table); UPDATE \(table) SET \(change)"
        )
        try await portals.complete(signup).expectProblem(404, "no-such-signup")
        #expect(portals.alerts.count > Int64(index), "\(change)")
        try await portals.global.run(
          "DELETE FROM \(table); INSERT INTO \(table) SELECT * FROM kept; DROP TABLE kept"
        )
      }
      portals.dns.publish(signup.dnsToken, at: signup.domain)
      try await portals.complete(signup).expect(201)
      #expect(
        try await portals.global.count(table, where: "email_address = '' AND consumed_at IS NOT NULL") == 1
      )
    }
  }

  @Test(arguments: PortalKind.tenants)
  func aStolenRoleWinsNoDomainWithARowOfItsOwn(_ kind: PortalKind) async throws {
    try await Self.with { portals in
      let (token, record, domain) = (RawToken(), RawToken().hex, PortalHarness.unheardOfDomain())
      portals.dns.publish(record, at: domain)
      try await portals.global.run(
        """
        SET SESSION AUTHORIZATION vetchium_api_ind1;
        INSERT INTO \(kind.rawValue)_signup_tokens
          (token_hash, dns_token, email_address, email_address_hash, domain, home_region, expires_at)
        VALUES (sha256('\(token.hex)'), '\(record)', 'victim@\(domain)', sha256('victim'), '\(domain)', 'ind1',
          now() + interval '1 hour');
        RESET SESSION AUTHORIZATION
        """
      )
      let signup = TenantSignup(
        kind: kind,
        domain: domain,
        email: "victim@\(domain)",
        dnsToken: record,
        token: token.hex
      )
      try await portals.complete(signup).expectProblem(404, "no-such-signup")
      try await portals.post(kind.path("get-signup-details"), ["signup_token": .string(token.hex)])
        .expectProblem(404, "no-such-signup")
      #expect(portals.alerts.count == 2)
    }
  }
}
