import API
import DomainVerification
import FoundationEssentials
import HTTPTypes
import PostgresClient
import Sagas
import SharedQueries
import SystemPrimitives
import Vocabulary

extension TenantPortal {
  /// `POST claim-domain`: a further domain, which nobody else can have from now on, proven or not.
  func claimDomain(_ user: TenantUser, _ input: DomainInput, _ call: Call) async throws -> DomainClaimContent
  {
    let domain = input.domain.name
    let saga = DomainClaimSaga<Tenant>(tenant: user.tenant, domain: domain, region: region)
    do {
      try await sagas.runInTurn(logger: call.logger) { saga }
    } catch let error as PostgresError where error.isUniqueViolation(Self.domainKey) {
      throw Problem.domainTaken
    }
    // The claim stands; an answer without the time says more than an error.
    let claimed = try? await ownDomain(input.domain, user)
    let name = DomainProof.recordName(of: domain)
    return DomainClaimContent(
      domain: domain,
      token: saga.token,
      expiresAt: claimed?.tokenExpiresAt,
      instructions:
        "Add a TXT record at \(name) with the value \(saga.token), then ask for verification within 7 days."
    )
  }

  static var domainKey: String { "global_\(Tenant.tenantEntity)_domains_pkey" }
}

/// A domain that has been claimed, and the way to prove it.
struct DomainClaimContent: ResponseContent {
  let domain: String
  let token: String
  /// The end of the token's validity; nil if the claim stands, but its row could not be read.
  let expiresAt: Date?
  let instructions: String

  static let members: [ResponseMember<DomainClaimContent>] = [
    .string("domain", is: "a domain name", \.domain),
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
  let token = RawToken().hex

  /// One id for every claim of the tenant to the domain; other domains can be claimed meanwhile.
  var subjectID: UUID { UUID(hashOf: "\(tenant) \(domain)") }
  var undo: DomainClaimUndo<Tenant> { DomainClaimUndo(tenant: tenant, domain: domain) }

  func prepare(_ transaction: PostgresTransaction) async throws {
    let known = try await Tenant.Regional.lockDomainStatus(transaction, domain: domain, tenantID: tenant)
    guard known == nil else { throw Problem.domainTaken }
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

extension UUID {
  /// The first half of the text's SHA-256.
  fileprivate init(hashOf text: String) {
    self = SHA256.hash(text.utf8).withUnsafeBytes { UUID(uuid: $0.loadUnaligned(as: uuid_t.self)) }
  }
}

extension Problem {
  static let domainTaken = Problem(.conflict, .domainTaken, "The domain is somebody's already.")
}
