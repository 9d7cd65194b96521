// Expanded from db/templates/TenantTables+signup.swift.template; edit that and run `make generate`.

import FoundationEssentials
import GlobalDatabase
import PostgresClient
public import RegionalDatabase
public import UserAdministration
import Vocabulary

// What employers sign up and are invited with.

extension FindOrgInvitation.Row: InvitationRow {}

extension InvitationQueries {
  static let org = InvitationQueries(
    isValid: { try await RegionalQueries($0).isOrgInvitationValid(userID: $1)?.isValid == true },
    find: { try await RegionalQueries($0).findOrgInvitation(tokenHash: $1) },
    take: { try await RegionalQueries($0).takeOrgInvitation(tokenHash: $1)?.userID },
    deleteAll: DeleteOrgInvitationsOfUser.query,
    setUp: SetUpOrgUser.query
  )
}

extension TenantSignupQueries {
  static let org = TenantSignupQueries(
    lockDomain: LockOrgSignupDomain.query,
    findObstacles: {
      try await GlobalQueries($0).findOrgSignupObstacles(emailAddressHash: $1, domain: $2)
        .map { SignupObstacles($0.isAddressKnown, $0.isDomainOwned, $0.isUnderWay) }
    },
    findObstaclesInside: {
      try await GlobalQueries($0).findOrgSignupObstacles(emailAddressHash: $1, domain: $2)
        .map { SignupObstacles($0.isAddressKnown, $0.isDomainOwned, $0.isUnderWay) }
    },
    insertToken: { transaction, signup in
      try await GlobalQueries(transaction).insertOrgSignupToken(
        tokenHash: signup.tokenHash,
        dnsToken: signup.dnsToken,
        emailAddress: signup.email.address,
        emailAddressHash: signup.email.hash,
        domain: signup.domain,
        homeRegion: signup.homeRegion,
        lifetimeMs: signup.lifetimeMs
      )?.expiresAt
    },
    find: {
      try await GlobalQueries($0).findOrgSignup(tokenHash: $1).map {
        PendingSignup(
          dnsToken: $0.dnsToken,
          emailAddress: $0.emailAddress,
          domain: $0.domain,
          homeRegion: $0.homeRegion
        )
      }
    },
    consumeToken: ConsumeOrgSignupToken.query,
    releaseToken: ReleaseOrgSignupToken.query,
    deleteToken: DeleteOrgSignupToken.query
  )
}

extension TenantRoutingQueries {
  static let org = TenantRoutingQueries(
    find: {
      try await GlobalQueries($0).findOrgRouting(emailAddressHash: $1, domain: $2)
        .map { TenantRouting(tenant: $0.tenantID, region: $0.region, user: $0.userID) }
    },
    insertTenant: InsertOrgTenantRouting.query,
    deleteTenant: DeleteOrgTenantRouting.query,
    insertDomain: InsertOrgDomainRouting.query,
    deleteDomain: DeleteOrgDomainRouting.query,
    insertUser: InsertOrgUserRouting.query,
    deleteUser: DeleteOrgUserRouting.query
  )
}

extension NewcomerQueries {
  static let org = NewcomerQueries(
    insertTenant: InsertOrgTenant.query,
    insertFirstUser: InsertFirstOrgUser.query,
    insertRoles: InsertOrgRolesOfFirstUser.query,
    insertInvitedUser: InsertInvitedOrgUser.query,
    insertInvitation: { transaction, token, user, tenant, lifetime in
      try await RegionalQueries(transaction).insertOrgInvitationToken(
        tokenHash: token,
        userID: user,
        tenantID: tenant,
        lifetimeMs: lifetime
      )?.expiresAt
    },
    isThere: { try await RegionalQueries($0).isOrgUserThere(userID: $1)?.isThere == true },
    findTenant: { transaction, user in
      try await RegionalQueries(transaction).findOrgTenantOfUser(userID: user)
        .map { ($0.tenantID, $0.tenantName) }
    }
  )
}
