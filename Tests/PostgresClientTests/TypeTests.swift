import FoundationEssentials
import PostgresClient
import SystemPrimitives
import Testing

enum Mood: String, PostgresEnum, CaseIterable {
  case happy
  case quoted = "so \"so\", \\ perhaps"
}

/// Every type there and back through a real server, which also says what it understood.
@Suite struct TypeTests {
  /// Sends the value, has the server compare it with what `spelled` means, and reads it back.
  private func roundTrip<Value: PostgresCodable & Equatable>(
    _ value: Value,
    as type: String,
    spelled: String,
    in pool: PostgresPool,
    _ location: SourceLocation = #_sourceLocation
  ) async throws {
    let query = PostgresQuery(
      sql: "SELECT $1::\(type), $1::\(type) IS NOT DISTINCT FROM \(spelled)::\(type)",
      value
    )
    let row = try await pool.execute(query)[0]
    #expect(try row.decode(0, as: Value.self) == value, sourceLocation: location)
    #expect(try row.decode(1, as: Bool.self), "the server read something else", sourceLocation: location)
  }

  @Test func integersAndBooleans() async throws {
    let pool = try await TestDatabase.make().pool()
    for value in [0, 1, -1, Int32.max, Int32.min] {
      try await roundTrip(value, as: "int4", spelled: "'\(value)'", in: pool)
    }
    for value in [0, -1, Int64.max, Int64.min] {
      try await roundTrip(value, as: "int8", spelled: "'\(value)'", in: pool)
    }
    try await roundTrip(true, as: "bool", spelled: "true", in: pool)
    try await roundTrip(false, as: "bool", spelled: "false", in: pool)
  }

  @Test func texts() async throws {
    let pool = try await TestDatabase.make().pool()
    try await roundTrip("", as: "text", spelled: "''", in: pool)
    let text = "Grüße, தமிழ் 👩‍🚀 \u{0301} 'quoted' \\ \n"
    let spelled =
      "'" + text.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "''") + "'"
    try await roundTrip(text, as: "text", spelled: spelled, in: pool)
    try await roundTrip("short", as: "varchar(10)", spelled: "'short'", in: pool)
  }

  @Test func bytesAndIdentifiers() async throws {
    let pool = try await TestDatabase.make().pool()
    try await roundTrip(Data(), as: "bytea", spelled: "''", in: pool)
    try await roundTrip(Data([0, 255, 92, 10]), as: "bytea", spelled: "'\\x00ff5c0a'", in: pool)
    let id = try #require(UUID(uuidString: "0190A6E4-0000-7000-8000-00000000ABCD"))
    try await roundTrip(id, as: "uuid", spelled: "'\(id.uuidString)'", in: pool)
  }

  @Test func moments() async throws {
    let pool = try await TestDatabase.make().pool()
    let known = Date(timeIntervalSince1970: 1_700_000_000.123456)
    try await roundTrip(known, as: "timestamptz", spelled: "'2023-11-14 22:13:20.123456+00'", in: pool)
    let epoch = Date(timeIntervalSince1970: 0)
    try await roundTrip(epoch, as: "timestamptz", spelled: "'1970-01-01 01:00:00+01'", in: pool)
    let forever = Date(timeIntervalSinceReferenceDate: .infinity)
    try await roundTrip(forever, as: "timestamptz", spelled: "'infinity'", in: pool)
    let always = Date(timeIntervalSinceReferenceDate: -.infinity)
    try await roundTrip(always, as: "timestamptz", spelled: "'-infinity'", in: pool)
    let oldest = try await pool.execute(PostgresQuery(sql: "SELECT '4713-01-01 00:00:00+00 BC'::timestamptz"))
    let date: Date = try oldest[0].decode(0)
    try await roundTrip(date, as: "timestamptz", spelled: "'4713-01-01 00:00:00+00 BC'", in: pool)
    let outside = Date(timeIntervalSinceReferenceDate: 1e20)
    let error = await #expect(throws: PostgresError.self) {
      try await pool.execute(PostgresQuery(sql: "SELECT $1::timestamptz", outside))
    }
    #expect(error?.sqlState == "22008")
  }

  @Test func documentsAndAddresses() async throws {
    let pool = try await TestDatabase.make().pool()
    let document = PostgresJSON(text: #"{"a": [1, "ü"]}"#)
    try await roundTrip(document, as: "jsonb", spelled: #"'{"a":[1,"ü"]}'"#, in: pool)
    let addresses: [(String, Int?)] = [
      ("192.0.2.1", nil), ("10.0.0.0", 8), ("2001:db8::1", nil), ("::", 0), ("2001:db8::", 32),
    ]
    for (address, length) in addresses {
      let parsed = try #require(IPAddress(address))
      let inet =
        try length.map { try #require(PostgresInet(parsed, prefixLength: $0)) } ?? PostgresInet(parsed)
      #expect(inet.address.description == address)
      let spelled = "'\(address)\(length.map { "/\($0)" } ?? "")'"
      try await roundTrip(inet, as: "inet", spelled: spelled, in: pool)
    }
    #expect(IPAddress("192.0.2.256") == nil)
    let host = try #require(IPAddress("192.0.2.1"))
    #expect(PostgresInet(host, prefixLength: 33) == nil)
    let mapped = try await pool.execute(PostgresQuery(sql: "SELECT '::ffff:192.0.2.0/120'::inet"))
    #expect(try mapped[0].decode(0, as: PostgresInet.self).prefixLength == 24)
  }

  @Test func enumerations() async throws {
    let pool = try await TestDatabase.make().pool()
    try await pool.executeScript(
      #"CREATE TYPE mood AS ENUM ('happy', 'so "so", \ perhaps', 'unknown to Swift')"#
    )
    try await roundTrip(Mood.quoted, as: "mood", spelled: #"'so "so", \ perhaps'"#, in: pool)
    try await roundTrip(
      Mood.allCases,
      as: "mood[]",
      spelled: #"ARRAY['happy', 'so "so", \ perhaps']"#,
      in: pool
    )
    try await roundTrip([Mood](), as: "mood[]", spelled: "'{}'", in: pool)
    let unknown = try await pool.execute(PostgresQuery(sql: "SELECT 'unknown to Swift'::mood"))
    #expect(throws: PostgresError.self) { try unknown[0].decode(0, as: Mood.self) }
  }

  @Test func arrays() async throws {
    let pool = try await TestDatabase.make().pool()
    try await roundTrip(
      ["", "a,b", "{\"ü\"}", "NULL"],
      as: "text[]",
      spelled: #"ARRAY['','a,b','{"ü"}','NULL']"#,
      in: pool
    )
    try await roundTrip([String](), as: "text[]", spelled: "'{}'", in: pool)
    try await roundTrip([Int32.min, 0], as: "int4[]", spelled: "'{-2147483648,0}'", in: pool)
    try await roundTrip([Int64.max], as: "int8[]", spelled: "'{9223372036854775807}'", in: pool)
    try await roundTrip([true, false], as: "bool[]", spelled: "'{t,f}'", in: pool)
    try await roundTrip([Data([1]), Data()], as: "bytea[]", spelled: #"ARRAY['\x01'::bytea, '']"#, in: pool)
    let ids = [UUID(), UUID()]
    try await roundTrip(
      ids,
      as: "uuid[]",
      spelled: "'{\(ids.map(\.uuidString).joined(separator: ","))}'",
      in: pool
    )
    let others = try await pool.execute(PostgresQuery(sql: "SELECT ARRAY[1, NULL], ARRAY[[1],[2]]"))
    #expect(throws: PostgresError.self) { try others[0].decode(0, as: [Int32].self) }
    #expect(throws: PostgresError.self) { try others[0].decode(1, as: [Int32].self) }
  }

  @Test func nulls() async throws {
    let pool = try await TestDatabase.make().pool()
    func check<Value: PostgresCodable & Equatable>(_ type: Value.Type, _ name: String) async throws {
      let none: Value? = nil
      let result = try await pool.execute(PostgresQuery(sql: "SELECT $1::\(name), $1 IS NULL", none))
      #expect(try result[0].decode(0, as: Value?.self) == nil)
      #expect(try result[0].decode(1, as: Bool.self))
      #expect(throws: PostgresError.self) { try result[0].decode(0, as: Value.self) }
    }
    try await check(Int32.self, "int4")
    try await check(Int64.self, "int8")
    try await check(Bool.self, "bool")
    try await check(String.self, "text")
    try await check(Data.self, "bytea")
    try await check(UUID.self, "uuid")
    try await check(Date.self, "timestamptz")
    try await check(PostgresJSON.self, "jsonb")
    try await check(PostgresInet.self, "inet")
    try await check([String].self, "text[]")
  }

  @Test func anotherTypeIsRefused() async throws {
    let pool = try await TestDatabase.make().pool()
    let row = try await pool.execute(PostgresQuery(sql: "SELECT 1::int8, 'x'::text, 1::int4 AS four"))[0]
    let error = #expect(throws: PostgresError.self) { try row.decode(0, as: Date.self) }
    #expect(error?.code == .decoding)
    #expect(throws: PostgresError.self) { try row.decode(1, as: Data.self) }
    #expect(throws: PostgresError.self) { try row.decode(0, as: String.self) }
    #expect(throws: PostgresError.self) { try row.decode(3, as: String.self) }
    #expect(try row.decode(2, as: Int64.self) == 1)
  }

  @Test func largeValues() async throws {
    let pool = try await TestDatabase.make().pool()
    let large = Data((0..<10_000_000).map { UInt8(truncatingIfNeeded: $0 &* 31) })
    let result = try await pool.execute(PostgresQuery(sql: "SELECT $1::bytea, md5($1)", large))
    #expect(try result[0].decode(0, as: Data.self) == large)
    // The connection is still in step after megabytes both ways.
    #expect(try await pool.execute(PostgresQuery(sql: "SELECT 1::int4"))[0].decode(0, as: Int32.self) == 1)
  }
}
