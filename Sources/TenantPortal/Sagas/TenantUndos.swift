import FoundationEssentials
import PostgresClient
import Sagas

// How the global steps are taken back. A row that is not there means that the step never committed.

/// A signup whose mails were never queued must not hold its domain.
struct InitSignupUndo<Tenant: TenantType>: SagaUndo {
  static var kind: String { "\(Tenant.kind.prefix)_init_signup" }
  static var entity: String { "\(Tenant.kind.prefix)_signup_token" }
  static var action: String { "delete_signup_token" }

  let signupTokenHash: JournalHash

  enum CodingKeys: String, CodingKey {
    case signupTokenHash = "signup_token_hash"
  }

  func takeBack(_: UUID, in transaction: PostgresTransaction) async throws -> Bool {
    _ = try await transaction.execute(Tenant.kind.queries.signup.deleteToken(signupTokenHash.bytes))
    return true
  }
}

/// Takes a tenant back, with domain and user, and gives the link back to the person.
struct TenantSignupUndo<Tenant: TenantType>: SagaUndo {
  static var kind: String { "\(Tenant.kind.prefix)_signup" }
  static var entity: String { Tenant.kind.tenantEntity }
  static var action: String { "delete_\(Tenant.kind.tenantEntity)" }

  let signupTokenHash: JournalHash

  enum CodingKeys: String, CodingKey {
    case signupTokenHash = "signup_token_hash"
  }

  func takeBack(_ tenant: UUID, in transaction: PostgresTransaction) async throws -> Bool {
    let queries = Tenant.kind.queries
    let deleted = try await transaction.execute(queries.routing.deleteTenant(tenant))
    guard deleted.affectedRows == 1 else { return true }
    // A token that has been cleaned up meanwhile cannot be released and need not be.
    _ = try await transaction.execute(queries.signup.releaseToken(signupTokenHash.bytes))
    return true
  }
}

/// Takes an invited user's routing row back.
struct InvitationUndo<Tenant: TenantType>: SagaUndo {
  static var kind: String { "\(Tenant.kind.prefix)_invitation" }
  static var entity: String { "\(Tenant.kind.prefix)_user" }
  static var action: String { "delete_\(Tenant.kind.prefix)_user" }

  func takeBack(_ user: UUID, in transaction: PostgresTransaction) async throws -> Bool {
    _ = try await transaction.execute(Tenant.kind.queries.routing.deleteUser(user))
    return true
  }
}

/// Gives a claimed domain back. At most one claim of a tenant to a domain is open, and none is made to a domain that it has: what
/// is there is this one's.
struct DomainClaimUndo<Tenant: TenantType>: SagaUndo {
  static var kind: String { "\(Tenant.kind.prefix)_domain_claim" }
  static var entity: String { "\(Tenant.kind.tenantEntity)_domain" }
  static var action: String { "delete_\(Tenant.kind.tenantEntity)_domain" }

  let tenant: UUID
  let domain: String

  enum CodingKeys: String, CodingKey {
    case tenant = "tenant_id"
    case domain
  }

  func takeBack(_: UUID, in transaction: PostgresTransaction) async throws -> Bool {
    _ = try await transaction.execute(Tenant.kind.queries.routing.deleteDomain(domain, tenant))
    return true
  }
}
