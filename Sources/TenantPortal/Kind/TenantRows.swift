import DomainVerification
import FoundationEssentials
import RegionalDatabase
import UserAdministration

// What the queries find, for both kinds of tenant alike. The generated rows have these members already.

protocol TenantSessionRow: Sendable {
  var userID: UUID { get }
  var tenantID: UUID { get }
  var emailAddress: String { get }
  var fullName: String { get }
  var preferredLanguage: String { get }
  var status: TenantUserStatus { get }
  var isAdmin: Bool { get }
  var tenantName: String { get }
  var roles: [String] { get }
}

protocol TenantUserRow {
  var userID: UUID { get }
  var emailAddress: String { get }
  var fullName: String { get }
  var status: TenantUserStatus { get }
  var isAdmin: Bool { get }
  var createdAt: Date { get }
  var roles: [String] { get }
}

struct ListedTenantUser: Sendable {
  let user: ListedUser
  let isAdmin: Bool

  init(_ row: some TenantUserRow) {
    user = ListedUser(
      id: row.userID,
      emailAddress: row.emailAddress,
      fullName: row.fullName,
      status: UserStatus(row.status),
      createdAt: row.createdAt,
      roles: row.roles
    )
    isAdmin = row.isAdmin
  }
}

struct LockedTenantUser: Sendable {
  let id: UUID
  let status: UserStatus
}

protocol RoleOutcomeRow {
  var isKnown: Bool { get }
  var isOwn: Bool { get }
  var isChanged: Bool { get }
}

struct RoleOutcome: Sendable {
  let isKnown: Bool
  let isOwn: Bool
  let isChanged: Bool

  init(_ row: some RoleOutcomeRow) {
    isKnown = row.isKnown
    isOwn = row.isOwn
    isChanged = row.isChanged
  }
}

protocol TenantDomainRow {
  var domain: String { get }
  var status: RegionalDatabase.DomainStatus { get }
  var verificationToken: String { get }
  var tokenExpiresAt: Date { get }
  var lastVerifiedAt: Date? { get }
  var lastAttemptedAt: Date? { get }
  var readAt: Date { get }
}

extension TenantDomain {
  init(_ row: some TenantDomainRow) {
    self.init(
      domain: row.domain,
      status: DomainVerification.DomainStatus(row.status),
      verificationToken: row.verificationToken,
      tokenExpiresAt: row.tokenExpiresAt,
      lastVerifiedAt: row.lastVerifiedAt,
      lastAttemptedAt: row.lastAttemptedAt,
      readAt: row.readAt
    )
  }
}

protocol AdmittedCheckRow {
  var status: RegionalDatabase.DomainStatus { get }
  var verificationToken: String { get }
  var tokenExpiresAt: Date { get }
  var readAt: Date { get }
}

/// A check of a domain that may go ahead.
struct AdmittedCheck: Sendable {
  let status: DomainVerification.DomainStatus
  let verificationToken: String
  let tokenExpiresAt: Date
  let readAt: Date

  init(_ row: some AdmittedCheckRow) {
    status = DomainVerification.DomainStatus(row.status)
    verificationToken = row.verificationToken
    tokenExpiresAt = row.tokenExpiresAt
    readAt = row.readAt
  }
}
