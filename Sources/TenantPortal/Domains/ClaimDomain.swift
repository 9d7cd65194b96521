import API
import DomainVerification
import FoundationEssentials
import HTTPTypes
import Logging
import PostgresClient
import RegionRouting
import Sagas
import SharedQueries
import SystemPrimitives
import Vocabulary

extension TenantPortal {
  /// `POST claim-domain`: a further domain, which others can have from now on only with a proof. Whoever asks again
  /// with the record that the refusal named displaces a claim that was never proven.
  func claimDomain(_ user: TenantUser, _ input: ClaimInput, _ call: Call) async throws -> DomainClaimContent {
    let domain = input.domain.name
    let challenge = try await Tenant.Regional.findDomainChallenge(
      regional,
      tenantID: user.tenant,
      domain: domain
    )?.verificationToken
    let proof = try await proof(of: domain, by: challenge, call.logger)
    for _ in 1...Self.displacementAttempts {
      try await makeRoom(for: domain, of: user.tenant, proof, call.logger)
      let saga = DomainClaimSaga<Tenant>(
        tenant: user.tenant,
        domain: domain,
        region: region,
        token: challenge ?? RawToken().hex,
        isProven: proof == .proven
      )
      do {
        try await sagas.runInTurn(logger: call.logger) { saga }
        return try await answer(saga, input.domain, user)
      } catch let error as PostgresError where error.isUniqueViolation(Self.domainKey) {
        // Somebody else has been faster since.
        continue
      }
    }
    throw Problem.domainTaken
  }

  /// Looks for the record that a refusal has named; nil if there was no refusal.
  private func proof(of domain: String, by challenge: String?, _ logger: Logger) async throws
    -> DomainProof.Outcome?
  {
    guard let challenge else { return nil }
    return try await lookForProof(challenge, at: domain, logger)
  }

  /// Ends another tenant's claim, if it has lapsed or the proof displaces it.
  /// - Throws: 409 when the domain stays somebody's; with the record that would displace a claim, if it is one.
  private func makeRoom(
    for domain: String,
    of tenant: UUID,
    _ proof: DomainProof.Outcome?,
    _ logger: Logger
  ) async throws {
    do {
      switch try await availability(of: domain, to: tenant, isProven: proof == .proven, logger) {
      case .free: return
      case .claimed(let holder) where holder.tenant != tenant: break
      case .claimed, .taken: throw Problem.domainTaken
      }
    } catch ForwardingError.regionUnavailable where proof != .proven {
      // Nobody can say now whether the domain is only claimed. If it is, the record will do.
    }
    let token = try await challenge(domain, to: tenant)
    throw Problem.domainTaken(unlessProvenAt: domain, by: token, found: proof)
  }

  private func answer(_ saga: DomainClaimSaga<Tenant>, _ domain: DomainName, _ user: TenantUser) async throws
    -> DomainClaimContent
  {
    let name = DomainProof.recordName(of: domain.name)
    if saga.isProven {
      return DomainClaimContent(
        domain: domain.name,
        isVerified: true,
        token: saga.token,
        expiresAt: nil,
        instructions: "The domain is verified. Keep the TXT record at \(name) with the value \(saga.token)."
      )
    }
    // The claim stands; an answer without the time says more than an error.
    let claimed = try? await ownDomain(domain, user)
    return DomainClaimContent(
      domain: domain.name,
      isVerified: false,
      token: saga.token,
      expiresAt: claimed?.tokenExpiresAt,
      instructions:
        "Add a TXT record at \(name) with the value \(saga.token), then ask for verification within 7 days."
    )
  }

  static var domainKey: String { "global_\(Tenant.tenantEntity)_domains_pkey" }
}

/// The body of `claim-domain`.
struct ClaimInput: RequestInput {
  let domain: DomainName

  init?(_ decoder: inout InputDecoder) {
    guard let domain = decoder.required("domain", as: DomainName.self) else { return nil }
    if let reason = UnclaimableDomain(domain) {
      decoder.note("domain", reason.rule)
      return nil
    }
    self.domain = domain
  }
}

extension UnclaimableDomain {
  /// The rule that the domain breaks, completing "the domain …".
  var rule: String {
    switch self {
    case .publicSuffix: "must not be a public suffix, below which anybody can register a name"
    case .personalMailProvider: "must not be a provider of personal email addresses"
    case .withoutRecord: "must have at most 236 characters, so that its record has a name"
    }
  }
}

/// A domain that has been claimed, and the way to prove it.
struct DomainClaimContent: ResponseContent {
  let domain: String
  /// True if the claim displaced another one by its proof.
  let isVerified: Bool
  let token: String
  /// The end of the token's validity; nil for a verified domain, and if the claim's row could not be read.
  let expiresAt: Date?
  let instructions: String

  static let members: [ResponseMember<DomainClaimContent>] = [
    .string("domain", is: "a domain name", \.domain),
    .optionalString("status", is: "`VERIFIED`") { $0.isVerified ? DomainStatus.verified.rawValue : nil },
    .string("verification_token", is: "the value of the TXT record", \.token),
    .optionalTime("expires_at", \.expiresAt),
    .string("instructions", \.instructions),
  ]
}

/// Makes a domain a tenant's: who owns it is global, its status regional.
///
/// Exclusive, and refused before it writes if the tenant has the domain: the global row does not tell which claim wrote
/// it, so the undo of a second claim would take the first one's away.
struct DomainClaimSaga<Tenant: TenantType>: Saga {
  static var isExclusive: Bool { true }

  let tenant: UUID
  let domain: String
  let region: RegionCode
  let token: String
  /// The record with the token is in the DNS.
  let isProven: Bool

  var subjectID: UUID { undo.subjectID }
  var undo: DomainClaimUndo<Tenant> { DomainClaimUndo(tenant: tenant, domain: domain) }

  func prepare(_ transaction: PostgresTransaction) async throws {
    let known = try await Tenant.Regional.lockDomainStatus(transaction, domain: domain, tenantID: tenant)
    guard known == nil else { throw Problem.domainTaken }
    if !isProven { try await UnprovenClaims.admit(domain, of: tenant, Tenant.Regional.self, transaction) }
  }

  func writeGlobal(_ transaction: PostgresTransaction) async throws {
    try await Tenant.Global.insertDomainRouting(
      transaction,
      domain: domain,
      region: region.rawValue,
      tenantID: tenant
    )
  }

  func writeRegional(_ transaction: PostgresTransaction, _: Void) async throws {
    _ = try await Tenant.Regional.deleteDomainChallenges(transaction, tenantID: tenant, domain: domain)
    guard !isProven else {
      return try await Tenant.Regional.insertProvenDomain(
        transaction,
        domain: domain,
        tenantID: tenant,
        verificationToken: token,
        lifetimeMs: VerificationToken.lifetime.milliseconds
      )
    }
    // Once more: another claim may have been let in since step 1.
    try await UnprovenClaims.admit(domain, of: tenant, Tenant.Regional.self, transaction)
    _ = try await Tenant.Regional.insertClaimedDomain(
      transaction,
      domain: domain,
      tenantID: tenant,
      verificationToken: token,
      lifetimeMs: VerificationToken.lifetime.milliseconds
    )
  }

  func isComplete(in regional: PostgresPool) async throws -> Bool {
    try await Tenant.Regional.findDomain(regional, domain: domain, tenantID: tenant) != nil
  }
}

extension Problem {
  static let domainTaken = Problem(.conflict, .domainTaken, "The domain is somebody's already.")

  /// A domain that somebody else has claimed: the record that proves the caller's right.
  /// - Parameter outcome: what a look for this record has found; nil if it was not looked for.
  static func domainTaken(
    unlessProvenAt domain: String,
    by token: String,
    found outcome: DomainProof.Outcome?
  ) -> Problem {
    let name = DomainProof.recordName(of: domain)
    let advice = "If the domain is yours, add a TXT record at \(name) and ask again within 7 days."
    let found = outcome.map { " \($0.message(domain))" } ?? ""
    var problem = Problem(
      .conflict,
      .domainTaken,
      "Somebody else has claimed the domain. \(advice)\(found)"
    )
    problem.extensions = [
      ProblemExtension("dns_record_name", name), ProblemExtension("verification_token", token),
    ]
    return problem
  }
}
