import FoundationEssentials
import TestSupport

/// A global database and a region's, and the command that compares them.
struct AuditWorld: Sendable {
  static let region = "ind1"

  let global: StackDatabase
  let regional: StackDatabase

  static func start() async throws -> AuditWorld {
    async let global = StackDatabase.start(.global(regions: [region, "usa1"]))
    async let regional = StackDatabase.start(.region(region))
    return AuditWorld(global: try await global, regional: try await regional)
  }

  func words(_ options: [String]) -> [String] {
    [
      Programs.path(of: "vetchium"), "audit", "--global-url",
      global.connectionString(role: "vetchium_owner"), "--region-url",
      "\(Self.region)=\(regional.connectionString(role: "vetchium_owner"))",
    ] + options
  }

  func audit(_ options: [String] = []) async throws -> (code: TestProcess.End, report: AuditReport) {
    // Repairs log to standard error.
    let process = try await TestProcess.start(
      ["/bin/sh", "-c", #"exec "$0" "$@" 2> /dev/null"#] + words(options + ["--json"]),
      name: "audit",
      environment: [:]
    )
    let code = try await process.waitForEnd(within: .seconds(60))
    let text = process.log.lines.map(\.text).joined(separator: "\n")
    guard let report = AuditReport(text) else {
      throw AuditReport.Unreadable(description: "\(code)\n\(text)")
    }
    return (code, report)
  }

  /// Persons whose two rows agree, numbered from 1.
  func addPersons(_ count: Int) async throws {
    // So many as a statement may take time for.
    for first in stride(from: 1, through: count, by: 10_000) {
      try await addPersons(first...min(count, first + 9_999))
    }
    for database in [global, regional] { try await database.run("ANALYZE hub_users") }
  }

  private func addPersons(_ numbers: ClosedRange<Int>) async throws {
    let persons =
      "(SELECT n, 'p' || n || '@example.com' AS address FROM generate_series(\(numbers.lowerBound), \(numbers.upperBound)) AS n) AS p"
    let id = "md5('person' || n)::uuid"
    try await global.run(
      """
      INSERT INTO hub_users (hub_user_global_id, handle, email_address_hash, home_region)
      SELECT \(id), 'handle-' || n, sha256(convert_to(address, 'UTF8')), 'ind1' FROM \(persons)
      """
    )
    try await regional.run(
      """
      INSERT INTO hub_users (hub_user_global_id, handle, email_address, password_hash)
      SELECT \(id), 'handle-' || n, address, '$argon2id$' FROM \(persons)
      """
    )
  }

  func stop() async throws {
    try await global.stop()
    try await regional.stop()
  }
}

/// What `--json` prints.
struct AuditReport {
  struct Finding: Hashable, CustomStringConvertible {
    let problem: String
    let entity: String
    let id: String
    var isRepaired = false

    var description: String { "\(problem) \(entity) \(id)\(isRepaired ? " repaired" : "")" }
  }

  struct Unreadable: Error, CustomStringConvertible {
    let description: String
  }

  let findings: [Finding]
  let compared: Int
  let repaired: Int
  let remaining: Int

  init?(_ text: String) {
    guard let json = try? JSONDecoder().decode(JSON.self, from: Data(text.utf8)),
      let compared = json["compared"][AuditWorld.region].int,
      let repaired = json["repaired"].int, let remaining = json["remaining"].int
    else { return nil }
    let found = json["findings"].elements
    findings = found.compactMap { one in
      guard one["region"].string == AuditWorld.region, let problem = one["problem"].string,
        let entity = one["entity"].string, let id = one["id"].string, let isRepaired = one["is_repaired"].bool
      else { return nil }
      return Finding(problem: problem, entity: entity, id: id, isRepaired: isRepaired)
    }
    guard findings.count == found.count else { return nil }
    (self.compared, self.repaired, self.remaining) = (compared, repaired, remaining)
  }
}
