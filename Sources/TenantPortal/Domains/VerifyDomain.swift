import API
import DomainVerification
import FoundationEssentials
import HTTPTypes
import Logging
import PostgresClient
import SharedQueries
import SystemPrimitives
import Vocabulary

extension TenantPortal {
  /// `POST verify-domain`: looks for the proof, at most once an hour. 200 whether or not it is found.
  func verifyDomain(_ user: TenantUser, _ input: DomainInput, _ call: Call) async throws -> DomainCheckContent
  {
    let domain = input.domain.name
    let check = try await admitCheck(input.domain, user)
    if VerificationToken.isStale(check.status, expiresAt: check.tokenExpiresAt, now: check.readAt) {
      do {
        return try await renewToken(domain, user)
      } catch {
        await withdraw(check, domain, user)
        throw error
      }
    }
    let outcome = try await lookForProof(check.verificationToken, at: domain, call.logger)
    if case .resolverFailed = outcome {
      await withdraw(check, domain, user)
      return DomainCheckContent(status: check.status, verifiedAt: nil, message: outcome.message(domain))
    }
    let (standing, checkedAt) = try await record(outcome, domain, user)
    return DomainCheckContent(
      status: standing.status,
      verifiedAt: outcome == .proven ? checkedAt : nil,
      message: outcome.message(domain)
    )
  }

  /// Looks for the record with a token, and logs why it could not be looked up.
  func lookForProof(_ token: String, at domain: String, _ logger: Logger) async throws -> DomainProof.Outcome
  {
    let outcome = try await DomainProof.look(for: token, at: domain, with: resolver)
    switch outcome {
    case .proven, .noRecord, .recordMissing: break
    case .lookupFailed(let reason):
      logger.info("TXT look-up failed", metadata: ["reason": "\(reason)"])
    case .resolverFailed(let reason):
      logger.warning("no name server answers", metadata: ["reason": "\(reason)"])
    }
    return outcome
  }

  /// Committed before the look-up, so that of two calls at the same moment only one asks.
  /// - Throws: 404, 429.
  private func admitCheck(_ domain: DomainName, _ user: TenantUser) async throws -> AdmitDomainCheck.Row {
    let admitted = try await Tenant.Regional.admitDomainCheck(
      regional,
      pauseMs: VerificationCooldown.length.milliseconds,
      domain: domain.name,
      tenantID: user.tenant
    )
    if let admitted { return admitted }
    let known = try await ownDomain(domain, user)
    let cooldown = VerificationCooldown(lastAttempt: known.lastAttemptedAt, now: known.readAt)
    throw Problem.tooManyRequests(cooldown.remaining(at: known.readAt))
  }

  /// Takes the beginning of the pause back, since the check has found nothing out. Only a try: at worst the next one
  /// has to wait.
  private func withdraw(_ check: AdmitDomainCheck.Row, _ domain: String, _ user: TenantUser) async {
    _ = try? await Tenant.Regional.withdrawDomainCheck(
      regional,
      earlierAttemptAt: check.earlierAttemptAt,
      domain: domain,
      tenantID: user.tenant,
      attemptedAt: check.readAt
    )
  }

  private func renewToken(_ domain: String, _ user: TenantUser) async throws -> DomainCheckContent {
    let renewed = try await regional.withTransaction { transaction in
      // A lapsed claim does not count; a renewed one does.
      try await UnprovenClaims.admit(domain, of: user.tenant, Tenant.Regional.self, transaction)
      return try await Tenant.Regional.renewDomainToken(
        transaction,
        verificationToken: RawToken().hex,
        lifetimeMs: VerificationToken.lifetime.milliseconds,
        domain: domain,
        tenantID: user.tenant
      )
    }
    // Somebody else may have got the lapsed claim meanwhile.
    guard renewed == 1 else { throw Problem.noSuchDomain }
    return DomainCheckContent(
      status: .pending,
      verifiedAt: nil,
      message: "The token had expired and was renewed; put the new one into the record."
    )
  }

  /// Records the outcome, judged by what the row says now, not by what it said before the look-up.
  private func record(
    _ outcome: DomainProof.Outcome,
    _ domain: String,
    _ user: TenantUser
  ) async throws -> (DomainVerificationState, Date) {
    try await regional.withTransaction { transaction in
      let row = try await Tenant.Regional.lockDomainStatus(transaction, domain: domain, tenantID: user.tenant)
      guard let row else { throw Problem.noSuchDomain }
      let standing = DomainVerificationState(row.status, consecutiveFailures: Int(row.consecutiveFailures))
      let next = standing.after(outcome)
      let recorded = try await Tenant.Regional.recordDomainCheck(
        transaction,
        status: next.status,
        consecutiveFailures: Int32(clamping: next.consecutiveFailures),
        isProven: outcome == .proven,
        domain: domain,
        tenantID: user.tenant
      )
      guard let recorded else { throw Problem.noSuchDomain }
      return (next, recorded.checkedAt)
    }
  }
}

/// The outcome of a check of a domain's proof.
struct DomainCheckContent: ResponseContent {
  let status: DomainStatus
  /// The time of the check; nil if the proof was not found.
  let verifiedAt: Date?
  let message: String

  static let members: [ResponseMember<DomainCheckContent>] = [
    .choice("status", \.status),
    .optionalTime("verified_at", \.verifiedAt),
    .string("message", \.message),
  ]
}

extension DomainProof.Outcome {
  /// The outcome in words for whoever looks after the domain.
  func message(_ domain: String) -> String {
    let name = DomainProof.recordName(of: domain)
    return switch self {
    case .proven: "The record was found; the domain is verified."
    case .noRecord: "There is no TXT record at \(name)."
    case .recordMissing: "There are TXT records at \(name), but none of them is the token."
    case .lookupFailed:
      "The TXT record at \(name) could not be looked up; the domain's name servers may be failing."
    case .resolverFailed:
      "Our name servers do not answer at the moment. This check does not count; please ask again."
    }
  }
}

extension Problem {
  static let noSuchDomain = Problem(.notFound, .noSuchDomain, "There is no such domain.")
}
