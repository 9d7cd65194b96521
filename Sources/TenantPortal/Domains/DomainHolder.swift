public import API
import FoundationEssentials
import HTTP1
import HTTPTypes
import JSON
import Logging
import Mail
import MailSealing
import NIOCore
import Outbox
import PostgresClient
public import RegionRouting
import Sagas
import SharedQueries
import SystemPrimitives
import Vocabulary

/// The tenant that has a domain, proven or not, and its region, which alone knows which.
struct DomainHolder: Sendable, Equatable {
  let domain: String
  let tenant: UUID
  let region: RegionCode
}

/// The answer to somebody who wants a domain that may be another tenant's.
enum DomainAvailability: Sendable, Equatable {
  case free
  /// Only claimed: a proof would displace the claim.
  case claimed(DomainHolder)
  case taken

  /// The tenant that has only claimed it.
  var claimant: UUID? {
    if case .claimed(let holder) = self { holder.tenant } else { nil }
  }
}

/// The outcome of asking a holder's region to let go of a domain.
enum ReleaseOutcome: String, Sendable, Codable {
  /// The claim has ended: it had lapsed with its token, or whoever asks has the proof.
  case released
  /// The claim stands: never proven, but its token is still valid, and whoever asks has no proof.
  case unproven
  /// The domain was proven at least once, so it stays.
  case proven
  /// The region has no such domain of the tenant: the routing row is about to go, or its tenant is signing up.
  case absent
}

extension TenantPortal {
  /// How often somebody with the proof displaces others who claim the domain just after it was released.
  static var displacementAttempts: Int { 3 }

  /// Finds out whether a tenant can have a domain, and ends the claim that is in the way if it has lapsed, or if the
  /// proof of the one who asks displaces it.
  /// - Parameters:
  ///   - tenant: the one that asks, which does not displace itself; nil if it does not exist yet
  ///   - isProven: whoever asks has the record in the DNS.
  /// - Throws: `ForwardingError.regionUnavailable` when the holder's region cannot be asked.
  func availability(of domain: String, to tenant: UUID? = nil, isProven: Bool, _ logger: Logger) async throws
    -> DomainAvailability
  {
    guard let holder = try await holder(of: domain) else { return .free }
    switch try await release(holder, isProven: isProven && holder.tenant != tenant, logger) {
    case .released: return .free
    case .unproven: return .claimed(holder)
    case .proven: return .taken
    case .absent: return try await self.holder(of: domain) == nil ? .free : .taken
    }
  }

  func holder(of domain: String) async throws -> DomainHolder? {
    guard let row = try await Tenant.Global.findDomainHolder(global, domain: domain),
      let region = RegionCode(rawValue: row.region)
    else { return nil }
    return DomainHolder(domain: domain, tenant: row.tenantID, region: region)
  }

  private func release(_ holder: DomainHolder, isProven: Bool, _ logger: Logger) async throws
    -> ReleaseOutcome
  {
    guard holder.region != region else { return try await releaseHere(holder, isProven: isProven, logger) }
    let question = DomainReleaseQuestion(holder, isProven: isProven)
    guard let peers else {
      throw ForwardingError.regionUnavailable(holder.region, retryAfter: RegionDirectory.refreshInterval)
    }
    let response = try await peers.post(
      InternalPath.releaseDomain(Tenant.prefix) + question.query,
      purpose: .release,
      to: holder.region,
      requestID: logger[metadataKey: "request_id"].map { "\($0)" } ?? RequestID.fresh()
    )
    let answer = try? JSONDecoder().decode(ReleaseAnswer.self, from: Data(response.body.readableBytesView))
    guard response.status == 200, let answer else {
      throw ForwardingError.regionUnavailable(holder.region, retryAfter: RegionDirectory.refreshInterval)
    }
    return answer.outcome
  }

  /// Lets go of a domain of this region's, if its claim has lapsed or whoever asks has the proof.
  private func releaseHere(_ holder: DomainHolder, isProven: Bool, _ logger: Logger) async throws
    -> ReleaseOutcome
  {
    let standing = try await standing(of: holder, isProven: isProven)
    guard standing == .released else { return standing }
    do {
      try await sagas.retractInTurn(
        DomainRelease<Tenant>(holder: holder, isProven: isProven, mail: mail, sealing: sealing),
        logger: logger
      )
      return .released
    } catch is ClaimChanged {
      let standing = try await self.standing(of: holder, isProven: isProven)
      return standing == .released ? .unproven : standing
    }
  }

  /// Says what a release would come to; changes nothing.
  private func standing(of holder: DomainHolder, isProven: Bool) async throws -> ReleaseOutcome {
    guard let claim = try await findClaim(of: holder) else { return .absent }
    if claim.isProven { return .proven }
    return isProven || claim.isLapsed ? .released : .unproven
  }

  /// Finds the holder's record, after claims and releases of it that are half done.
  private func findClaim(of holder: DomainHolder) async throws -> FindClaim.Row? {
    func find() async throws -> FindClaim.Row? {
      try await Tenant.Regional.findClaim(regional, domain: holder.domain, tenantID: holder.tenant)
    }
    if let claim = try await find() { return claim }
    let undo = DomainClaimUndo<Tenant>(tenant: holder.tenant, domain: holder.domain)
    try await sagas.waitForOthers(DomainClaimUndo<Tenant>.self, undo.subjectID)
    return try await find()
  }

  /// The route by which other regions' servers ask this one to let go of a domain. Requests of others get 404.
  /// - Parameter verifier: checks the signatures.
  public func internalRoutes(verifier: HopVerifier) -> [Route] {
    [
      .signed(
        .post,
        InternalPath.releaseDomain(Tenant.prefix),
        purpose: .release,
        verifier: verifier
      ) { inbound in
        guard let question = DomainReleaseQuestion(inbound.request.target) else { throw Problem.notFound }
        let holder = DomainHolder(domain: question.domain, tenant: question.tenant, region: region)
        let outcome = try await releaseHere(holder, isProven: question.isProven, inbound.logger)
        return .json { $0.member("outcome", outcome.rawValue) }
      }
    ]
  }
}

/// The answer of a region that was asked to let go of a domain.
private struct ReleaseAnswer: Codable {
  let outcome: ReleaseOutcome
}

/// What a region is asked, as the query of a signed request: `?tenant=…&domain=…&proven=true`.
struct DomainReleaseQuestion: Sendable, Equatable {
  let tenant: UUID
  let domain: String
  let isProven: Bool

  init(_ holder: DomainHolder, isProven: Bool) {
    tenant = holder.tenant
    domain = holder.domain
    self.isProven = isProven
  }

  /// A domain name has no character that a query would have to encode (RFC 3986 §3.4).
  var query: String { "?tenant=\(tenant.text)&domain=\(domain)&proven=\(isProven)" }

  /// Reads the query of a request's target; nil for any other form.
  init?(_ target: String) {
    let pieces = target.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
    guard pieces.count == 2 else { return nil }
    let fields = pieces[1].split(separator: "&", omittingEmptySubsequences: false).map {
      $0.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
    }
    guard fields.map(\.first) == ["tenant", "domain", "proven"], fields.allSatisfy({ $0.count == 2 }),
      let tenant = UUID(uuidString: fields[0][1]), let domain = try? DomainName(fields[1][1]),
      let isProven = Bool(fields[2][1])
    else { return nil }
    self.tenant = tenant
    self.domain = domain.name
    self.isProven = isProven
  }
}

/// The claim that was to be released is no longer there, or was proven meanwhile.
struct ClaimChanged: Error {}

/// Ends a claim that was never proven. If a proof displaces it, the tenant's administrators are told by mail.
struct DomainRelease<Tenant: TenantType>: SagaRetraction {
  let holder: DomainHolder
  let isProven: Bool
  let mail: MailComposer
  let sealing: MailSealing

  var undo: DomainClaimUndo<Tenant> { DomainClaimUndo(tenant: holder.tenant, domain: holder.domain) }
  var subjectID: UUID { undo.subjectID }

  func deleteRecord(_ transaction: PostgresTransaction) async throws {
    // Waits for a check that is recording its outcome, and then finds what that has made of the domain.
    let deleted = try await Tenant.Regional.deleteUnprovenDomain(
      transaction,
      domain: holder.domain,
      tenantID: holder.tenant,
      isProven: isProven
    )
    guard deleted == 1 else { throw ClaimChanged() }
    guard isProven else { return }
    let administrators = try await Tenant.Regional.listActiveAdministrators(
      transaction,
      tenantID: holder.tenant
    )
    _ = try await transaction.executeAll(
      administrators.map {
        mail.domainDisplaced(
          Tenant.mails,
          to: $0.emailAddress,
          domain: holder.domain,
          language: $0.preferredLanguage
        ).insertion(sealedBy: sealing)
      }
    )
  }
}
