public import FoundationEssentials
import GlobalDatabase
public import PostgresClient

/// A kind of tenant as the journal knows it: the names in its entries, and the statements of its undos.
public protocol JournaledTenant: Sendable {
  /// The beginning of the names of sagas and users (`org`).
  static var prefix: String { get }
  /// The name of a tenant in alerts (`employer`).
  static var tenantEntity: String { get }

  static func deleteSignupToken(_ tokenHash: Data) -> PostgresQuery
  static func releaseSignupToken(_ tokenHash: Data) -> PostgresQuery
  static func deleteTenant(_ tenant: UUID) -> PostgresQuery
  static func deleteUser(_ user: UUID) -> PostgresQuery
  static func deleteDomain(_ domain: String, _ tenant: UUID) -> PostgresQuery
}

/// Employers.
public enum OrgTenant: JournaledTenant {
  public static let prefix = "org"
  public static let tenantEntity = "employer"

  public static func deleteSignupToken(_ tokenHash: Data) -> PostgresQuery {
    DeleteOrgSignupToken.query(tokenHash: tokenHash)
  }
  public static func releaseSignupToken(_ tokenHash: Data) -> PostgresQuery {
    ReleaseOrgSignupToken.query(tokenHash: tokenHash)
  }
  public static func deleteTenant(_ tenant: UUID) -> PostgresQuery {
    DeleteOrgTenantRouting.query(tenantID: tenant)
  }
  public static func deleteUser(_ user: UUID) -> PostgresQuery { DeleteOrgUserRouting.query(userID: user) }
  public static func deleteDomain(_ domain: String, _ tenant: UUID) -> PostgresQuery {
    DeleteOrgDomainRouting.query(domain: domain, tenantID: tenant)
  }
}

/// Agencies.
public enum AgencyTenant: JournaledTenant {
  public static let prefix = "agency"
  public static let tenantEntity = "agency"

  public static func deleteSignupToken(_ tokenHash: Data) -> PostgresQuery {
    DeleteAgencySignupToken.query(tokenHash: tokenHash)
  }
  public static func releaseSignupToken(_ tokenHash: Data) -> PostgresQuery {
    ReleaseAgencySignupToken.query(tokenHash: tokenHash)
  }
  public static func deleteTenant(_ tenant: UUID) -> PostgresQuery {
    DeleteAgencyTenantRouting.query(tenantID: tenant)
  }
  public static func deleteUser(_ user: UUID) -> PostgresQuery { DeleteAgencyUserRouting.query(userID: user) }
  public static func deleteDomain(_ domain: String, _ tenant: UUID) -> PostgresQuery {
    DeleteAgencyDomainRouting.query(domain: domain, tenantID: tenant)
  }
}

// A row that is not there means that the global step never committed.

/// The undo of the beginning of a tenant's signup: a signup whose mails were never queued must not hold its domain.
public struct InitSignupUndo<Tenant: JournaledTenant>: SagaUndo {
  public static var kind: String { "\(Tenant.prefix)_init_signup" }
  public static var entity: String { "\(Tenant.prefix)_signup_token" }
  public static var action: String { "delete_signup_token" }

  let signupTokenHash: JournalHash

  enum CodingKeys: String, CodingKey {
    case signupTokenHash = "signup_token_hash"
  }

  public init(signupTokenHash: JournalHash) {
    self.signupTokenHash = signupTokenHash
  }

  public func takeBack(_: UUID, in transaction: PostgresTransaction) async throws -> Bool {
    _ = try await transaction.execute(Tenant.deleteSignupToken(signupTokenHash.bytes))
    return true
  }
}

/// The undo of a tenant's signup: takes the tenant back with its domain and user, and makes the private link usable
/// again.
public struct TenantSignupUndo<Tenant: JournaledTenant>: SagaUndo {
  public static var kind: String { "\(Tenant.prefix)_signup" }
  public static var entity: String { Tenant.tenantEntity }
  public static var action: String { "delete_\(Tenant.tenantEntity)" }

  let signupTokenHash: JournalHash

  enum CodingKeys: String, CodingKey {
    case signupTokenHash = "signup_token_hash"
  }

  public init(signupTokenHash: JournalHash) {
    self.signupTokenHash = signupTokenHash
  }

  public func takeBack(_ tenant: UUID, in transaction: PostgresTransaction) async throws -> Bool {
    let deleted = try await transaction.execute(Tenant.deleteTenant(tenant))
    guard deleted.affectedRows == 1 else { return true }
    // A token that has been cleaned up meanwhile cannot be released and need not be.
    _ = try await transaction.execute(Tenant.releaseSignupToken(signupTokenHash.bytes))
    return true
  }
}

/// The undo of an invitation: takes the invited user's routing row back.
public struct InvitationUndo<Tenant: JournaledTenant>: SagaUndo {
  public static var kind: String { "\(Tenant.prefix)_invitation" }
  public static var entity: String { "\(Tenant.prefix)_user" }
  public static var action: String { "delete_\(Tenant.prefix)_user" }

  public init() {}

  public func takeBack(_ user: UUID, in transaction: PostgresTransaction) async throws -> Bool {
    _ = try await transaction.execute(Tenant.deleteUser(user))
    return true
  }
}

/// The undo of a claim to a domain: gives the domain back.
///
/// At most one claim of a tenant to a domain is open, and none is made to a domain that the tenant has: a row that is
/// there is this claim's.
public struct DomainClaimUndo<Tenant: JournaledTenant>: SagaUndo {
  public static var kind: String { "\(Tenant.prefix)_domain_claim" }
  public static var entity: String { "\(Tenant.tenantEntity)_domain" }
  public static var action: String { "delete_\(Tenant.tenantEntity)_domain" }

  let tenant: UUID
  let domain: String

  enum CodingKeys: String, CodingKey {
    case tenant = "tenant_id"
    case domain
  }

  public init(tenant: UUID, domain: String) {
    self.tenant = tenant
    self.domain = domain
  }

  public func takeBack(_: UUID, in transaction: PostgresTransaction) async throws -> Bool {
    _ = try await transaction.execute(Tenant.deleteDomain(domain, tenant))
    return true
  }
}
