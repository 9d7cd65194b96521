public import FoundationEssentials
public import PostgresClient
import SharedQueries
import Vocabulary

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

  public func takeBack(_: UUID, in transaction: PostgresTransaction) async throws -> SagaUndoOutcome {
    let deleted = try await Tenant.Global.deleteSignupToken(transaction, tokenHash: signupTokenHash.bytes)
    return SagaUndoOutcome(deleted: deleted)
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

  public func takeBack(_ tenant: UUID, in transaction: PostgresTransaction) async throws -> SagaUndoOutcome {
    guard try await Tenant.Global.deleteTenantRouting(transaction, tenantID: tenant) == 1 else {
      return .nothingThere
    }
    // A token that has been cleaned up meanwhile cannot be released and need not be.
    _ = try await Tenant.Global.releaseSignupToken(transaction, tokenHash: signupTokenHash.bytes)
    return .tookBack
  }
}

/// The undo of an invitation: takes the invited user's routing row back.
public struct InvitationUndo<Tenant: JournaledTenant>: SagaUndo {
  public static var kind: String { "\(Tenant.prefix)_invitation" }
  public static var entity: String { "\(Tenant.prefix)_user" }
  public static var action: String { "delete_\(Tenant.prefix)_user" }

  public init() {}

  public func takeBack(_ user: UUID, in transaction: PostgresTransaction) async throws -> SagaUndoOutcome {
    SagaUndoOutcome(deleted: try await Tenant.Global.deleteUserRouting(transaction, userID: user))
  }
}

/// The undo of a claim to a domain, and what ends a claim that somebody else displaces: gives the domain back.
///
/// Of a tenant's claims to a domain and their retractions at most one is open, and no claim is made to a domain that
/// the tenant has: a row that is there is this claim's.
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

  /// One id for every claim of the tenant to the domain; other domains can be claimed meanwhile. It is the first half
  /// of the SHA-256 of both.
  public var subjectID: UUID {
    SHA256.hash("\(tenant) \(domain)".utf8).withUnsafeBytes { UUID(uuid: $0.loadUnaligned(as: uuid_t.self)) }
  }

  public func takeBack(_: UUID, in transaction: PostgresTransaction) async throws -> SagaUndoOutcome {
    let deleted = try await Tenant.Global.deleteDomainRouting(transaction, domain: domain, tenantID: tenant)
    return SagaUndoOutcome(deleted: deleted)
  }
}
