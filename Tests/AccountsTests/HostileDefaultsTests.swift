import PortalTestSupport
import TestSupport
import Testing

/// Defaults of the databases and of the servers' roles that would change what statements mean, or end them.
@Suite struct HostileDefaultsTests {
  private static let settings = [
    "lock_timeout = '1ms'", "statement_timeout = '300ms'", "search_path = elsewhere",
    "DateStyle = 'German, DMY'",
    "IntervalStyle = 'sql_standard'", "TimeZone = 'Asia/Kolkata'", "standard_conforming_strings = off",
    "bytea_output = 'escape'", "default_transaction_isolation = 'serializable'", "array_nulls = off",
    "transform_null_equals = on", "extra_float_digits = -15",
  ]

  @Test func theyChangeNothing() async throws {
    try await PortalHarness.with { portals in
      for database in [portals.global, portals.regional] {
        for setting in Self.settings {
          let literal = setting.replacing("'", with: "''")
          for whose in ["DATABASE %I", "ROLE vetchium_api_ind1 IN DATABASE %I"] {
            try await database.run(
              "DO $$ BEGIN EXECUTE format('ALTER \(whose) SET \(literal)', current_database()); END $$"
            )
          }
        }
      }
      for kind in PortalKind.allCases {
        let account = try await portals.account(kind)
        let session = try await portals.logIn(account)
        let changed = try await portals.changePassword(
          account,
          TestAccount.password,
          "another-Passw0rd!",
          session: session
        )
        #expect(changed.status == 200, "\(kind): \(changed)")
        let token = try await portals.requestReset(account)
        let reset = try await portals.completeReset(kind, token, TestAccount.password)
        #expect(reset.status == 200, "\(kind): \(reset)")
        let again = try await portals.logIn(account)
        #expect(try await portals.isOpen(again, kind))
        // Two days of life are two days, whatever time zone and style intervals have.
        #expect(try await portals.life("sessions", of: account).map { $0 > 0 } == true)
      }
      // Somebody else's lock is waited for, longer than the defaults say.
      let account = try await portals.account(.hub)
      async let held: Void = portals.regional.run(
        "BEGIN; LOCK TABLE hub_sessions; SELECT pg_sleep(1); COMMIT"
      )
      try await eventually("the table is locked") {
        try await portals.regional.count(
          "pg_locks",
          where: "relation = 'hub_sessions'::regclass AND mode = 'AccessExclusiveLock' AND granted"
        ) == 1
      }
      _ = try await portals.logIn(account)
      try await held
    }
  }
}
