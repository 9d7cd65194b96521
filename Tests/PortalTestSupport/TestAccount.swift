public import FoundationEssentials
internal import PostgresClient
public import TestSupport
internal import Testing
internal import Vocabulary

/// Somebody with an account and an open session, made behind the servers' back.
public struct TestAccount: Sendable {
  public static let password = "correct horse battery"
  /// Argon2id of `password` with the least memory, so that it is verified at once.
  public static let passwordHash =
    "$argon2id$v=19$m=8,t=1,p=1$B3Be7Z2OukTX+d+ux5jnjg$f7hpIj8kGy5LuN0d+QksI6j1lmpzLB71EbNFV6VtEyU"

  public let kind: PortalKind
  public let id = UUID()
  public let email: String
  /// The employer or agency of its users; nil for everybody else.
  public let tenant: TestTenant?
  public let session: String

  /// The id as responses have it.
  public var idText: String { id.uuidString.lowercased() }

  /// An address of an approved domain that no other test uses.
  public static func unheardOfAddress(_ localPart: String = "person") -> String {
    "\(localPart).\(UInt64.random(in: .min ... .max))@\(PortalHarness.approvedDomain)"
  }

  /// A valid body of the portal's login.
  public func loginBody(_ password: String = TestAccount.password) -> JSON {
    addressBody(kind.loginAddress).with("password", .string(password))
  }

  /// A valid body of the portal's request-password-reset.
  public var resetBody: JSON { addressBody("email_address") }

  private func addressBody(_ member: String) -> JSON {
    let body: JSON = [member: .string(email)]
    return tenant.map { body.with("domain", .string($0.domain)) } ?? body
  }
}

/// An employer or an agency with a verified domain, made as an import would.
public struct TestTenant: Sendable {
  public let kind: PortalKind
  public let id = UUID()
  /// Also its name.
  public let domain: String
}

extension PortalHarness {
  /// People with addresses of this domain may sign up.
  public static let approvedDomain = "example.com"
  /// A domain whose approval was withdrawn.
  public static let inactiveDomain = "inactive.example.net"

  func approveDomains() async throws {
    try await global.run(
      """
      WITH admin AS (
        INSERT INTO admin_users (email_address, status) VALUES ('founder@vetchium.example', 'disabled')
        RETURNING admin_user_id
      )
      INSERT INTO approved_domains (domain_name, status, created_by_admin_id)
      SELECT name, status::approved_domain_status, admin_user_id FROM admin,
        (VALUES ('\(Self.approvedDomain)', 'active'), ('\(Self.inactiveDomain)', 'inactive')) AS d (name, status)
      """
    )
  }

  /// The database that holds the accounts of a kind.
  public func database(_ kind: PortalKind) -> PortalDatabase { kind == .admin ? global : regional }

  /// A domain that no other test uses.
  public static func unheardOfDomain(_ label: String = "tenant") -> String {
    "\(label)-\(UInt64.random(in: .min ... .max)).test"
  }

  // MARK: Making people

  /// An active account of a kind that can log in with `TestAccount.password`, and an open session of it.
  ///
  /// - Parameters:
  ///   - tenant: of an employer's or agency's user; nil makes a new one
  ///   - roles: without the kind's prefix
  ///   - isAdmin: counts for employers' and agencies' users only
  public func account(
    _ kind: PortalKind,
    of tenant: TestTenant? = nil,
    email: String = TestAccount.unheardOfAddress(),
    status: String = "active",
    name: String? = nil,
    language: String = "en-US",
    roles: [String] = [],
    isAdmin: Bool = false
  ) async throws -> TestAccount {
    let home: TestTenant?
    switch kind {
    case .hub, .admin: home = nil
    case .org, .agency: home = if let tenant { tenant } else { try await makeTenant(kind) }
    }
    let token = RawToken()
    let account = TestAccount(
      kind: kind,
      email: email,
      tenant: home,
      session: kind.tokenPrefix + token.hex
    )
    let hash: String? = status == "invited" ? nil : TestAccount.passwordHash
    switch kind {
    case .hub: try await insertHubUser(account, status, language)
    case .admin:
      try await global.rows(
        """
        INSERT INTO admin_users (admin_user_id, email_address, status, full_name, preferred_language, password_hash)
        VALUES ($1, $2, $3::text::admin_user_status, $4, $5, $6) RETURNING ''
        """,
        account.id,
        email,
        status,
        name,
        language,
        hash
      )
    case .org, .agency:
      guard let home else { break }
      try await insertTenantUser(account, home, isAdmin)
      try await regional.rows(
        """
        UPDATE \(kind.table("users"))
        SET status = $2::text::tenant_user_status, full_name = $3, preferred_language = $4, password_hash = $5
        WHERE \(kind.userID) = $1 RETURNING ''
        """,
        account.id,
        status,
        name,
        language,
        hash
      )
    }
    for role in roles { try await give(role, to: account) }
    try await insertSession(token.hash, of: account)
    return account
  }

  private func insertHubUser(_ account: TestAccount, _ status: String, _ language: String) async throws {
    let handle = "h-\(account.id.uuidString.lowercased().prefix(40))"
    try await global.rows(
      """
      INSERT INTO hub_users (hub_user_global_id, handle, email_address_hash, home_region) VALUES ($1, $2, $3, $4)
      RETURNING ''
      """,
      account.id,
      handle,
      try EmailAddress(account.email).hash,
      PortalDatabase.region
    )
    try await regional.rows(
      """
      INSERT INTO hub_users (hub_user_global_id, email_address, handle, password_hash, status, preferred_language,
        resident_country_code)
      VALUES ($1, $2, $3, $4, $5::text::hub_user_status, $6, 'IN') RETURNING ''
      """,
      account.id,
      account.email,
      handle,
      TestAccount.passwordHash,
      status,
      language
    )
  }

  private func insertTenantUser(_ account: TestAccount, _ tenant: TestTenant, _ isAdmin: Bool) async throws {
    let kind = account.kind
    try await global.rows(
      """
      INSERT INTO \(kind.table("users")) (\(kind.userID), email_address_hash, \(kind.tenantID), home_region)
      VALUES ($1, $2, $3, $4) RETURNING ''
      """,
      account.id,
      try EmailAddress(account.email).hash,
      tenant.id,
      PortalDatabase.region
    )
    try await regional.rows(
      """
      INSERT INTO \(kind.table("users")) (\(kind.userID), email_address, \(kind.tenantID), status, is_admin)
      VALUES ($1, $2, $3, 'active', $4) RETURNING ''
      """,
      account.id,
      account.email,
      tenant.id,
      isAdmin
    )
  }

  /// A tenant whose domain is verified.
  /// - Parameter hasLocalName: false leaves out the region's copy of its name.
  public func makeTenant(_ kind: PortalKind, hasLocalName: Bool = true) async throws -> TestTenant {
    let tenant = TestTenant(kind: kind, domain: Self.unheardOfDomain())
    try await global.rows(
      "INSERT INTO \(kind.tenants) (\(kind.tenantID), \(kind.tenantName), region) VALUES ($1, $2, $3) RETURNING ''",
      tenant.id,
      tenant.domain,
      PortalDatabase.region
    )
    if hasLocalName {
      try await regional.rows(
        "INSERT INTO \(kind.tenants) (\(kind.tenantID), \(kind.tenantName)) VALUES ($1, $2) RETURNING ''",
        tenant.id,
        tenant.domain
      )
    }
    try await addDomain(tenant.domain, to: tenant, status: "VERIFIED")
    return tenant
  }

  /// A claim of a domain, as claim-domain would have left it.
  /// - Parameter expiresIn: an interval, from now to the end of its token's life
  @discardableResult
  public func addDomain(
    _ domain: String = PortalHarness.unheardOfDomain(),
    to tenant: TestTenant,
    status: String = "PENDING",
    failures: Int32 = 0,
    expiresIn: String = "7 days"
  ) async throws -> (domain: String, token: String) {
    let (kind, token) = (tenant.kind, RawToken().hex)
    try await global.rows(
      "INSERT INTO global_\(kind.tenant)_domains (domain, region, \(kind.tenantID)) VALUES ($1, $2, $3) RETURNING ''",
      domain,
      PortalDatabase.region,
      tenant.id
    )
    try await regional.rows(
      """
      INSERT INTO \(kind.tenant)_domains (domain, \(kind.tenantID), verification_token, token_expires_at, status,
        consecutive_failures, last_verified_at)
      VALUES ($1, $2, $3, now() + $4::text::interval, $5::text::domain_status, $6,
        CASE WHEN $5 <> 'PENDING' THEN now() - interval '1 day' END) RETURNING ''
      """,
      domain,
      tenant.id,
      token,
      expiresIn,
      status,
      failures
    )
    return (domain, token)
  }

  public func give(_ role: String, to account: TestAccount) async throws {
    let rows = try await database(account.kind).rows(
      "INSERT INTO \(account.kind.table("user_roles")) SELECT $1, role_id FROM roles WHERE role_name = $2 RETURNING ''",
      account.id,
      role.contains(":") ? role : account.kind.role(role)
    )
    try #require(rows.count == 1)
  }

  // MARK: Changing people

  /// A further session of an account.
  /// - Parameter life: an interval; what begins with a minus sign has expired
  public func openSession(of account: TestAccount, for life: String = "1 hour") async throws -> String {
    let token = RawToken()
    try await insertSession(token.hash, of: account, for: life)
    return account.kind.tokenPrefix + token.hex
  }

  private func insertSession(_ hash: Data, of account: TestAccount, for life: String = "1 hour") async throws
  {
    try await insertToken("sessions", hash, of: account, for: life)
  }

  private func insertToken(_ table: String, _ hash: Data, of account: TestAccount, for life: String)
    async throws
  {
    try await database(account.kind).rows(
      """
      INSERT INTO \(account.kind.table(table)) (token_hash, \(account.kind.userID), expires_at)
      VALUES ($1, $2, now() + $3::text::interval) RETURNING ''
      """,
      hash,
      account.id,
      life
    )
  }

  public func setStatus(_ status: String, of account: TestAccount) async throws {
    let rows = try await database(account.kind).rows(
      """
      UPDATE \(account.kind.table("users")) SET status = $2::text::\(account.kind.statusType)
      WHERE \(account.kind.userID) = $1 RETURNING ''
      """,
      account.id,
      status
    )
    try #require(rows.count == 1)
  }

  public func setPasswordHash(_ hash: String?, of account: TestAccount) async throws {
    try await database(account.kind).rows(
      "UPDATE \(account.kind.table("users")) SET password_hash = $2 WHERE \(account.kind.userID) = $1 RETURNING ''",
      account.id,
      hash
    )
  }

  /// Lets time pass for the token of a table.
  public func age(_ table: String, _ token: String, in database: PortalDatabase, by interval: String)
    async throws
  {
    let raw = token.split(separator: "-").last.map(String.init) ?? token
    let rows = try await database.rows(
      """
      UPDATE \(table) SET created_at = created_at - $2::text::interval, expires_at = expires_at - $2::text::interval
      WHERE token_hash = $1 RETURNING ''
      """,
      RawToken.hash(ofOffered: raw),
      interval
    )
    try #require(rows.count == 1)
  }

  /// Lets time pass for everything that is counted.
  public func passThrottles(_ interval: String) async throws {
    for (database, table) in [(global, "throttles"), (global, "admin_throttles"), (regional, "throttles")] {
      try await database.run(
        """
        UPDATE \(table)
        SET last_at = last_at - interval '\(interval)', expires_at = expires_at - interval '\(interval)'
        """
      )
    }
  }

  /// How long the newest token of a table lives in all, in seconds.
  public func life(_ table: String, of account: TestAccount) async throws -> Int? {
    try await database(account.kind).text(
      """
      SELECT round(extract(EPOCH FROM expires_at - created_at))::int::text FROM \(account.kind.table(table))
      WHERE \(account.kind.userID) = $1 ORDER BY created_at DESC LIMIT 1
      """,
      account.id
    ).flatMap { Int($0) }
  }

  // MARK: Looking at people

  /// A column of an account's row, as text.
  public func column(_ name: String, of account: TestAccount) async throws -> String? {
    try await database(account.kind).text(
      "SELECT \(name)::text FROM \(account.kind.table("users")) WHERE \(account.kind.userID) = $1",
      account.id
    )
  }

  /// How many rows of a table are an account's.
  public func rowCount(_ table: String, of account: TestAccount) async throws -> Int {
    try await database(account.kind).count(
      account.kind.table(table),
      where: "\(account.kind.userID) = $1",
      account.id
    )
  }

  /// Asks myinfo whether a session is one at this moment.
  public func isOpen(_ session: String, _ kind: PortalKind) async throws -> Bool {
    let response = try await get(kind.path("myinfo"), session: session)
    #expect(response.status == 200 || response.status == 401, "\(response)")
    return response.status == 200
  }
}
