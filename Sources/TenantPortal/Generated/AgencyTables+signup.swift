// Expanded from db/templates/TenantTables+signup.swift.template; edit that and run `make generate`.

import FoundationEssentials
import GlobalDatabase
import PostgresClient
public import RegionalDatabase
public import UserAdministration
import Vocabulary

// What agencies sign up and are invited with.

extension FindAgencyInvitation.Row: InvitationRow {}

extension InvitationQueries {
  static let agency = InvitationQueries(
    isValid: { try await RegionalQueries($0).isAgencyInvitationValid(userID: $1)?.isValid == true },
    find: { try await RegionalQueries($0).findAgencyInvitation(tokenHash: $1) },
    take: { try await RegionalQueries($0).takeAgencyInvitation(tokenHash: $1)?.userID },
    deleteAll: DeleteAgencyInvitationsOfUser.query,
    setUp: SetUpAgencyUser.query
  )
}

extension TenantSignupQueries {
  static let agency = TenantSignupQueries(
    lockDomain: LockAgencySignupDomain.query,
    findObstacles: {
      try await GlobalQueries($0).findAgencySignupObstacles(emailAddressHash: $1, domain: $2)
        .map { SignupObstacles($0.isAddressKnown, $0.isDomainOwned, $0.isUnderWay) }
    },
    findObstaclesInside: {
      try await GlobalQueries($0).findAgencySignupObstacles(emailAddressHash: $1, domain: $2)
        .map { SignupObstacles($0.isAddressKnown, $0.isDomainOwned, $0.isUnderWay) }
    },
    insertToken: { transaction, signup in
      try await GlobalQueries(transaction).insertAgencySignupToken(
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
      try await GlobalQueries($0).findAgencySignup(tokenHash: $1).map {
        PendingSignup(
          dnsToken: $0.dnsToken,
          emailAddress: $0.emailAddress,
          domain: $0.domain,
          homeRegion: $0.homeRegion
        )
      }
    },
    consumeToken: ConsumeAgencySignupToken.query,
    releaseToken: ReleaseAgencySignupToken.query,
    deleteToken: DeleteAgencySignupToken.query
  )
}

extension TenantRoutingQueries {
  static let agency = TenantRoutingQueries(
    find: {
      try await GlobalQueries($0).findAgencyRouting(emailAddressHash: $1, domain: $2)
        .map { TenantRouting(tenant: $0.tenantID, region: $0.region, user: $0.userID) }
    },
    insertTenant: InsertAgencyTenantRouting.query,
    deleteTenant: DeleteAgencyTenantRouting.query,
    insertDomain: InsertAgencyDomainRouting.query,
    deleteDomain: DeleteAgencyDomainRouting.query,
    insertUser: InsertAgencyUserRouting.query,
    deleteUser: DeleteAgencyUserRouting.query
  )
}

extension NewcomerQueries {
  static let agency = NewcomerQueries(
    insertTenant: InsertAgencyTenant.query,
    insertFirstUser: InsertFirstAgencyUser.query,
    insertRoles: InsertAgencyRolesOfFirstUser.query,
    insertInvitedUser: InsertInvitedAgencyUser.query,
    insertInvitation: { transaction, token, user, tenant, lifetime in
      try await RegionalQueries(transaction).insertAgencyInvitationToken(
        tokenHash: token,
        userID: user,
        tenantID: tenant,
        lifetimeMs: lifetime
      )?.expiresAt
    },
    isThere: { try await RegionalQueries($0).isAgencyUserThere(userID: $1)?.isThere == true },
    findTenant: { transaction, user in
      try await RegionalQueries(transaction).findAgencyTenantOfUser(userID: user)
        .map { ($0.tenantID, $0.tenantName) }
    }
  )
}
