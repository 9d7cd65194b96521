import TestSupport
import Testing
import Vocabulary

/// What a thief of one region's API role tries on the routing of others, in the global database. Each table is tried
/// with the statements that would work on rows of the thief's own region, so that a refusal is the policy's and no
/// mistake in the statement.
@Suite struct RoutingAttackTests {
  /// SQLSTATE 42501: no right, or a row that a policy refuses.
  private static let denied = "42501"

  /// Ids and addresses of rows in the victim's region.
  private static let person = "'22222222-2222-2222-2222-222222222222'"
  private static let tenant = "'33333333-3333-3333-3333-333333333333'"
  private static let user = "'44444444-4444-4444-4444-444444444444'"
  private static let address = "sha256('victim@example.com')"
  private static let token = "sha256('token')"

  /// A platform where the other region has a person, an employer with a domain and an invited user, an agency, and
  /// sign-ups under way.
  private static func platform() async throws -> AttackedPlatform {
    let platform = try await AttackedPlatform.make()
    let home = platform.other
    var statements = [
      "INSERT INTO hub_users VALUES (\(person), 'victim', \(address), 'SHA-256', '\(home)')",
      "INSERT INTO hub_user_display_names VALUES (\(person), 'en-US', 'Victim', TRUE)",
      """
      INSERT INTO hub_signup_tokens (token_hash, email_address, email_address_hash, expires_at)
      VALUES (\(token), 'new@example.com', sha256('new@example.com'), now() + INTERVAL '1 hour')
      """,
    ]
    for (portal, tenants, entity) in [("org", "employers", "employer"), ("agency", "agencies", "agency")] {
      statements += [
        "INSERT INTO \(tenants) VALUES (\(tenant), 'victim.example', '\(home)')",
        "INSERT INTO global_\(entity)_domains VALUES ('victim.example', '\(home)', \(tenant))",
        "INSERT INTO \(portal)_users VALUES (\(user), \(address), 'SHA-256', \(tenant), '\(home)')",
        "INSERT INTO \(portal)_invited_users VALUES (\(user))",
        """
        INSERT INTO \(portal)_signup_tokens
          (token_hash, dns_token, email_address, email_address_hash, domain, home_region, expires_at)
        VALUES (\(token), repeat('a', 64), 'new@new.example', sha256('new@new.example'), 'new.example', '\(home)',
          now() + INTERVAL '1 hour')
        """,
      ]
    }
    for statement in statements { try await platform.server.execute(statement, database: platform.global) }
    return platform
  }

  /// All rows of the routing tables, to be the same after an attack.
  private static func rows(_ platform: AttackedPlatform) async throws -> [String?] {
    let tables = [
      "hub_users", "hub_user_display_names", "hub_signup_tokens", "employers", "global_employer_domains",
      "org_users", "org_invited_users", "org_signup_tokens", "agencies", "global_agency_domains",
      "agency_users",
      "agency_invited_users", "agency_signup_tokens",
    ]
    let selects = tables.map { "SELECT '\($0) ' || row::text AS text FROM \($0) AS row" }
    return try await platform.run(
      [selects.joined(separator: " UNION ALL ") + " ORDER BY text"],
      as: platform.owner,
      in: platform.global
    )
  }

  @Test func aStolenRegionTakesNoAddressOverAndMakesNoRowElsewhere() async throws {
    let platform = try await Self.platform()
    let thief = AttackedPlatform.api(platform.stolen)
    let (own, other) = (platform.stolen, platform.other)
    let before = try await Self.rows(platform)
    let id = "gen_random_uuid()"
    var attacks = [
      "INSERT INTO hub_users VALUES (\(id), 'handle', sha256('a'), 'SHA-256', '\(other)')",
      "INSERT INTO hub_user_display_names VALUES (\(Self.person), 'de-DE', 'Thief', FALSE)",
      """
      INSERT INTO hub_signup_tokens (token_hash, email_address, email_address_hash, expires_at, made_in)
      VALUES (sha256('b'), 'a@example.com', sha256('a'), now(), '\(other)')
      """,
      """
      INSERT INTO hub_signup_tokens (token_hash, email_address, email_address_hash, expires_at, made_in)
      VALUES (sha256('b'), 'a@example.com', sha256('a'), now(), NULL)
      """,
    ]
    for (portal, tenants, entity) in [("org", "employers", "employer"), ("agency", "agencies", "agency")] {
      attacks += [
        "INSERT INTO \(tenants) VALUES (\(id), 'x.example', '\(other)')",
        "INSERT INTO global_\(entity)_domains VALUES ('x.example', '\(other)', \(Self.tenant))",
        "INSERT INTO global_\(entity)_domains VALUES ('x.example', '\(own)', \(Self.tenant))",
        "INSERT INTO \(portal)_users VALUES (\(id), sha256('a'), 'SHA-256', \(Self.tenant), '\(other)')",
        "INSERT INTO \(portal)_users VALUES (\(id), sha256('a'), 'SHA-256', \(Self.tenant), '\(own)')",
        "INSERT INTO \(portal)_invited_users VALUES (\(Self.user))",
        """
        INSERT INTO \(portal)_signup_tokens
          (token_hash, dns_token, email_address, email_address_hash, domain, home_region, expires_at)
        VALUES (sha256('b'), repeat('b', 64), 'a@x.example', sha256('a'), 'x.example', '\(other)', now())
        """,
      ]
    }
    for attack in attacks {
      #expect(try await platform.refusal(attack, as: thief, in: platform.global) == Self.denied, "\(attack)")
    }
    // The victim's address is theirs: a second row for it cannot be.
    let copy = "INSERT INTO hub_users VALUES (\(id), 'handle', \(Self.address), 'SHA-256', '\(own)')"
    #expect(try await platform.refusal(copy, as: thief, in: platform.global) == "23505")
    #expect(try await Self.rows(platform) == before)
  }

  @Test func aStolenRegionChangesAndDeletesNoRowOfAnother() async throws {
    let platform = try await Self.platform()
    let thief = AttackedPlatform.api(platform.stolen)
    let before = try await Self.rows(platform)
    var functions = [
      "change_hub_user_email_hash(sha256('thief'), 'SHA-256', \(Self.person), ARRAY[\(Self.address)])",
      "delete_hub_user(\(Self.person))", "find_hub_user_email_hash(\(Self.person))",
      "delete_hub_signup_token(\(Self.token))",
    ]
    for (portal, entity) in [("org", "employer"), ("agency", "agency")] {
      functions += [
        "delete_\(entity)(\(Self.tenant))", "delete_\(entity)_domain('victim.example', \(Self.tenant))",
        "delete_\(portal)_user(\(Self.user))", "delete_\(portal)_invited_user(\(Self.user))",
        "consume_\(portal)_signup_token(\(Self.token))", "release_\(portal)_signup_token(\(Self.token))",
        "delete_\(portal)_signup_token(\(Self.token))", "find_\(entity)_name(\(Self.tenant))",
      ]
    }
    for function in functions {
      let found = try await platform.run(["SELECT 'row' FROM \(function)"], as: thief, in: platform.global)
      #expect(found.isEmpty, "\(function)")
    }
    for table in ["hub_users", "employers", "global_employer_domains", "org_users", "hub_signup_tokens"] {
      for attack in [
        "DELETE FROM \(table)", "UPDATE \(table) SET created_at = now()", "TRUNCATE \(table) CASCADE",
      ] {
        #expect(
          try await platform.refusal(attack, as: thief, in: platform.global) == Self.denied,
          "\(attack)"
        )
      }
    }
    #expect(try await Self.rows(platform) == before)
  }

  /// The functions are the owner's, whom no policy binds if they are a superuser.
  @Test func functionsOfASuperuserWriteNoRowOfAnotherRegionEither() async throws {
    let platform = try await Self.platform()
    let thief = AttackedPlatform.api(platform.stolen)
    try await platform.server.execute("ALTER ROLE \(platform.owner) SUPERUSER")
    let before = try await Self.rows(platform)
    for function in [
      "delete_hub_user(\(Self.person))", "delete_employer(\(Self.tenant))", "delete_org_user(\(Self.user))",
      "delete_org_invited_user(\(Self.user))", "delete_employer_domain('victim.example', \(Self.tenant))",
      "change_hub_user_email_hash(sha256('thief'), 'SHA-256', \(Self.person), ARRAY[\(Self.address)])",
      "delete_hub_signup_token(\(Self.token))", "consume_org_signup_token(\(Self.token))",
      "release_org_signup_token(\(Self.token))", "delete_org_signup_token(\(Self.token))",
    ] {
      let found = try await platform.run(["SELECT 'row' FROM \(function)"], as: thief, in: platform.global)
      #expect(found.isEmpty, "\(function)")
    }
    #expect(try await Self.rows(platform) == before)
  }

  @Test func aStolenRegionGivesNoTokenBackThatAnotherHasSpent() async throws {
    let platform = try await Self.platform()
    let spent = try await platform.run(
      ["SELECT 'spent' FROM consume_hub_signup_token(\(Self.token))"],
      as: AttackedPlatform.api(platform.other),
      in: platform.global
    )
    #expect(spent == ["spent"])
    for (region, rows) in [(platform.stolen, 0), (platform.other, 1)] {
      let released = try await platform.run(
        ["SELECT 'released' FROM release_hub_signup_token(\(Self.token))"],
        as: AttackedPlatform.api(region),
        in: platform.global
      )
      #expect(released.count == rows, "\(region)")
    }
  }

  /// A token of the thief's own with the hash of the victim's address says nothing of what was mailed to the victim.
  @Test func aStolenRegionBlanksNoPendingAddress() async throws {
    let platform = try await Self.platform()
    let forgotten = try await platform.run(
      [
        """
        INSERT INTO hub_signup_tokens (token_hash, email_address, email_address_hash, expires_at)
        VALUES (sha256('b'), 'thief@example.com', sha256('new@example.com'), now() + INTERVAL '1 hour')
        """,
        "SELECT 'spent' FROM consume_hub_signup_token(sha256('b'))",
        "SELECT 'forgotten' FROM forget_hub_signup_address(sha256('b'))",
      ],
      as: AttackedPlatform.api(platform.stolen),
      in: platform.global
    )
    #expect(forgotten == ["forgotten"], "its own")
    let pending = try await platform.run(
      ["SELECT email_address FROM hub_signup_tokens WHERE token_hash = \(Self.token)"],
      as: platform.owner,
      in: platform.global
    )
    #expect(pending == ["new@example.com"])
  }

  @Test func aStolenRegionListsNoHashHandleNameOrPendingAddress() async throws {
    let platform = try await Self.platform()
    let thief = AttackedPlatform.api(platform.stolen)
    for column in [
      "email_address_hash FROM hub_users", "handle FROM hub_users",
      "display_name FROM hub_user_display_names",
      "email_address FROM hub_signup_tokens", "token_hash FROM hub_signup_tokens",
      "email_address FROM org_signup_tokens", "domain FROM org_signup_tokens",
      "email_address_hash FROM org_users",
      "employer_name FROM employers", "domain FROM global_employer_domains",
      "email_address FROM agency_signup_tokens", "email_address_hash FROM agency_users",
      "agency_name FROM agencies", "domain FROM global_agency_domains", "org_user_id FROM org_invited_users",
      "throttle_key FROM throttles", "throttle_key FROM admin_throttles",
    ] {
      for attack in [
        "SELECT \(column)", "COPY (SELECT \(column)) TO STDOUT",
        "SELECT count(*) FROM \(column.split(separator: " ")[2])",
      ] {
        #expect(
          try await platform.refusal(attack, as: thief, in: platform.global) == Self.denied,
          "\(attack)"
        )
      }
    }
    // A look-up asks about one address: a dictionary does not fit into it.
    let many = "SELECT 'x' FROM find_hub_user(array_fill(sha256('a'), ARRAY[17]))"
    #expect(try await platform.refusal(many, as: thief, in: platform.global) == "54000")
    // What one look-up needs is found all the same, and no more than it.
    let found = try await platform.run(
      ["SELECT found::text FROM find_hub_user(ARRAY[sha256('older'), \(Self.address)]) AS found"],
      as: thief,
      in: platform.global
    )
    #expect(found == ["(22222222-2222-2222-2222-222222222222,\(platform.other))"])
  }

  @Test func aStolenRegionLiftsNoThrottleAndHoldsNoneForLong() async throws {
    let platform = try await Self.platform()
    let thief = AttackedPlatform.api(platform.stolen)
    let count = "SELECT is_admitted::text || (ends_in_ms <= 3600000) FROM count_signup(\(Self.address), "
    let counted = try await platform.run([count + "1)"], as: thief, in: platform.global)
    #expect(counted == ["truetrue"])
    // Whatever limit the thief names, the counter only goes up, and ends when it would have ended.
    let again = try await platform.run([count + "2147483647)", count + "2)"], as: thief, in: platform.global)
    #expect(again == ["falsetrue"])
    for table in ["throttles", "admin_throttles"] {
      for attack in [
        "DELETE FROM \(table)", "UPDATE \(table) SET events = 1", "SELECT events FROM \(table)",
        "INSERT INTO \(table) VALUES (\(Self.address), 1, now(), 'infinity')",
        "LOCK TABLE \(table) IN ROW EXCLUSIVE MODE",
      ] {
        #expect(
          try await platform.refusal("BEGIN", attack, as: thief, in: platform.global) == Self.denied,
          "\(attack)"
        )
      }
    }
  }
}
