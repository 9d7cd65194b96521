import FoundationEssentials
import TestSupport
import Testing

/// What an audit makes of a database that came back from a backup, or of a wrong connection string.
@Suite struct AuditRestoreTests {
  /// An employer or an agency with two users and two domains, in both databases.
  private struct Tenant {
    let tenants: String
    let tenant: String
    let portal: String
    let id = UUID().uuidString.lowercased()
    let users = (1...2).map { _ in UUID().uuidString.lowercased() }
    let domains: [String]

    static func both() -> [Tenant] {
      [
        Tenant(
          tenants: "employers",
          tenant: "employer",
          portal: "org",
          domains: ["one.example", "two.example"]
        ),
        Tenant(
          tenants: "agencies",
          tenant: "agency",
          portal: "agency",
          domains: ["one.example", "a-b.example"]
        ),
      ]
    }

    /// What an audit calls it and all that is its.
    func findings(_ problem: String, isRepaired: Bool) -> [AuditReport.Finding] {
      [(tenant, id)].map { AuditReport.Finding(problem: problem, entity: $0, id: $1, isRepaired: isRepaired) }
        + users.map {
          AuditReport.Finding(problem: problem, entity: "\(portal)_user", id: $0, isRepaired: isRepaired)
        }
        + domains.map {
          AuditReport.Finding(problem: problem, entity: "\(tenant)_domain", id: $0, isRepaired: isRepaired)
        }
    }

    func add(to world: AuditWorld) async throws {
      try await world.global.run(
        """
        INSERT INTO \(tenants) (\(tenant)_id, \(tenant)_name, region) VALUES ('\(id)', '\(domains[0])', 'ind1');
        INSERT INTO \(portal)_users (\(portal)_user_id, email_address_hash, \(tenant)_id, home_region)
          SELECT id::uuid, sha256(convert_to(id || '@one.example', 'UTF8')), '\(id)', 'ind1'
          FROM unnest(ARRAY['\(users[0])', '\(users[1])']) AS id;
        INSERT INTO global_\(tenant)_domains (domain, region, \(tenant)_id)
          VALUES ('\(domains[0])', 'ind1', '\(id)'), ('\(domains[1])', 'ind1', '\(id)')
        """
      )
      try await world.regional.run(
        """
        INSERT INTO \(tenants) (\(tenant)_id, \(tenant)_name) VALUES ('\(id)', '\(domains[0])');
        INSERT INTO \(portal)_users (\(portal)_user_id, email_address, \(tenant)_id, status)
          SELECT id::uuid, id || '@one.example', '\(id)', 'active'
          FROM unnest(ARRAY['\(users[0])', '\(users[1])']) AS id;
        INSERT INTO \(tenant)_domains (domain, \(tenant)_id, verification_token, token_expires_at)
          SELECT domain, '\(id)', encode(sha256(convert_to(domain, 'UTF8')), 'hex'), now()
          FROM unnest(ARRAY['\(domains[0])', '\(domains[1])']) AS domain
        """
      )
    }

    /// All rows of it in the global database.
    func routing(in world: AuditWorld) async throws -> [[String?]] {
      let time = "'created_at'"
      return try await world.global.rows(
        """
        SELECT (to_jsonb(t) - \(time))::text FROM \(tenants) AS t
        UNION ALL SELECT (to_jsonb(u) - \(time))::text FROM \(portal)_users AS u
        UNION ALL SELECT (to_jsonb(d) - \(time))::text FROM global_\(tenant)_domains AS d ORDER BY 1
        """
      )
    }
  }

  /// The global database is older than the region: what it lacks is made from the region's records.
  @Test func theGlobalDatabaseWasRestored() async throws {
    let world = try await AuditWorld.start()
    let tenants = Tenant.both()
    for tenant in tenants { try await tenant.add(to: world) }
    #expect(try await world.audit().code == .exit(0))
    for tenant in tenants {
      let before = try await tenant.routing(in: world)
      #expect(before.count == 5)
      try await world.global.run("DELETE FROM \(tenant.tenants)")
      let (_, report) = try await world.audit()
      #expect(Set(report.findings) == Set(tenant.findings("record_without_routing", isRepaired: false)))
      let (code, repair) = try await world.audit(["--repair"])
      #expect(code == .exit(0))
      #expect(Set(repair.findings) == Set(tenant.findings("record_without_routing", isRepaired: true)))
      #expect(try await tenant.routing(in: world) == before)
    }
    #expect(try await world.audit().code == .exit(0))
    try await world.stop()
  }

  /// A domain that somebody else has by now, and users of a tenant of which nothing tells the name, stay as they are.
  @Test func whatIsInTheWayOfARestore() async throws {
    let world = try await AuditWorld.start()
    for tenant in Tenant.both() {
      try await tenant.add(to: world)
      let other = UUID().uuidString
      try await world.global.run(
        """
        DELETE FROM \(tenant.tenants);
        INSERT INTO \(tenant.tenants) (\(tenant.tenant)_id, \(tenant.tenant)_name, region)
          VALUES ('\(other)', '\(tenant.domains[0])', 'usa1');
        INSERT INTO global_\(tenant.tenant)_domains (domain, region, \(tenant.tenant)_id)
          VALUES ('\(tenant.domains[0])', 'usa1', '\(other)')
        """
      )
      try await world.regional.run("DELETE FROM \(tenant.tenants)")
      let (code, report) = try await world.audit(["--repair"])
      #expect(code == .exit(1))
      #expect(report.repaired == 0 && report.remaining == 4, "\(report.findings)")
      try await world.regional.run(
        "INSERT INTO \(tenant.tenants) (\(tenant.tenant)_id, \(tenant.tenant)_name) VALUES ('\(tenant.id)', 'a')"
      )
      let (_, repair) = try await world.audit(["--repair"])
      #expect(repair.findings.filter { !$0.isRepaired }.map(\.id) == [tenant.domains[0]])
      // For the next kind of tenant both databases are empty again.
      try await world.global.run("DELETE FROM \(tenant.tenants)")
      try await world.regional.run(
        "DELETE FROM \(tenant.portal)_users; DELETE FROM \(tenant.tenant)_domains; DELETE FROM \(tenant.tenants)"
      )
    }
    try await world.stop()
  }

  /// The region is older than the global database: it has nothing of a tenant that was made since.
  @Test func theRegionWasRestored() async throws {
    let world = try await AuditWorld.start()
    for tenant in Tenant.both() {
      try await tenant.add(to: world)
      // The copy of the name alone may be missing: the tenant is there.
      try await world.regional.run("DELETE FROM \(tenant.tenants)")
      #expect(try await world.audit().code == .exit(0))
      try await world.regional.run(
        "DELETE FROM \(tenant.portal)_users; DELETE FROM \(tenant.tenant)_domains"
      )
      let lost = Set(tenant.findings("routing_without_record", isRepaired: false))
      let (code, report) = try await world.audit(["--repair"])
      #expect(code == .exit(1) && Set(report.findings) == lost)
      #expect(try await tenant.routing(in: world).count == 5)
      let (releaseCode, release) = try await world.audit(["--repair", "--release-routing", "--yes"])
      #expect(releaseCode == .exit(0))
      #expect(Set(release.findings) == Set(tenant.findings("routing_without_record", isRepaired: true)))
      #expect(try await tenant.routing(in: world).isEmpty)
    }
    try await world.stop()
  }

  /// Everybody seems to be lost when the region's database is empty, or the wrong one that does not say so.
  @Test func manyDeletionsAreAskedFor() async throws {
    let world = try await AuditWorld.start()
    try await world.addPersons(300)
    try await world.regional.run("DELETE FROM hub_users WHERE handle IN ('handle-1', 'handle-2', 'handle-3')")
    let release = ["--repair", "--release-routing"]
    func audit(_ options: [String], typing answer: String? = nil) async throws -> TestProcess {
      let words = world.words(release + options)
      let process =
        if let answer {
          try await TestProcess.startAtTerminal(words, name: "audit", environment: [:], typing: [answer])
        } else {
          try await TestProcess.start(words, name: "audit", environment: [:])
        }
      _ = try await process.waitForEnd()
      return process
    }
    // 1 % of 300 persons: nobody has to say so twice.
    #expect(try await audit([]).waitForEnd() == .exit(0))
    #expect(try await world.global.count("hub_users", where: "true") == 297)

    try await world.regional.run("DELETE FROM hub_users WHERE handle <> 'handle-300'")
    for (answer, isMeant) in [(nil, false), ("y", false), ("yes", true)] as [(String?, Bool)] {
      let process = try await audit([], typing: answer)
      #expect(try await process.waitForEnd() == .exit(isMeant ? 0 : 2), "\(process.log.tail)")
      #expect(process.log.lines.contains { $0.text.contains("296 of 297") }, "\(process.log.tail)")
      #expect(try await world.global.count("hub_users", where: "true") == (isMeant ? 1 : 297))
    }
    try await world.stop()
  }

  @Test func theWrongDatabaseIsRefused() async throws {
    let world = try await AuditWorld.start()
    try await world.addPersons(3)
    let (global, regional) = (
      world.global.connectionString(role: "vetchium_owner"),
      world.regional.connectionString(role: "vetchium_owner")
    )
    for (globalURL, regions, words) in [
      (
        global, ["usa1=\(regional)"],
        "it is the database of region ind1, expected the database of region usa1"
      ),
      // Nothing of the first region is repaired either.
      (global, ["ind1=\(regional)", "usa1=\(regional)"], "expected the database of region usa1"),
      (global, ["ind1=\(global)"], "it is the global database, expected the database of region ind1"),
      (regional, ["ind1=\(regional)"], "it is the database of region ind1, expected the global database"),
    ] {
      let process = try await TestProcess.start(
        [
          Programs.path(of: "vetchium"), "audit", "--global-url", globalURL, "--repair", "--release-routing",
          "--yes",
        ] + regions.flatMap { ["--region-url", $0] },
        name: "audit",
        environment: [:]
      )
      #expect(try await process.waitForEnd() == .exit(2))
      #expect(process.log.tail.contains(words), "\(process.log.tail)")
    }
    #expect(try await world.audit().code == .exit(0))
    try await world.stop()
  }

  /// The home region's copy is right, whatever differs; but where it has none, the other copy is the last.
  @Test func displayNamesThatDiffer() async throws {
    let world = try await AuditWorld.start()
    try await world.addPersons(5)
    func names(_ database: StackDatabase) async throws -> [[String?]] {
      try await database.rows(
        """
        SELECT handle || ' ' || language_code || ' ' || display_name || ' ' || is_preferred
        FROM hub_user_display_names JOIN hub_users USING (hub_user_global_id) ORDER BY 1
        """
      )
    }
    for database in [world.global, world.regional] {
      try await database.run(
        """
        INSERT INTO hub_user_display_names (hub_user_global_id, language_code, display_name, is_preferred)
        SELECT hub_user_global_id, language, handle || ' in ' || language, language = 'en-US'
        FROM hub_users, (VALUES ('en-US'), ('ta-IN')) AS l (language)
        """
      )
    }
    #expect(try await world.audit().code == .exit(0))
    func person(_ number: Int) -> String {
      "hub_user_global_id = (SELECT hub_user_global_id FROM hub_users WHERE handle = 'handle-\(number)')"
    }
    try await world.regional.run(
      """
      UPDATE hub_user_display_names SET display_name = 'Somebody' WHERE language_code = 'ta-IN' AND \(person(1));
      DELETE FROM hub_user_display_names WHERE language_code = 'ta-IN' AND \(person(2));
      DELETE FROM hub_user_display_names WHERE \(person(3))
      """
    )
    try await world.global.run(
      "DELETE FROM hub_user_display_names WHERE language_code = 'en-US' AND \(person(4))"
    )
    let (code, report) = try await world.audit()
    #expect(code == .exit(1) && report.findings.count == 4)
    #expect(Set(report.findings.map(\.problem)) == ["display_name_mismatch"])
    let (repairCode, repair) = try await world.audit(["--repair"])
    #expect(repairCode == .exit(1) && repair.repaired == 3 && repair.remaining == 1)
    #expect(try await names(world.global).filter { $0[0]?.hasPrefix("handle-3 ") == true }.count == 2)
    try await world.global.run("DELETE FROM hub_user_display_names WHERE \(person(3))")
    let right = try await names(world.regional)
    for database in [world.global, world.regional] { #expect(try await names(database) == right) }
    #expect(try await world.audit().code == .exit(0))
    try await world.stop()
  }
}
