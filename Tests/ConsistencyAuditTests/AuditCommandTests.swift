import FoundationEssentials
import TestSupport
import Testing

/// `vetchium audit` as a process between real databases.
@Suite struct AuditCommandTests {
  typealias Finding = AuditReport.Finding

  @Test func databasesThatAgree() async throws {
    let world = try await AuditWorld.start()
    try await world.addPersons(12_345)
    let (code, report) = try await world.audit()
    #expect(code == .exit(0))
    #expect(report.findings.isEmpty && report.compared == 12_345 && report.repaired == 0)
    // For people it is one line, and how far it is shows on a terminal only.
    let process = try await TestProcess.start(world.words([]), name: "audit", environment: [:])
    #expect(try await process.waitForEnd() == .exit(0))
    #expect(process.log.lines.map(\.text) == ["compared: ind1 12345; repaired: 0; remaining: 0"])
    let watched = try await TestProcess.startAtTerminal(world.words([]), name: "audit", environment: [:])
    #expect(try await watched.waitForEnd() == .exit(0))
    #expect(watched.log.tail.contains("ind1  hub_user  5000"), "\(watched.log.tail)")
    try await world.stop()
  }

  @Test func whatItCannotFinishIsTwo() async throws {
    let world = try await AuditWorld.start()
    for (global, region) in [("host=/nowhere", nil), (nil, "host=/nowhere")] as [(String?, String?)] {
      let process = try await TestProcess.start(
        [
          Programs.path(of: "vetchium"), "audit", "--global-url",
          global ?? world.global.connectionString(role: "vetchium_owner"), "--region-url",
          "ind1=\(region ?? world.regional.connectionString(role: "vetchium_owner"))",
        ],
        name: "audit",
        environment: [:]
      )
      #expect(try await process.waitForEnd(within: .seconds(40)) == .exit(2), "\(process.log.tail)")
    }
    for wrong in [["--release-routing"], ["--nonsense"]] {
      let process = try await TestProcess.start(world.words(wrong), name: "audit", environment: [:])
      #expect(try await process.waitForEnd() == .exit(64))
    }
    try await world.stop()
  }

  /// Every kind of difference at once; what is repaired, what is not, and what has become of it.
  @Test func differencesOfPersons() async throws {
    let world = try await AuditWorld.start()
    try await world.addPersons(20)
    func id(_ number: Int) async throws -> String {
      try #require(try await world.global.text("SELECT md5('person' || $1)::uuid::text", "\(number)"))
    }
    let (lost, unknown, moved, changed, taken) = (
      try await id(1), try await id(2), try await id(3), try await id(4), try await id(5)
    )
    let (renamed, doubled) = (try await id(6), try await id(7))
    // The trigger that keeps routing rows as they are is for services.
    try await world.global.run(
      """
      SET session_replication_role = replica;
      DELETE FROM hub_users WHERE hub_user_global_id IN ('\(unknown)', '\(doubled)');
      UPDATE hub_users SET home_region = 'usa1' WHERE hub_user_global_id = '\(moved)';
      UPDATE hub_users SET email_address_hash = sha256('other') WHERE hub_user_global_id = '\(changed)';
      UPDATE hub_users SET email_address_hash = sha256('another') WHERE hub_user_global_id = '\(taken)';
      INSERT INTO hub_users (hub_user_global_id, handle, email_address_hash, home_region)
        VALUES ('\(UUID())', 'the-taker', sha256('p5@example.com'), 'usa1'), ('\(UUID())', 'handle-7', sha256('x'), 'usa1')
      """
    )
    try await world.regional.run(
      """
      DELETE FROM hub_users WHERE hub_user_global_id = '\(lost)';
      UPDATE hub_users SET handle = 'not-the-same' WHERE hub_user_global_id = '\(renamed)';
      INSERT INTO hub_user_display_names (hub_user_global_id, language_code, display_name, is_preferred)
        VALUES ('\(unknown)', 'en-US', 'Somebody', TRUE);
      """
    )
    let expected: [Finding] = [
      Finding(problem: "routing_without_record", entity: "hub_user", id: lost),
      Finding(problem: "record_without_routing", entity: "hub_user", id: unknown),
      Finding(problem: "record_without_routing", entity: "hub_user", id: doubled),
      Finding(problem: "wrong_home_region", entity: "hub_user", id: moved),
      Finding(problem: "hash_mismatch", entity: "hub_user", id: changed),
      Finding(problem: "hash_mismatch", entity: "hub_user", id: taken),
      Finding(problem: "handle_mismatch", entity: "hub_user", id: renamed),
    ]
    let (code, report) = try await world.audit()
    #expect(code == .exit(1))
    #expect(Set(report.findings) == Set(expected) && report.remaining == expected.count)

    // What somebody else's address or handle is in the way of stays, and so does what needs the operator's word.
    let mended = [unknown, changed, renamed]
    let (repairCode, repair) = try await world.audit(["--repair"])
    #expect(repairCode == .exit(1))
    #expect(Set(repair.findings.filter(\.isRepaired).map(\.id)) == Set(mended))
    #expect(Set(repair.findings.map(\.id)) == Set(expected.map(\.id)) && repair.repaired == 3)
    #expect(
      try await world.global.text(
        "SELECT display_name FROM hub_user_display_names WHERE hub_user_global_id = $1::text::uuid",
        unknown
      ) == "Somebody"
    )
    #expect(
      try await world.regional.text(
        "SELECT handle FROM hub_users WHERE hub_user_global_id = $1::text::uuid",
        renamed
      ) == "handle-6"
    )
    let (_, again) = try await world.audit(["--repair"])
    #expect(Set(again.findings.map(\.id)) == [lost, moved, taken, doubled] && again.repaired == 0)

    let (_, released) = try await world.audit(["--repair", "--release-routing"])
    #expect(released.findings.filter(\.isRepaired).map(\.id) == [lost])
    let (_, last) = try await world.audit()
    #expect(Set(last.findings.map(\.id)) == [moved, taken, doubled])
    try await world.stop()
  }

  /// A missing routing row is made from the record, a row without one deleted on the operator's word. The rest is the
  /// operator's.
  @Test(arguments: ["employer", "agency"])
  func differencesOfTenants(_ tenant: String) async throws {
    let world = try await AuditWorld.start()
    let (tenants, portal) = tenant == "employer" ? ("employers", "org") : ("agencies", "agency")
    let ids = (1...4).map { _ in UUID().uuidString.lowercased() }
    let (one, other, user, stranger) = (ids[0], ids[1], ids[2], ids[3])
    try await world.global.run(
      """
      INSERT INTO \(tenants) (\(tenant)_id, \(tenant)_name, region)
        VALUES ('\(one)', 'one.example', 'ind1'), ('\(other)', 'other.example', 'ind1');
      INSERT INTO \(portal)_users (\(portal)_user_id, email_address_hash, \(tenant)_id, home_region) VALUES
        ('\(user)', sha256('a@one.example'), '\(one)', 'ind1');
      INSERT INTO global_\(tenant)_domains (domain, region, \(tenant)_id) VALUES
        ('one.example', 'ind1', '\(one)'), ('lost.example', 'ind1', '\(one)'), ('a-b.example', 'ind1', '\(one)');
      """
    )
    // The second tenant's name has no copy, which may be.
    try await world.regional.run(
      """
      INSERT INTO \(tenants) (\(tenant)_id, \(tenant)_name) VALUES ('\(one)', 'another.example');
      INSERT INTO \(portal)_users (\(portal)_user_id, email_address, \(tenant)_id, status) VALUES
        ('\(user)', 'b@one.example', '\(other)', 'active'), ('\(stranger)', 'c@one.example', '\(one)', 'active');
      INSERT INTO \(tenant)_domains (domain, \(tenant)_id, verification_token, token_expires_at) VALUES
        ('one.example', '\(other)', repeat('0', 64), now()), ('a-b.example', '\(one)', repeat('1', 64), now()),
        ('new.example', '\(one)', repeat('2', 64), now());
      """
    )
    let expected: Set<Finding> = [
      Finding(problem: "name_mismatch", entity: tenant, id: one),
      Finding(problem: "hash_mismatch", entity: "\(portal)_user", id: user),
      Finding(problem: "owner_mismatch", entity: "\(portal)_user", id: user),
      Finding(problem: "record_without_routing", entity: "\(portal)_user", id: stranger),
      Finding(problem: "owner_mismatch", entity: "\(tenant)_domain", id: "one.example"),
      Finding(problem: "routing_without_record", entity: "\(tenant)_domain", id: "lost.example"),
      Finding(problem: "record_without_routing", entity: "\(tenant)_domain", id: "new.example"),
    ]
    let (restored, released) = ([stranger, "new.example"], ["lost.example"])
    for (options, repaired, gone) in [
      ([], [], []), (["--repair"], restored, []), (["--repair", "--release-routing"], released, restored),
      (["--repair", "--release-routing"], [], restored + released),
    ] as [([String], [String], [String])] {
      let (code, report) = try await world.audit(options)
      #expect(code == .exit(1))
      let left = expected.filter { !gone.contains($0.id) }
      #expect(Set(report.findings.map(\.id)) == Set(left.map(\.id)), "\(options)")
      #expect(Set(report.findings.map(\.problem)) == Set(left.map(\.problem)), "\(options)")
      #expect(Set(report.findings.filter(\.isRepaired).map(\.id)) == Set(repaired), "\(options)")
    }
    try await world.stop()
  }

  /// One that can be undone, one of a kind that nobody knows, one that is under way.
  @Test func intentsThatNobodyFinished() async throws {
    let world = try await AuditWorld.start()
    let ids = (1...4).map { _ in UUID().uuidString.lowercased() }
    let (known, unknown, subject, young) = (ids[0], ids[1], ids[2], ids[3])
    try await world.global.run(
      """
      INSERT INTO hub_users (hub_user_global_id, handle, email_address_hash, home_region)
        VALUES ('\(subject)', 'half-done', sha256('half@example.com'), 'ind1');
      INSERT INTO hub_signup_tokens (token_hash, email_address, email_address_hash, expires_at, consumed_at)
        VALUES (sha256('token'), 'half@example.com', sha256('half@example.com'), now() + interval '1 hour', now())
      """
    )
    let details = try #require(
      try await world.global.text(
        "SELECT jsonb_build_object('signup_token_hash', encode(sha256('token'), 'hex'))::text"
      )
    )
    try await world.regional.run(
      """
      INSERT INTO sagas (saga_id, kind, subject_id, details, deadline) VALUES
        ('\(known)', 'hub_signup', '\(subject)', '\(details)', now()),
        ('\(unknown)', 'of_a_later_release', gen_random_uuid(), '{}', now()),
        ('\(young)', 'hub_signup', gen_random_uuid(), '\(details)', now() + interval '2 seconds')
      """
    )
    let (code, report) = try await world.audit()
    #expect(code == .exit(1))
    let intents = report.findings.filter { $0.problem == "expired_intent" }
    #expect(Set(intents.map(\.id)).isSuperset(of: [known, unknown]) && report.findings.count > intents.count)
    let (_, repair) = try await world.audit(["--repair"])
    #expect(repair.findings.contains { $0.id == known && $0.isRepaired })
    #expect(repair.findings.contains { $0.id == unknown && !$0.isRepaired })
    #expect(try await world.global.count("hub_users", where: "true") == 0)
    #expect(try await world.global.count("hub_signup_tokens", where: "consumed_at IS NULL") == 1)
    let (_, last) = try await world.audit(["--repair"])
    #expect(last.findings.map(\.id).filter { $0 != young } == [unknown] && last.remaining == 1)
    try await world.stop()
  }
}
