import FoundationEssentials
import TestSupport
import Testing
import Vocabulary

/// `vetchium rehash` as a process between real databases.
@Suite struct RehashCommandTests {
  private static let first = "1:\(Data(repeating: 1, count: 32).base64EncodedString())"
  private static let second = "2:\(Data(repeating: 2, count: 32).base64EncodedString())"

  private static func run(
    _ command: String,
    _ world: AuditWorld,
    keys: String,
    _ options: [String] = []
  ) async throws -> (end: TestProcess.End, lines: [String]) {
    let words = world.words(options)
    let process = try await TestProcess.start(
      [words[0], command] + words.dropFirst(2),
      name: command,
      environment: keys.isEmpty ? [:] : ["EMAIL_HASH_KEYS": keys]
    )
    return (try await process.waitForEnd(within: .seconds(60)), process.log.lines.map(\.text))
  }

  private static func hashes(_ world: AuditWorld) async throws -> String? {
    try await world.global.text(
      "SELECT md5(string_agg(encode(email_address_hash, 'hex'), ' ' ORDER BY hub_user_global_id)) FROM hub_users"
    )
  }

  /// An employer and an agency of the region with one user each, whose hashes are plain.
  private static func addTenants(_ world: AuditWorld) async throws {
    for (tenants, tenant, portal) in [("employers", "employer", "org"), ("agencies", "agency", "agency")] {
      let (id, user) = (UUID().uuidString, UUID().uuidString)
      try await world.global.run(
        """
        INSERT INTO \(tenants) (\(tenant)_id, \(tenant)_name, region) VALUES ('\(id)', 'one.example', 'ind1');
        INSERT INTO \(portal)_users (\(portal)_user_id, email_address_hash, \(tenant)_id, home_region)
          VALUES ('\(user)', sha256('a@one.example'), '\(id)', 'ind1')
        """
      )
      try await world.regional.run(
        """
        INSERT INTO \(tenants) (\(tenant)_id, \(tenant)_name) VALUES ('\(id)', 'one.example');
        INSERT INTO \(portal)_users (\(portal)_user_id, email_address, \(tenant)_id, status)
          VALUES ('\(user)', 'a@one.example', '\(id)', 'active')
        """
      )
    }
  }

  @Test func everyRowGetsTheNewestHash() async throws {
    let world = try await AuditWorld.start()
    try await world.addPersons(2_500)
    try await Self.addTenants(world)
    let plain = try await Self.hashes(world)

    let dry = try await Self.run("rehash", world, keys: Self.first, ["--dry-run"])
    #expect(dry.end == .exit(0) && dry.lines.first == "ind1  hub_users  to move: 2500, changing: 0")
    #expect(try await Self.hashes(world) == plain)

    let moved = try await Self.run("rehash", world, keys: Self.first)
    #expect(moved.end == .exit(0))
    #expect(
      moved.lines == [
        "ind1  hub_users  moved: 2500, changing: 0", "ind1  org_users  moved: 1, changing: 0",
        "ind1  agency_users  moved: 1, changing: 0", "ind1  hub_user_display_names  moved: 0, changing: 0",
      ]
    )
    for table in ["hub_users", "org_users", "agency_users"] {
      #expect(try await world.global.count(table, where: "hashing_algorithm <> 'HMAC-SHA-256:1'") == 0)
      #expect(try await world.global.count(table, where: "email_address_hash = sha256('a@one.example')") == 0)
    }
    #expect(try await Self.run("audit", world, keys: Self.first).end == .exit(0))

    // Again there is nothing to do; a further key moves them on, also when the first one is lost.
    let again = try await Self.run("rehash", world, keys: Self.first)
    #expect(again.end == .exit(0) && again.lines.first == "ind1  hub_users  moved: 0, changing: 0")
    let keyed = try await Self.hashes(world)
    #expect(try await Self.run("rehash", world, keys: Self.second).end == .exit(0))
    #expect(try await Self.hashes(world) != keyed)
    #expect(try await Self.run("audit", world, keys: "\(Self.second),\(Self.first)").end == .exit(0))
    try await world.stop()
  }

  @Test func anAuditWithoutTheKeyIsRefused() async throws {
    let world = try await AuditWorld.start()
    try await world.addPersons(3)
    #expect(try await Self.run("rehash", world, keys: Self.first).end == .exit(0))
    for keys in ["", Self.second] {
      let audit = try await Self.run("audit", world, keys: keys, ["--repair"])
      #expect(audit.end == .exit(2))
      #expect(audit.lines.contains { $0.contains("Refused. Routing rows have hashes of HMAC-SHA-256:1") })
    }
    #expect(try await world.global.count("hub_users", where: "hashing_algorithm = 'HMAC-SHA-256:1'") == 3)
    for keys in ["", "SHA-256,\(Self.first)", "1:AAAA"] {
      #expect(try await Self.run("rehash", world, keys: keys).end == .exit(64), "\(keys)")
    }
    try await world.stop()
  }

  /// A change that is under way, a record that is lost, a hash of another address, two accounts with one address.
  @Test func whatCannotBeMovedIsSaid() async throws {
    let world = try await AuditWorld.start()
    try await world.addPersons(8)
    func id(_ number: Int) async throws -> String {
      try #require(try await world.global.text("SELECT md5('person' || $1)::uuid::text", "\(number)"))
    }
    let (changing, lost, foreign, doubled) = (
      try await id(1), try await id(2), try await id(3), try await id(4)
    )
    try await world.regional.run(
      """
      INSERT INTO sagas (saga_id, kind, subject_id, deadline)
        VALUES (gen_random_uuid(), 'hub_email_change', '\(changing)', now() + interval '1 hour');
      DELETE FROM hub_users WHERE hub_user_global_id = '\(lost)'
      """
    )
    let taken = "\\x" + (try await Self.hash(of: "p4@example.com"))
    try await world.global.run(
      """
      UPDATE hub_users SET email_address_hash = sha256('other') WHERE hub_user_global_id = '\(foreign)';
      INSERT INTO hub_users (hub_user_global_id, handle, email_address_hash, hashing_algorithm, home_region)
        VALUES (gen_random_uuid(), 'the-other', '\(taken)', 'HMAC-SHA-256:1', 'usa1')
      """
    )
    let rehash = try await Self.run("rehash", world, keys: Self.first)
    #expect(rehash.end == .exit(1))
    #expect(
      Set(rehash.lines.prefix(4)) == [
        "disagrees  ind1  hub_users  \(lost)", "disagrees  ind1  hub_users  \(foreign)",
        "doubled  ind1  hub_users  \(doubled)", "ind1  hub_users  moved: 4, changing: 1",
      ]
    )
    #expect(try await world.global.count("hub_users", where: "hashing_algorithm = 'SHA-256'") == 4)
    // Once the change is over, the next run moves it.
    try await world.regional.run("DELETE FROM sagas")
    let next = try await Self.run("rehash", world, keys: Self.first)
    #expect(next.lines.contains("ind1  hub_users  moved: 1, changing: 0"))
    try await world.stop()
  }

  /// Tenants' hashes are moved by the owner's tools only, and only together with the algorithm's name.
  @Test(arguments: ["org", "agency"]) func nobodyElseChangesTheHashesOfTenantsUsers(_ portal: String)
    async throws
  {
    let world = try await AuditWorld.start()
    try await Self.addTenants(world)
    for change in [
      "email_address_hash = sha256('b')", "hashing_algorithm = 'HMAC-SHA-256:7', home_region = 'usa1'",
      "home_region = 'usa1'", "created_at = now()",
    ] {
      await #expect(throws: (any Error).self, "\(change)") {
        try await world.global.run("UPDATE \(portal)_users SET \(change)")
      }
    }
    try await world.global.run(
      "UPDATE \(portal)_users SET email_address_hash = sha256('b'), hashing_algorithm = 'HMAC-SHA-256:7'"
    )
    #expect(try await world.global.count("\(portal)_users", where: "email_address_hash = sha256('b')") == 1)
    try await world.stop()
  }

  /// Gives the first so many people two names each, in both databases.
  private static func addNames(_ world: AuditWorld, persons: Int) async throws {
    for database in [world.global, world.regional] {
      try await database.run(
        """
        INSERT INTO hub_user_display_names (hub_user_global_id, language_code, display_name, is_preferred, created_at)
        SELECT md5('person' || n)::uuid, language, 'Náme ' || n || ' in ' || language, language = 'en-US', 'epoch'
        FROM generate_series(1, \(persons)) AS n, (VALUES ('en-US'), ('ta-IN')) AS l (language)
        """
      )
    }
  }

  @Test func namesAreSealedWithTheNewestKey() async throws {
    let world = try await AuditWorld.start()
    try await world.addPersons(1_200)
    try await Self.addNames(world, persons: 1_200)
    func count(_ condition: String) async throws -> Int64 {
      try await world.global.count("hub_user_display_names", where: condition)
    }
    let dry = try await Self.run("rehash", world, keys: Self.first, ["--dry-run"])
    #expect(dry.lines.last == "ind1  hub_user_display_names  to move: 2400, changing: 0")
    #expect(try await count("display_name LIKE 'Náme %'") == 2_400)

    let moved = try await Self.run("rehash", world, keys: Self.first)
    #expect(
      moved.end == .exit(0) && moved.lines.last == "ind1  hub_user_display_names  moved: 2400, changing: 0"
    )
    #expect(try await count("display_name LIKE 'AES-256-GCM:1:%' AND created_at = 'epoch'") == 2_400)
    #expect(try await count("is_preferred = (language_code = 'en-US')") == 2_400)
    #expect(try await Self.run("audit", world, keys: Self.first).end == .exit(0))

    // The next key moves them on, with the older one or without it; each time there is nothing left to do.
    for keys in ["\(Self.second),\(Self.first)", Self.first] {
      let next = try await Self.run("rehash", world, keys: keys)
      #expect(next.lines.last == "ind1  hub_user_display_names  moved: 2400, changing: 0")
      let again = try await Self.run("rehash", world, keys: keys)
      #expect(again.lines.last == "ind1  hub_user_display_names  moved: 0, changing: 0")
      #expect(try await Self.run("audit", world, keys: keys).end == .exit(0))
    }
    try await world.stop()
  }

  /// Sealed names are compared with the region's: one that was changed, moved or exchanged is found, and repaired.
  @Test func sealedNamesThatAreNotTheRegionsAreFound() async throws {
    let world = try await AuditWorld.start()
    try await world.addPersons(6)
    try await Self.addNames(world, persons: 5)
    #expect(try await Self.run("rehash", world, keys: Self.first).end == .exit(0))
    func person(_ number: Int) -> String { "hub_user_global_id = md5('person\(number)')::uuid" }
    // The tables' owner makes rows anew, as nobody updates them.
    try await world.global.run(
      """
      CREATE TEMPORARY TABLE names AS SELECT * FROM hub_user_display_names;
      DELETE FROM hub_user_display_names WHERE \(person(1)) OR \(person(2)) OR \(person(3));
      INSERT INTO hub_user_display_names SELECT md5('person1')::uuid, language_code, display_name, is_preferred
        FROM names WHERE \(person(2));
      INSERT INTO hub_user_display_names SELECT md5('person2')::uuid,
        CASE language_code WHEN 'en-US' THEN 'ta-IN' ELSE 'en-US' END, display_name, NOT is_preferred
        FROM names WHERE \(person(2));
      INSERT INTO hub_user_display_names VALUES (md5('person3')::uuid, 'en-US', 'Somebody', TRUE)
      """
    )
    try await world.regional.run("UPDATE hub_user_display_names SET display_name = 'New' WHERE \(person(4))")
    let rehash = try await Self.run("rehash", world, keys: Self.second + "," + Self.first, ["--dry-run"])
    // Person 4 has two names of another text than the region's, persons 1 and 2 two that are no names of theirs.
    #expect(rehash.end == .exit(1) && rehash.lines.filter { $0.hasPrefix("disagrees") }.count == 7)
    let audit = try await Self.run("audit", world, keys: Self.first)
    #expect(audit.end == .exit(1))
    #expect(audit.lines.filter { $0.contains("display_name_mismatch") }.count == 4, "\(audit.lines)")
    #expect(try await Self.run("audit", world, keys: Self.first, ["--repair"]).end == .exit(0))
    #expect(
      try await world.global.count("hub_user_display_names", where: "display_name LIKE 'AES-256-GCM:1:%'")
        == 10
    )
    #expect(try await Self.run("audit", world, keys: Self.first).end == .exit(0))
    let without = try await Self.run("audit", world, keys: "1:" + Self.second.dropFirst(2))
    #expect(without.end == .exit(1), "names sealed with another key of this version are no names")
    try await world.stop()
  }

  @Test func theSeedsNamesAreSealed() async throws {
    let world = try await AuditWorld.start()
    #expect(try await Self.run("seed", world, keys: Self.first).end == .exit(0))
    #expect(
      try await world.global.count("hub_user_display_names", where: "display_name LIKE 'AES-256-GCM:1:%'")
        == 1
    )
    #expect(
      try await world.regional.count("hub_user_display_names", where: "display_name = 'Test User 1'") == 1
    )
    #expect(try await Self.run("audit", world, keys: Self.first).end == .exit(0))
    try await world.stop()
  }

  private static func hash(of address: String) async throws -> String {
    Hex.encode(try AddressHasher.parse(first).hash(stored: address).bytes)
  }
}
