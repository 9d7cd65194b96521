import API
import Accounts
import DomainVerification
import FoundationEssentials
import PostgresClient
import Sagas
import SharedQueries
import SystemPrimitives
import Vocabulary

/// Makes a tenant: who owns the domain, the user's routing row and the consumed token are global; the user, the roles,
/// the domain's status and the first session regional.
struct TenantSignupSaga<Tenant: TenantType>: Saga {
  /// The tenant.
  let subjectID = UUID()
  let user = UUID()
  let signup: FindSignup.Row
  let email: EmailAddress
  /// The address's, for the routing row.
  let hash: AddressHash
  let tokenHash: Data
  let region: RegionCode
  let language: SupportedLanguage
  let passwordHash: String
  let sessionHash: Data
  let sessionLifetime: Duration

  var undo: TenantSignupUndo<Tenant> { TenantSignupUndo(signupTokenHash: JournalHash(tokenHash)) }

  func writeGlobal(_ transaction: PostgresTransaction) async throws {
    // Locks the token: of two completions the second waits here and then finds it consumed.
    guard try await Tenant.Global.consumeSignupToken(transaction, tokenHash: tokenHash) == 1 else {
      throw Problem.noSuchSignup
    }
    _ = try await transaction.executeAll([
      Tenant.Global.insertTenantRouting(
        tenantID: subjectID,
        tenantName: signup.domain,
        region: region.rawValue
      ),
      Tenant.Global.insertDomainRouting(
        domain: signup.domain,
        region: region.rawValue,
        tenantID: subjectID
      ),
      Tenant.Global.insertUserRouting(
        userID: user,
        emailAddressHash: hash.bytes,
        hashingAlgorithm: hash.algorithm,
        tenantID: subjectID,
        homeRegion: region.rawValue
      ),
    ])
  }

  func writeRegional(_ transaction: PostgresTransaction, _: Void) async throws {
    _ = try await transaction.executeAll([
      Tenant.Regional.insertTenant(tenantID: subjectID, tenantName: signup.domain),
      Tenant.Regional.insertFirstUser(
        userID: user,
        emailAddress: email.address,
        tenantID: subjectID,
        passwordHash: passwordHash,
        preferredLanguage: language.rawValue
      ),
      Tenant.Regional.insertRolesOfFirstUser(userID: user),
      Tenant.Regional.insertProvenDomain(
        domain: signup.domain,
        tenantID: subjectID,
        verificationToken: signup.dnsToken,
        lifetimeMs: VerificationToken.lifetime.milliseconds
      ),
      Tenant.Regional.insertSession(
        tokenHash: sessionHash,
        userID: user,
        lifetimeMs: sessionLifetime.milliseconds
      ),
    ])
  }

  func isComplete(in regional: PostgresPool) async throws -> Bool {
    try await Tenant.Regional.isUserThere(regional, userID: user)?.isThere == true
  }
}
