import TestSupport
import Testing

/// Several replicas beside one database: one does the background work, and another takes over, whatever happens to it.
@Suite struct ReplicaTests {
  static let kinds: [StackDatabase.Kind] = [.region("ind1"), .global(regions: ["ind1"])]

  private func insert(_ mails: Int, named name: String, _ database: StackDatabase) async throws {
    let type = database.kind == .region("ind1") ? "hub_tfa" : "admin_tfa"
    try await database.run(
      """
      INSERT INTO emails (email_type, email_to, email_subject, email_text_body, email_html_body)
      SELECT '\(type)', '\(name)-' || n || '@example.com', 'S', 'T', 'H' FROM generate_series(1, \(mails)) AS n
      """
    )
  }

  private func leader(_ set: ReplicaSet, among replicas: [StackServer]? = nil) async throws -> StackServer {
    var leader: StackServer?
    try await eventually(within: .seconds(60), "a replica leads") {
      leader = await set.leader(among: replicas)
      return leader != nil
    }
    return try #require(leader)
  }

  /// Takes one mail for each recipient and makes sure that no second one comes.
  private func expectEachOnce(_ mails: Int, named name: String, _ catcher: SMTPCatcher) async throws {
    for number in 1...mails {
      _ = try await catcher.mail(to: "\(name)-\(number)@example.com", within: .seconds(20))
    }
    for number in 1...mails {
      await #expect(throws: SMTPCatcher.Timeout.self) {
        _ = try await catcher.mail(to: "\(name)-\(number)@example.com", within: .milliseconds(1))
      }
    }
  }

  @Test(arguments: kinds)
  func aKilledLeaderIsSucceeded(_ kind: StackDatabase.Kind) async throws {
    try await SMTPCatcher.run { catcher in
      let set = try await ReplicaSet.make(kind, count: 3, smtpPort: catcher.port)
      try await set.whileRunning {
        let first = try await leader(set)
        try await insert(20, named: "before", set.database)
        try await expectEachOnce(20, named: "before", catcher)
        try await eventually("all are recorded") {
          try await set.database.count("emails", where: "email_status = 'sent'") == 20
        }

        let metrics = String(decoding: try await first.client.get("/metrics").body, as: UTF8.self)
        for line in [
          "vetchium_background_leader 1.0", "outcome=\"accepted\"} 20", "vetchium_mail_pending ",
          "vetchium_mail_oldest_pending_seconds ", "vetchium_mail_failed_total{type=\"",
          "vetchium_mail_delivery_seconds_count{",
        ] {
          #expect(metrics.contains(line), "\(line)\n\(metrics)")
        }

        try await first.process.kill()
        let others = set.replicas.filter { $0 !== first }
        _ = try await leader(set, among: others)
        try await insert(20, named: "after", set.database)
        try await expectEachOnce(20, named: "after", catcher)
      }
    }
  }

  @Test(arguments: kinds)
  func aFrozenLeaderIsSucceededAndStepsDownWhenItThaws(_ kind: StackDatabase.Kind) async throws {
    try await SMTPCatcher.run { catcher in
      let set = try await ReplicaSet.make(kind, count: 2, smtpPort: catcher.port)
      try await set.whileRunning {
        let first = try await leader(set)
        try await first.process.freeze()
        let others = set.replicas.filter { $0 !== first }
        let second = try await leader(set, among: others)
        try await insert(20, named: "frozen", set.database)
        try await expectEachOnce(20, named: "frozen", catcher)

        try first.process.thaw()
        let log = try first.process.log
        #expect(await log.first { $0.message == "leadership lost" } != nil, "\(log.tail)")
        try await insert(20, named: "thawed", set.database)
        try await expectEachOnce(20, named: "thawed", catcher)
        #expect(await set.leader() === second)
        try await eventually("all are recorded") {
          try await set.database.count("emails", where: "email_status <> 'sent'") == 0
        }
      }
    }
  }

  @Test func aLeaderThatIsStoppedHandsOverAtOnce() async throws {
    try await SMTPCatcher.run { catcher in
      let set = try await ReplicaSet.make(.region("ind1"), count: 2, smtpPort: catcher.port)
      try await set.whileRunning {
        let first = try await leader(set)
        let term = try await set.database.rows("SELECT term_id::text FROM background_leadership")[0][0]
        #expect(try await first.process.terminate() == .exit(0))
        #expect(
          try await set.database.count(
            "background_leadership",
            where: "held_until > clock_timestamp() AND term_id::text = $1",
            try #require(term)
          ) == 0,
          "the lease is given back, so that it need not run out"
        )
        _ = try await leader(set, among: set.replicas.filter { $0 !== first })
        let messages = first.log.compactMap(\.message)
        #expect(messages.last == "stopped" && messages.contains("no longer leading"))
      }
    }
  }

  /// Every kind of row that expires, in one table after the other, with the worker's own rights.
  @Test(arguments: kinds)
  func whatExpiresIsCleanedUp(_ kind: StackDatabase.Kind) async throws {
    let tables =
      kind == .region("ind1")
      ? [
        "hub_tfa_tokens", "hub_sessions", "hub_password_reset_tokens", "hub_email_verification_tokens",
        "org_tfa_tokens", "org_sessions", "org_password_reset_tokens", "org_invitation_tokens",
        "agency_tfa_tokens",
        "agency_sessions", "agency_password_reset_tokens", "agency_invitation_tokens",
        "employer_domain_challenges", "agency_domain_challenges",
        "throttles",
      ]
      : [
        "admin_tfa_tokens", "admin_sessions", "admin_password_reset_tokens", "admin_invitation_tokens",
        "hub_signup_tokens", "org_signup_tokens", "agency_signup_tokens",
        "throttles", "admin_throttles",
      ]
    let variables =
      tables.filter {
        !$0.contains("invitation") && !$0.contains("challenges") && !$0.contains("admin_throttles")
      } + ["emails"]
    var environment = variables.reduce(into: [String: String]()) {
      $0["CLEANUP_\($1.uppercased())_INTERVAL"] = "1s"
    }
    environment["EMAIL_RETENTION"] = "1h"
    let set = try await ReplicaSet.make(kind, count: 1, smtpPort: 1, environment: environment)
    try await set.whileRunning {
      #expect(try await set.tablesThatExpire() == tables.sorted(), "a table without a job?")
      for table in tables { try await set.insertExpired(into: table) }
      try await set.insertFinishedMails()
      for table in tables {
        try await eventually("\(table) is cleaned up") {
          try await set.database.count(table, where: "expires_at <= now()") == 0
        }
        #expect(
          try await set.database.count(table, where: "TRUE") == 1,
          "what has not expired stays in \(table)"
        )
      }
      try await eventually("finished mails are cleaned up") {
        try await set.database.rows("SELECT email_to FROM emails ORDER BY 1").compactMap { $0[0] }
          == ["pending@example.com", "young@example.com"]
      }
      let metrics = String(decoding: try await set.replicas[0].client.get("/metrics").body, as: UTF8.self)
      #expect(metrics.contains("vetchium_clean_up_rows_total{job=\"emails\"} 2\n"), "\(metrics)")
      let warnings = set.replicas[0].log.filter { $0.message == "clean-up failed" }
      #expect(warnings.isEmpty, "\(warnings)")
    }
  }
}

extension ReplicaSet {
  /// Beyond the retention but for one, and one that is not finished. (There is no server to send that to.)
  func insertFinishedMails() async throws {
    try await database.run(
      """
      INSERT INTO emails (email_type, email_to, email_subject, email_text_body, email_html_body, email_status, created_at, next_attempt_at)
      SELECT email_type, name || '@example.com', '', '', '', status::email_status, now() - age, now() + INTERVAL '1 day'
      FROM (VALUES
        ('sent', 'sent', INTERVAL '2 hours'), ('failed', 'failed', INTERVAL '2 hours'),
        ('young', 'sent', INTERVAL '50 minutes'), ('pending', 'pending', INTERVAL '2 hours')
      ) AS mails (name, status, age), (SELECT (enum_range(NULL::email_type))[1] AS email_type) AS types
      """
    )
  }

  func tablesThatExpire() async throws -> [String] {
    try await database.rows(
      """
      SELECT table_name::text FROM information_schema.columns
      WHERE table_schema = 'public' AND column_name = 'expires_at' ORDER BY 1
      """
    ).compactMap { $0[0] }
  }

  /// One row that has expired and one that has not, whatever else the table's columns are; of nobody, so foreign keys
  /// do not count.
  func insertExpired(into table: String) async throws {
    let columns = try await database.rows(
      """
      SELECT column_name::text, data_type::text FROM information_schema.columns
      WHERE table_schema = 'public' AND table_name = $1 AND is_nullable = 'NO' AND column_default IS NULL
        AND column_name <> 'expires_at'
      """,
      table
    ).compactMap { row in row[0].map { ($0, row[1] ?? "") } }
    let values = columns.map { name, type in
      switch type {
      case "bytea": "sha256(random()::text::bytea)"
      case "uuid": "gen_random_uuid()"
      case "integer": "1"
      case "timestamp with time zone": "now()"
      default: Self.sampleTexts[name] ?? "'a@example.com'"
      }
    }
    let names = (columns.map(\.0) + ["expires_at"]).joined(separator: ", ")
    for expiry in ["now() - interval '1 hour'", "now() + interval '1 hour'"] {
      try await database.run(
        """
        SET session_replication_role = replica;
        INSERT INTO \(table) (\(names)) VALUES (\((values + [expiry]).joined(separator: ", ")))
        """
      )
    }
  }

  private static let sampleTexts = [
    "home_region": "'ind1'", "domain": "'example.com'",
    "dns_token": "encode(sha256(random()::text::bytea), 'hex')",
    "verification_token": "encode(sha256(random()::text::bytea), 'hex')",
  ]
}
