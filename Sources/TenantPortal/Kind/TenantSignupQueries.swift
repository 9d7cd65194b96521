import FoundationEssentials
import PostgresClient
import UserAdministration

/// The same of db/templates/tenant_signup.sql and tenant_routing.sql.
struct TenantSignupQueries: Sendable {
  let lockDomain: @Sendable (_ domain: String) -> PostgresQuery
  let findObstacles:
    @Sendable (PostgresPool, _ address: Data, _ domain: String) async throws -> SignupObstacles?
  let findObstaclesInside:
    @Sendable (PostgresTransaction, _ address: Data, _ domain: String) async throws -> SignupObstacles?
  let insertToken: @Sendable (PostgresTransaction, NewSignup) async throws -> Date?
  let find: @Sendable (PostgresPool, _ token: Data) async throws -> PendingSignup?
  let consumeToken: @Sendable (_ token: Data) -> PostgresQuery
  let releaseToken: @Sendable (_ token: Data) -> PostgresQuery
  let deleteToken: @Sendable (_ token: Data) -> PostgresQuery
}

struct TenantRoutingQueries: Sendable {
  let find: @Sendable (PostgresPool, _ address: Data, _ domain: String) async throws -> TenantRouting?
  let insertTenant: @Sendable (_ tenant: UUID, _ name: String, _ region: String) -> PostgresQuery
  let deleteTenant: @Sendable (_ tenant: UUID) -> PostgresQuery
  let insertDomain: @Sendable (_ domain: String, _ region: String, _ tenant: UUID) -> PostgresQuery
  let deleteDomain: @Sendable (_ domain: String, _ tenant: UUID) -> PostgresQuery
  let insertUser: @Sendable (_ user: UUID, _ address: Data, _ tenant: UUID, _ region: String) -> PostgresQuery
  let deleteUser: @Sendable (_ user: UUID) -> PostgresQuery
}

/// The same of db/templates/tenant_invitations.sql.
struct NewcomerQueries: Sendable {
  let insertTenant: @Sendable (_ tenant: UUID, _ name: String) -> PostgresQuery
  let insertFirstUser:
    @Sendable (_ user: UUID, _ address: String, _ tenant: UUID, _ password: String, _ language: String) ->
      PostgresQuery
  let insertRoles: @Sendable (_ user: UUID) -> PostgresQuery
  let insertInvitedUser: @Sendable (_ user: UUID, _ address: String, _ tenant: UUID) -> PostgresQuery
  let insertInvitation:
    @Sendable (PostgresTransaction, _ token: Data, _ user: UUID, _ tenant: UUID, _ lifetimeMs: Int64)
      async throws ->
      Date?
  let isThere: @Sendable (PostgresPool, _ user: UUID) async throws -> Bool
  let findTenant: @Sendable (PostgresTransaction, _ user: UUID) async throws -> (tenant: UUID, name: String)?
}

/// Whose a domain is, and who of the tenant has an address.
struct TenantRouting: Sendable {
  let tenant: UUID
  let region: String
  let user: UUID?
}

/// A tenant's signup that can be completed.
struct PendingSignup: Sendable {
  let dnsToken: String
  let emailAddress: String
  let domain: String
  let homeRegion: String
}
