import DomainVerification
import FoundationEssentials
import PostgresClient

/// The same of db/templates/tenant_domains.sql.
struct TenantDomainQueries: Sendable {
  let find: @Sendable (PostgresPool, _ domain: String, _ tenant: UUID) async throws -> TenantDomain?
  let list:
    @Sendable (PostgresPool, _ tenant: UUID, _ after: String, _ count: Int64) async throws -> [TenantDomain]
  let admitCheck:
    @Sendable (PostgresPool, _ domain: String, _ tenant: UUID, _ pauseMs: Int64) async throws ->
      AdmittedCheck?
  let renewToken:
    @Sendable (_ token: String, _ lifetimeMs: Int64, _ domain: String, _ tenant: UUID) -> PostgresQuery
  let lockStanding:
    @Sendable (PostgresTransaction, _ domain: String, _ tenant: UUID) async throws -> DomainVerificationState?
  let insertClaimed:
    @Sendable (PostgresTransaction, _ domain: String, _ tenant: UUID, _ token: String, _ lifetimeMs: Int64)
      async throws ->
      Date?
  let insertProven:
    @Sendable (_ domain: String, _ tenant: UUID, _ token: String, _ lifetimeMs: Int64) -> PostgresQuery
  let recordCheck:
    @Sendable (
      PostgresTransaction, _ domain: String, _ tenant: UUID, DomainVerificationState, _ isProven: Bool
    )
      async throws ->
      Date?
}
