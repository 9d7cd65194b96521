import API
import DomainVerification
import FoundationEssentials
import HTTPTypes
import PostgresClient
import SharedQueries
import SystemPrimitives
import Vocabulary

/// A tenant's claims that are neither proven nor lapsed, and the records with which it could displace others' claims:
/// limited together, since anybody who has signed up can make them.
enum UnprovenClaims {
  /// The most of them that a tenant has at a time.
  static let limit: Int64 = 20

  /// Lets a claim in that is not proven, unless there are too many. Others of the tenant's wait until the end of the
  /// transaction, so that together they do not get beyond the limit.
  /// - Throws: 409.
  static func admit<Tables: TenantDomainTables>(
    _ domain: String,
    of tenant: UUID,
    _: Tables.Type,
    _ transaction: PostgresTransaction
  ) async throws {
    try await Tables.lockTenantClaims(transaction, tenantID: tenant)
    let others = try await Tables.countUnprovenClaims(transaction, tenantID: tenant, domain: domain)
    guard let others, others.claimCount < limit else { throw Problem.tooManyClaims }
  }
}

extension TenantPortal {
  /// Makes the record with which a tenant can displace another one's claim, or finds the one it was told before.
  /// - Returns: the record's value.
  /// - Throws: 409 when the tenant has too many unproven claims.
  func challenge(_ domain: String, to tenant: UUID) async throws -> String {
    try await regional.withTransaction { transaction in
      try await UnprovenClaims.admit(domain, of: tenant, Tenant.Regional.self, transaction)
      let put = try await Tenant.Regional.putDomainChallenge(
        transaction,
        tenantID: tenant,
        domain: domain,
        verificationToken: RawToken().hex,
        lifetimeMs: VerificationToken.lifetime.milliseconds
      )
      guard let put else { throw Problem.internalError }
      return put.verificationToken
    }
  }
}

extension Problem {
  static let tooManyClaims = Problem(
    .conflict,
    .tooManyClaims,
    "There are \(UnprovenClaims.limit) claims that are not verified yet. Verify one, or wait until one expires."
  )
}
