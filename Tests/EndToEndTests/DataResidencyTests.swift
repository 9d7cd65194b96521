import FoundationEssentials
import PostgresClient
import TestSupport
import Testing
import Vocabulary

/// Where a person's rows are, and where they are not.
@Suite struct DataResidencyTests {
  @Test(arguments: [Landing(at: "ind1", home: "deu1"), Landing(at: "usa1", home: "ind1")])
  func personalDataIsInTheHomeRegionOnly(_ landing: Landing) async throws {
    let stack = try await TestStack.shared
    let person = try await stack.signUp(home: landing.home, via: landing.at)
    for region in stack.regions {
      let database = try stack.database(region)
      let isHome: Int64 = region == landing.home ? 1 : 0
      #expect(try await database.count("hub_users", where: "email_address = $1", person.email) == isHome)
      let hash = try #require(RegionToken(person.session)).raw.hash
      #expect(try await database.count("hub_sessions", where: "token_hash = $1", hash) == isHome)
      #expect(
        try await database.count(
          "hub_user_display_names JOIN hub_users USING (hub_user_global_id)",
          where: "email_address = $1",
          person.email
        ) == isHome
      )
      #expect(
        try await database.count("sagas", where: "details::text LIKE '%' || $1 || '%'", person.handle) == 0
      )
    }
  }

  @Test func theGlobalDatabaseKnowsTheWayAndNoMore() async throws {
    let stack = try await TestStack.shared
    let person = try await stack.signUp(home: "usa1", via: "ind1")
    let hash = try EmailAddress(person.email).hash
    let rows = try await stack.global.rows(
      "SELECT to_jsonb(hub_users)::text, home_region FROM hub_users WHERE email_address_hash = $1",
      hash
    )
    #expect(rows.count == 1)
    let row = try #require(rows.first)
    #expect(row[1] == "usa1")
    let columns = try JSONDecoder().decode(JSON.self, from: Data((row[0] ?? "").utf8)).names
    #expect(
      columns == [
        "hub_user_global_id", "handle", "email_address_hash", "hashing_algorithm", "home_region",
        "created_at",
      ]
    )
    // The address stood only in the signup token, until that was used.
    #expect(try await stack.global.count("hub_signup_tokens", where: "email_address = $1", person.email) == 0)
  }

  @Test func mailIsQueuedInTheRegionThatWasAskedAndThenAtHome() async throws {
    let stack = try await TestStack.shared
    let person = try await stack.signUp(home: "deu1", via: "usa1")
    _ = try await stack.login(person, via: "ind1")
    let expected: [String: [String?]] = [
      "usa1": ["hub_signup_verification"], "deu1": ["hub_tfa"], "ind1": [],
    ]
    for region in stack.regions {
      let rows = try await stack.database(region).rows(
        "SELECT email_type::text FROM emails WHERE email_to = $1",
        person.email
      )
      #expect(rows.map { $0[0] } == expected[region])
    }
  }

  @Test func tokensAreStoredAsHashesOnly() async throws {
    let stack = try await TestStack.shared
    let person = try await stack.signUp(home: "ind1")
    let raw = try #require(RegionToken(person.session)).raw.hex
    for table in ["hub_sessions", "hub_users", "sagas"] {
      #expect(
        try await stack.database("ind1").count(table, where: "\(table)::text LIKE '%' || $1 || '%'", raw) == 0
      )
    }
    for line in try stack.server("ind1").log {
      #expect(!line.text.contains(raw) && !line.text.contains(Person.password))
    }
  }

  @Test func theHandleSaysNothingOfTheAddress() async throws {
    let stack = try await TestStack.shared
    let number = UInt32.random(in: .min ... .max)
    let person = try await stack.signUp("Test.User_\(number)@Example.COM", home: "deu1", via: "usa1")
    #expect(person.handle.wholeMatch(of: /[0-9a-z]{4}-[0-9a-z]{4}-[0-9a-z]{4}/) != nil)
    let session = try await stack.client("deu1").get("/hub/myinfo", session: person.session)
    #expect(session.json["email_address"].string == "test.user_\(number)@example.com")
  }
}
