import API
import DomainVerification
import FoundationEssentials
import HTTP1
import HTTPTypes
import JSON
import PostgresClient
import RegionRouting
import Sagas
import Synchronization
import SystemPrimitives
import Vocabulary

extension TenantPortal {
  /// `POST claim-domain`: a further domain, which nobody else can have from now on, proven or not.
  func claimDomain(_ user: TenantUser, _ input: DomainInput, _ call: RegionalCall) async throws -> Response {
    try await withTenantType { try await claim(input.domain.name, user, call, $0) }
  }

  private func claim<Tenant: TenantType>(
    _ domain: String,
    _ user: TenantUser,
    _ call: RegionalCall,
    _: Tenant.Type
  ) async throws -> Response {
    let saga = DomainClaimSaga<Tenant>(tenant: user.tenant, domain: domain, region: region)
    do {
      try await sagas.runInTurn(logger: call.logger) { saga }
    } catch let error as PostgresError where error.isUniqueViolation(Self.domainKey(Tenant.kind)) {
      throw Problem.domainTaken
    }
    let name = DomainProof.recordName(of: domain)
    return .json(status: .created) { json in
      json.member("domain", domain)
      json.member("verification_token", saga.token)
      if let expiry = saga.expiry.date { json.member("expires_at", RFC3339.seconds(expiry)) }
      json.member(
        "instructions",
        "Add a TXT record at \(name) with the value \(saga.token), then ask for verification within 7 days."
      )
    }
  }

  static func domainKey(_ kind: TenantKind) -> String { "global_\(kind.tenantEntity)_domains_pkey" }
}

/// Makes a domain a tenant's: who owns it is global, its status regional.
///
/// Exclusive, and refused before it writes if the tenant has the domain: the global row does not tell which claim wrote it, so
/// the undo of a second claim would take the first one's away.
struct DomainClaimSaga<Tenant: TenantType>: Saga {
  static var isExclusive: Bool { true }

  let tenant: UUID
  let domain: String
  let region: RegionCode
  let token = RawToken().hex
  let expiry = Expiry()

  /// The same for every claim of the tenant to the domain; other domains can be claimed meanwhile.
  var subjectID: UUID { UUID(hashOf: "\(tenant) \(domain)") }
  var undo: DomainClaimUndo<Tenant> { DomainClaimUndo(tenant: tenant, domain: domain) }

  func prepare(_ transaction: PostgresTransaction) async throws {
    let standing = try await Tenant.kind.queries.domains.lockStanding(transaction, domain, tenant)
    guard standing == nil else { throw Problem.domainTaken }
  }

  func writeGlobal(_ transaction: PostgresTransaction) async throws {
    let insertion = Tenant.kind.queries.routing.insertDomain(domain, region.rawValue, tenant)
    _ = try await transaction.execute(insertion)
  }

  func writeRegional(_ transaction: PostgresTransaction, _: Void) async throws {
    expiry.date = try await Tenant.kind.queries.domains.insertClaimed(
      transaction,
      domain,
      tenant,
      token,
      VerificationToken.lifetime.milliseconds
    )
  }

  func isComplete(in regional: PostgresPool) async throws -> Bool {
    try await Tenant.kind.queries.domains.find(regional, domain, tenant) != nil
  }
}

extension UUID {
  /// The first half of the text's SHA-256.
  fileprivate init(hashOf text: String) {
    self = SHA256.hash(text.utf8).withUnsafeBytes { UUID(uuid: $0.loadUnaligned(as: uuid_t.self)) }
  }
}

/// When what step 3 of a saga has written expires, by the region's clock.
final class Expiry: Sendable {
  private let value = Mutex<Date?>(nil)

  var date: Date? {
    get { value.withLock { $0 } }
    set { value.withLock { $0 = newValue } }
  }
}

extension Problem {
  static let domainTaken = Problem(.conflict, .domainTaken, "The domain is somebody's already.")
}
