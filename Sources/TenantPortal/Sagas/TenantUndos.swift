import FoundationEssentials
import PostgresClient
import Sagas
import SharedQueries

// How the global steps are taken back. A row that is not there means that the step never committed.

/// A signup whose mails were never queued must not hold its domain.
struct InitSignupUndo<Tenant: TenantType>: SagaUndo {
  static var kind: String { "\(Tenant.prefix)_init_signup" }
  static var entity: String { "\(Tenant.prefix)_signup_token" }
  static var action: String { "delete_signup_token" }

  let signupTokenHash: JournalHash

  enum CodingKeys: String, CodingKey {
    case signupTokenHash = "signup_token_hash"
  }

  func takeBack(_: UUID, in transaction: PostgresTransaction) async throws -> Bool {
    _ = try await Tenant.Global.deleteSignupToken(transaction, tokenHash: signupTokenHash.bytes)
    return true
  }
}

/// Takes a tenant back, with domain and user, and gives the link back to the person.
struct TenantSignupUndo<Tenant: TenantType>: SagaUndo {
  static var kind: String { "\(Tenant.prefix)_signup" }
  static var entity: String { Tenant.tenantEntity }
  static var action: String { "delete_\(Tenant.tenantEntity)" }

  let signupTokenHash: JournalHash

  enum CodingKeys: String, CodingKey {
    case signupTokenHash = "signup_token_hash"
  }

  func takeBack(_ tenant: UUID, in transaction: PostgresTransaction) async throws -> Bool {
    guard try await Tenant.Global.deleteTenantRouting(transaction, tenantID: tenant) == 1 else { return true }
    // A token that has been cleaned up meanwhile cannot be released and need not be.
    _ = try await Tenant.Global.releaseSignupToken(transaction, tokenHash: signupTokenHash.bytes)
    return true
  }
}

/// Takes an invited user's routing row back.
struct InvitationUndo<Tenant: TenantType>: SagaUndo {
  static var kind: String { "\(Tenant.prefix)_invitation" }
  static var entity: String { "\(Tenant.prefix)_user" }
  static var action: String { "delete_\(Tenant.prefix)_user" }

  func takeBack(_ user: UUID, in transaction: PostgresTransaction) async throws -> Bool {
    _ = try await Tenant.Global.deleteUserRouting(transaction, userID: user)
    return true
  }
}

/// Gives a claimed domain back. At most one claim of a tenant to a domain is open, and none is made to a domain that it
/// has: what is there is this one's.
struct DomainClaimUndo<Tenant: TenantType>: SagaUndo {
  static var kind: String { "\(Tenant.prefix)_domain_claim" }
  static var entity: String { "\(Tenant.tenantEntity)_domain" }
  static var action: String { "delete_\(Tenant.tenantEntity)_domain" }

  let tenant: UUID
  let domain: String

  enum CodingKeys: String, CodingKey {
    case tenant = "tenant_id"
    case domain
  }

  func takeBack(_: UUID, in transaction: PostgresTransaction) async throws -> Bool {
    _ = try await Tenant.Global.deleteDomainRouting(transaction, domain: domain, tenantID: tenant)
    return true
  }
}
