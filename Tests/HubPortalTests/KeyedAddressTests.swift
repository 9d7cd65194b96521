import FoundationEssentials
import PortalTestSupport
import TestSupport
import Testing
import Vocabulary

/// People whose addresses the global database knows by keyed hashes, beside people whom it knows by others.
@Suite struct KeyedAddressTests {
  private static let older = "1:\(Data(repeating: 1, count: 32).base64EncodedString())"
  private static let keys = "2:\(Data(repeating: 2, count: 32).base64EncodedString()),\(older)"

  private static func with(_ body: (PortalHarness, AddressHasher) async throws -> Void) async throws {
    let hasher = try AddressHasher.parse(keys)
    try await PortalHarness.with(["EMAIL_HASH_KEYS": keys]) { try await body($0, hasher) }
  }

  private static func routing(of id: UUID, _ portals: PortalHarness) async throws -> AddressHash {
    let row = try #require(
      try await portals.global.rows(
        "SELECT encode(email_address_hash, 'hex'), hashing_algorithm FROM hub_users WHERE hub_user_global_id = $1",
        id
      ).first
    )
    return AddressHash(
      bytes: Data(try #require(row[0].flatMap { Hex.decode($0) })),
      algorithm: try #require(row[1])
    )
  }

  private static func setRouting(_ hash: AddressHash, of id: UUID, _ portals: PortalHarness) async throws {
    try await portals.global.rows(
      """
      UPDATE hub_users SET email_address_hash = $2, hashing_algorithm = $3 WHERE hub_user_global_id = $1 RETURNING ''
      """,
      id,
      hash.bytes,
      hash.algorithm
    )
  }

  @Test func aNewPersonIsKnownByTheNewestKey() async throws {
    try await Self.with { portals, hasher in
      let email = TestAccount.unheardOfAddress("speaking.name")
      let token = try await portals.requestSignup(email)
      let done = try await portals.completeSignup(PortalHarness.signupBody(token))
      let handle = try #require(done.json["handle"].string, "\(done)")
      #expect(handle.wholeMatch(of: /[0-9a-z]{4}-[0-9a-z]{4}-[0-9a-z]{4}/) != nil)
      let id = try #require(
        try await portals.regionalColumn("hub_user_global_id", of: email).flatMap { UUID(uuidString: $0) }
      )
      #expect(try await Self.routing(of: id, portals) == hasher.hash(stored: email))
      #expect(
        try await portals.global.count("hub_signup_tokens", where: "hashing_algorithm = 'HMAC-SHA-256:2'")
          == 1
      )
      try await portals.post("/hub/request-signup", ["email_address": .string(email)])
        .expectProblem(409, "already-registered")
      let login: JSON = ["email_address": .string(email), "password": .string(TestAccount.password)]
      try await portals.post("/hub/login", login).expect(200)
      // Used once, the link tells whoever has it the same as before.
      try await portals.completeSignup(PortalHarness.signupBody(token)).expectProblem(
        409,
        "already-registered"
      )
    }
  }

  /// Nothing in the global database is what a dictionary of addresses gives.
  @Test func aDictionaryFindsNobody() async throws {
    try await Self.with { portals, _ in
      let email = TestAccount.unheardOfAddress("dictionary")
      let waiting = TestAccount.unheardOfAddress("waiting")
      _ = try await portals.requestSignup(waiting)
      try await portals.completeSignup(PortalHarness.signupBody(try await portals.requestSignup(email)))
        .expect(201)
      let words = [email, waiting].flatMap { [$0, "mail\0\($0)", "signups\0127.0.0.1", "mail\0\($0)\0"] }
      for word in words {
        for (table, column) in [
          ("hub_users", "email_address_hash"), ("hub_signup_tokens", "email_address_hash"),
          ("throttles", "throttle_key"),
        ] {
          let count = try await portals.global.count(table, where: "\(column) = $1", SHA256.hash(word.utf8))
          #expect(count == 0, "\(table): \(word)")
        }
      }
    }
  }

  /// As tools insert people, or with the key of before the last rotation.
  @Test(arguments: ["SHA-256", "HMAC-SHA-256:1"])
  func peopleOfBeforeAreFound(_ algorithm: String) async throws {
    try await Self.with { portals, hasher in
      let person = try await portals.account(.hub)
      if algorithm != AddressHasher.plainAlgorithm {
        try await Self.setRouting(
          AddressHasher.parse(Self.older).hash(stored: person.email),
          of: person.id,
          portals
        )
      }
      try await portals.post("/hub/login", person.loginBody()).expect(200)
      try await portals.post("/hub/request-signup", ["email_address": .string(person.email)])
        .expectProblem(409, "already-registered")
      let other = try await portals.account(.hub)
      try await portals.post(
        "/hub/request-email-change",
        ["new_email_address": .string(person.email)],
        session: other.session
      ).expectProblem(409, "already-registered")

      // A change of address takes the row to the newest key, and an undo takes it back to what it was.
      let address = TestAccount.unheardOfAddress()
      try await portals.post(
        "/hub/request-email-change",
        ["new_email_address": .string(address)],
        session: person.session
      ).expect(200)
      let token = try await portals.mail("hub_email_verification", to: address).linkToken()
      let before = try await Self.routing(of: person.id, portals)
      #expect(before.algorithm == algorithm)
      try await portals.regional.rows(
        """
        INSERT INTO hub_users (hub_user_global_id, email_address, handle, password_hash)
        VALUES (gen_random_uuid(), $1, 'left-over', '$argon2id$') RETURNING ''
        """,
        address
      )
      let body: JSON = ["verification_token": .string(token)]
      try await portals.post("/hub/complete-email-change", body).expectProblem(409, "already-registered")
      #expect(try await Self.routing(of: person.id, portals) == before)
      try await portals.regional.rows("DELETE FROM hub_users WHERE email_address = $1 RETURNING ''", address)
      try await portals.post("/hub/complete-email-change", body).expectEmpty()
      #expect(try await Self.routing(of: person.id, portals) == hasher.hash(stored: address))
    }
  }

  /// Somebody signs up with the address while the change is under way, under another key.
  @Test func anAddressIsTakenWhateverTheKeyOfItsRow() async throws {
    try await Self.with { portals, _ in
      let (person, other) = (try await portals.account(.hub), try await portals.account(.hub))
      let address = TestAccount.unheardOfAddress()
      try await portals.post(
        "/hub/request-email-change",
        ["new_email_address": .string(address)],
        session: person.session
      ).expect(200)
      let token = try await portals.mail("hub_email_verification", to: address).linkToken()
      try await Self.setRouting(AddressHasher.plain.hash(stored: address), of: other.id, portals)
      try await portals.post("/hub/complete-email-change", ["verification_token": .string(token)])
        .expectProblem(409, "already-registered")
    }
  }
}
