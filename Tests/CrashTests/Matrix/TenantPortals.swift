import FoundationEssentials
import NIOConcurrencyHelpers
import PostgresClient
import TestSupport
import Testing
import Vocabulary

/// A tenants' portal as a type, so that one scenario serves both.
protocol TenantPortalType: Sendable {
  /// `org`; begins paths and the users' tables.
  static var portal: String { get }
  static var tenant: String { get }
  static var tenants: String { get }
}

enum Org: TenantPortalType {
  static let (portal, tenant, tenants) = ("org", "employer", "employers")
}

enum Agency: TenantPortalType {
  static let (portal, tenant, tenants) = ("agency", "agency", "agencies")
}

/// Tenants that are there already, to invite and to claim with: some for each portal and home, taken in turn, since a
/// tenant has few unproven claims at a time.
final class Founders: Sendable {
  struct Founder: Sendable {
    let session: String
    let tenantID: String
    let email: String
  }

  private static let count = 4

  private struct State {
    var known: [String: Task<Founder, any Error>] = [:]
    var asked = 0
  }

  private let state = NIOLockedValueBox(State())

  func founder<Portal: TenantPortalType>(
    _: Portal.Type,
    _ stack: CrashStack,
    home: String = CrashStack.victim
  ) async throws -> Founder {
    let task = state.withLockedValue { state in
      state.asked += 1
      let key = "\(Portal.portal) \(home) \(state.asked % Self.count)"
      let task = state.known[key] ?? Task { try await Self.make(Portal.self, stack, home) }
      state.known[key] = task
      return task
    }
    return try await task.value
  }

  private static func make<Portal: TenantPortalType>(
    _: Portal.Type,
    _ stack: CrashStack,
    _ home: String
  ) async throws -> Founder {
    let signup = try await TenantSignupScenario<Portal>.prepare(stack, home: home)
    let answer = try await stack.sendPatiently("/\(Portal.portal)/complete-signup", signup.body)
    let tenantID = try await stack.stack.global.text(
      "SELECT \(Portal.tenant)_id::text FROM \(Portal.tenants) WHERE \(Portal.tenant)_name = $1",
      signup.domain
    )
    return Founder(
      session: try #require(answer.json["session_token"].string, "\(answer)"),
      tenantID: try #require(tenantID),
      email: signup.email
    )
  }
}

extension CrashStack {
  /// How many rows of a table there are in the global database and in all regions.
  func rows(
    global: (table: String, condition: String),
    regional: (table: String, condition: String),
    _ value: any PostgresEncodable
  ) async throws -> (global: Int64, regional: Int64) {
    let known = try await stack.global.count(global.table, where: global.condition, value)
    var recorded: Int64 = 0
    for region in stack.regions {
      recorded += try await stack.database(region)
        .count(regional.table, where: regional.condition, value)
    }
    return (known, recorded)
  }

  func mail(_ type: String, to email: String, in region: String = victim) async throws -> String {
    try #require(
      try await stack.database(region).text(
        """
        SELECT email_text_body FROM emails WHERE email_to = $1 AND email_type = $2::text::email_type
        ORDER BY created_at DESC LIMIT 1
        """,
        email,
        type
      )
    )
  }
}
