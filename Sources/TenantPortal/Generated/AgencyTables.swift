// Expanded from db/templates/TenantTables.swift.template; edit that and run `make generate`.

import API
public import Accounts
import DomainVerification
import GlobalDatabase
import PostgresClient
public import RegionalDatabase
import UserAdministration
import Vocabulary

// Agencies, as the portal wants to know their tables.

extension FindAgencySessionUser.Row: TenantSessionRow {}
extension ListAgencyUsers.Row: TenantUserRow {}
extension AssignAgencyRole.Row: RoleOutcomeRow {}
extension RemoveAgencyRole.Row: RoleOutcomeRow {}
extension FindAgencyDomain.Row: TenantDomainRow {}
extension ListAgencyDomains.Row: TenantDomainRow {}
extension AdmitCheckOfAgencyDomain.Row: AdmittedCheckRow {}
extension FindAgencyCredentials.Row: CredentialsRow {}
extension LockAgencyTFAToken.Row: PendingLoginRow {}
extension FindAgencyPasswordResetToken.Row: PendingResetRow {}

extension TenantQueries {
  static let agency = TenantQueries(
    accounts: .agency,
    findTenantName: { try await GlobalQueries($0).findAgencyTenantName(tenantID: $1)?.tenantName },
    findSession: { try await RegionalQueries($0).findAgencySessionUser(tokenHash: $1) },
    listUsers: { pool, tenant, input in
      try await RegionalQueries(pool).listAgencyUsers(
        tenantID: tenant,
        afterCreatedAt: input.cursor?.createdAt,
        afterUserID: input.cursor?.id,
        emailPattern: input.email?.pattern,
        namePattern: input.name?.pattern,
        status: input.status.column,
        rowCount: input.size.rowsToRead
      ).map(ListedTenantUser.init)
    },
    lockActiveAdmins: { try await RegionalQueries($0).lockActiveAgencyAdmins(tenantID: $1).map(\.userID) },
    lockUser: { transaction, address, tenant in
      try await RegionalQueries(transaction).lockAgencyUserByAddress(emailAddress: address, tenantID: tenant)
        .map { LockedTenantUser(id: $0.userID, status: UserStatus($0.status)) }
    },
    disableUser: DisableAgencyUser.query,
    enableUser: EnableAgencyUser.query,
    assignRole: { pool, tenant, change in
      try await RegionalQueries(pool).assignAgencyRole(
        tenantID: tenant,
        targetUserID: change.user,
        roleName: change.roleName
      ).map(RoleOutcome.init)
    },
    removeRole: { pool, tenant, change in
      try await RegionalQueries(pool).removeAgencyRole(
        tenantID: tenant,
        targetUserID: change.user,
        roleName: change.roleName
      ).map(RoleOutcome.init)
    },
    domains: .agency,
    signup: .agency,
    routing: .agency,
    newcomers: .agency,
    invitations: .agency
  )
}

extension TenantDomainQueries {
  static let agency = TenantDomainQueries(
    find: { try await RegionalQueries($0).findAgencyDomain(domain: $1, tenantID: $2).map(TenantDomain.init) },
    list: {
      try await RegionalQueries($0).listAgencyDomains(tenantID: $1, afterDomain: $2, rowCount: $3)
        .map(TenantDomain.init)
    },
    admitCheck: {
      try await RegionalQueries($0).admitCheckOfAgencyDomain(domain: $1, tenantID: $2, pauseMs: $3)
        .map(AdmittedCheck.init)
    },
    renewToken: RenewTokenOfAgencyDomain.query,
    lockStanding: {
      try await RegionalQueries($0).lockStandingOfAgencyDomain(domain: $1, tenantID: $2)
        .map { DomainVerificationState(.init($0.status), consecutiveFailures: Int($0.consecutiveFailures)) }
    },
    insertClaimed: { transaction, domain, tenant, token, lifetime in
      try await RegionalQueries(transaction).insertClaimedAgencyDomain(
        domain: domain,
        tenantID: tenant,
        verificationToken: token,
        lifetimeMs: lifetime
      )?.tokenExpiresAt
    },
    insertProven: InsertProvenAgencyDomain.query,
    recordCheck: { transaction, domain, tenant, standing, isProven in
      try await RegionalQueries(transaction).recordCheckOfAgencyDomain(
        status: standing.status.column,
        consecutiveFailures: Int32(clamping: standing.consecutiveFailures),
        isProven: isProven,
        domain: domain,
        tenantID: tenant
      )?.checkedAt
    }
  )
}

extension AccountQueries {
  static let agency = AccountQueries(
    findCredentials: { try await RegionalQueries($0).findAgencyCredentials(agencyUserID: $1) },
    insertTFAToken: InsertAgencyTFAToken.query,
    lockTFAToken: { try await RegionalQueries($0).lockAgencyTFAToken(tokenHash: $1) },
    countTFAFailure: CountAgencyTFAFailure.query,
    deleteTFAToken: DeleteAgencyTFAToken.query,
    insertSession: InsertAgencySession.query,
    deleteSession: DeleteAgencySession.query,
    setLanguage: SetAgencyLanguage.query,
    replacePassword: ReplaceAgencyPasswordHash.query,
    setPassword: SetAgencyPasswordHash.query,
    insertResetToken: InsertAgencyPasswordResetToken.query,
    findResetToken: { try await RegionalQueries($0).findAgencyPasswordResetToken(tokenHash: $1) },
    deleteResetToken: DeleteAgencyPasswordResetToken.query,
    deleteTFATokens: DeleteAgencyTFATokensOfUser.query,
    deleteResetTokens: DeleteAgencyPasswordResetTokensOfUser.query,
    deleteSessions: DeleteAgencySessionsOfUser.query
  )
}
