import Accounts
import FoundationEssentials
import PostgresClient
import UserAdministration

/// The queries of db/templates/tenant_*.sql and accounts.sql as expanded for one kind of tenant. That they fit is checked by the
/// compiler, that their parameters mean the same follows from the common template.
struct TenantQueries: Sendable {
  let accounts: AccountQueries
  let findTenantName: @Sendable (_ global: PostgresPool, _ tenant: UUID) async throws -> String?
  let findSession: @Sendable (PostgresPool, _ token: Data) async throws -> (any TenantSessionRow)?
  let listUsers: @Sendable (PostgresPool, _ tenant: UUID, UserListInput) async throws -> [ListedTenantUser]
  let lockActiveAdmins: @Sendable (PostgresTransaction, _ tenant: UUID) async throws -> [UUID]
  let lockUser:
    @Sendable (PostgresTransaction, _ address: String, _ tenant: UUID) async throws -> LockedTenantUser?
  let disableUser: @Sendable (UUID) -> PostgresQuery
  let enableUser: @Sendable (_ address: String, _ tenant: UUID) -> PostgresQuery
  let assignRole: @Sendable (PostgresPool, _ tenant: UUID, RoleChange) async throws -> RoleOutcome?
  let removeRole: @Sendable (PostgresPool, _ tenant: UUID, RoleChange) async throws -> RoleOutcome?
  let domains: TenantDomainQueries
  let signup: TenantSignupQueries
  let routing: TenantRoutingQueries
  let newcomers: NewcomerQueries
  let invitations: InvitationQueries
}
