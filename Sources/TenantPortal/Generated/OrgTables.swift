// Expanded from db/templates/TenantTables.swift.template; edit that and run `make generate`.

import API
public import Accounts
import DomainVerification
import GlobalDatabase
import PostgresClient
public import RegionalDatabase
import UserAdministration
import Vocabulary

// Employers, as the portal wants to know their tables.

extension FindOrgSessionUser.Row: TenantSessionRow {}
extension ListOrgUsers.Row: TenantUserRow {}
extension AssignOrgRole.Row: RoleOutcomeRow {}
extension RemoveOrgRole.Row: RoleOutcomeRow {}
extension FindOrgDomain.Row: TenantDomainRow {}
extension ListOrgDomains.Row: TenantDomainRow {}
extension AdmitCheckOfOrgDomain.Row: AdmittedCheckRow {}
extension FindOrgCredentials.Row: CredentialsRow {}
extension LockOrgTFAToken.Row: PendingLoginRow {}
extension FindOrgPasswordResetToken.Row: PendingResetRow {}

extension TenantQueries {
  static let org = TenantQueries(
    accounts: .org,
    findTenantName: { try await GlobalQueries($0).findOrgTenantName(tenantID: $1)?.tenantName },
    findSession: { try await RegionalQueries($0).findOrgSessionUser(tokenHash: $1) },
    listUsers: { pool, tenant, input in
      try await RegionalQueries(pool).listOrgUsers(
        tenantID: tenant,
        afterCreatedAt: input.cursor?.createdAt,
        afterUserID: input.cursor?.id,
        emailPattern: input.email?.pattern,
        namePattern: input.name?.pattern,
        status: input.status.column,
        rowCount: input.size.rowsToRead
      ).map(ListedTenantUser.init)
    },
    lockActiveAdmins: { try await RegionalQueries($0).lockActiveOrgAdmins(tenantID: $1).map(\.userID) },
    lockUser: { transaction, address, tenant in
      try await RegionalQueries(transaction).lockOrgUserByAddress(emailAddress: address, tenantID: tenant)
        .map { LockedTenantUser(id: $0.userID, status: UserStatus($0.status)) }
    },
    disableUser: DisableOrgUser.query,
    enableUser: EnableOrgUser.query,
    assignRole: { pool, tenant, change in
      try await RegionalQueries(pool).assignOrgRole(
        tenantID: tenant,
        targetUserID: change.user,
        roleName: change.roleName
      ).map(RoleOutcome.init)
    },
    removeRole: { pool, tenant, change in
      try await RegionalQueries(pool).removeOrgRole(
        tenantID: tenant,
        targetUserID: change.user,
        roleName: change.roleName
      ).map(RoleOutcome.init)
    },
    domains: .org,
    signup: .org,
    routing: .org,
    newcomers: .org,
    invitations: .org
  )
}

extension TenantDomainQueries {
  static let org = TenantDomainQueries(
    find: { try await RegionalQueries($0).findOrgDomain(domain: $1, tenantID: $2).map(TenantDomain.init) },
    list: {
      try await RegionalQueries($0).listOrgDomains(tenantID: $1, afterDomain: $2, rowCount: $3)
        .map(TenantDomain.init)
    },
    admitCheck: {
      try await RegionalQueries($0).admitCheckOfOrgDomain(domain: $1, tenantID: $2, pauseMs: $3)
        .map(AdmittedCheck.init)
    },
    renewToken: RenewTokenOfOrgDomain.query,
    lockStanding: {
      try await RegionalQueries($0).lockStandingOfOrgDomain(domain: $1, tenantID: $2)
        .map { DomainVerificationState(.init($0.status), consecutiveFailures: Int($0.consecutiveFailures)) }
    },
    insertClaimed: { transaction, domain, tenant, token, lifetime in
      try await RegionalQueries(transaction).insertClaimedOrgDomain(
        domain: domain,
        tenantID: tenant,
        verificationToken: token,
        lifetimeMs: lifetime
      )?.tokenExpiresAt
    },
    insertProven: InsertProvenOrgDomain.query,
    recordCheck: { transaction, domain, tenant, standing, isProven in
      try await RegionalQueries(transaction).recordCheckOfOrgDomain(
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
  static let org = AccountQueries(
    findCredentials: { try await RegionalQueries($0).findOrgCredentials(orgUserID: $1) },
    insertTFAToken: InsertOrgTFAToken.query,
    lockTFAToken: { try await RegionalQueries($0).lockOrgTFAToken(tokenHash: $1) },
    countTFAFailure: CountOrgTFAFailure.query,
    deleteTFAToken: DeleteOrgTFAToken.query,
    insertSession: InsertOrgSession.query,
    deleteSession: DeleteOrgSession.query,
    setLanguage: SetOrgLanguage.query,
    replacePassword: ReplaceOrgPasswordHash.query,
    setPassword: SetOrgPasswordHash.query,
    insertResetToken: InsertOrgPasswordResetToken.query,
    findResetToken: { try await RegionalQueries($0).findOrgPasswordResetToken(tokenHash: $1) },
    deleteResetToken: DeleteOrgPasswordResetToken.query,
    deleteTFATokens: DeleteOrgTFATokensOfUser.query,
    deleteResetTokens: DeleteOrgPasswordResetTokensOfUser.query,
    deleteSessions: DeleteOrgSessionsOfUser.query
  )
}
