import API
import Accounts
import DomainVerification
import FoundationEssentials
import PostgresClient
import Sagas
import SystemPrimitives
import Vocabulary

/// Makes a tenant: who owns the domain, the user's routing row and the consumed token are global; the user, the roles, the
/// domain's status and the first session regional.
struct TenantSignupSaga<Tenant: TenantType>: Saga {
  /// The tenant.
  let subjectID = UUID()
  let user = UUID()
  let signup: PendingSignup
  let email: EmailAddress
  let tokenHash: Data
  let region: RegionCode
  let language: SupportedLanguage
  let passwordHash: String
  let sessionHash: Data
  let sessionLifetime: Duration

  var undo: TenantSignupUndo<Tenant> { TenantSignupUndo(signupTokenHash: JournalHash(tokenHash)) }

  func writeGlobal(_ transaction: PostgresTransaction) async throws {
    let queries = Tenant.kind.queries
    // Locks the token: of two completions the second waits here and then finds it consumed.
    guard try await transaction.execute(queries.signup.consumeToken(tokenHash)).affectedRows == 1 else {
      throw Problem.noSuchSignup
    }
    _ = try await transaction.executeAll([
      queries.routing.insertTenant(subjectID, signup.domain, region.rawValue),
      queries.routing.insertDomain(signup.domain, region.rawValue, subjectID),
      queries.routing.insertUser(user, email.hash, subjectID, region.rawValue),
    ])
  }

  func writeRegional(_ transaction: PostgresTransaction, _: Void) async throws {
    let queries = Tenant.kind.queries
    _ = try await transaction.executeAll([
      queries.newcomers.insertTenant(subjectID, signup.domain),
      queries.newcomers.insertFirstUser(user, email.address, subjectID, passwordHash, language.rawValue),
      queries.newcomers.insertRoles(user),
      queries.domains.insertProven(
        signup.domain,
        subjectID,
        signup.dnsToken,
        VerificationToken.lifetime.milliseconds
      ),
      queries.accounts.session(sessionHash, of: user, for: sessionLifetime),
    ])
  }

  func isComplete(in regional: PostgresPool) async throws -> Bool {
    try await Tenant.kind.queries.newcomers.isThere(regional, user)
  }
}
