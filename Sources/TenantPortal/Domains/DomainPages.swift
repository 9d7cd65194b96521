import API
import DomainVerification
import FoundationEssentials
import HTTP1
import JSON
import PostgresClient
import SharedQueries
import SystemPrimitives
import Vocabulary

extension TenantPortal {
  private static var domainsPerPage: Int { 20 }

  /// `POST get-domain-status`.
  func getDomainStatus(_ user: TenantUser, _ input: DomainInput, _: Call) async throws -> Response {
    let domain = try await ownDomain(input.domain, user)
    return .json { domain.write(to: &$0) }
  }

  /// `POST list-domains`: in byte order, behind the key.
  func listDomains(_ user: TenantUser, _ input: DomainListInput, _: Call) async throws -> Response {
    let found = try await Tenant.Regional.listDomains(
      regional,
      tenantID: user.tenant,
      afterDomain: input.after,
      rowCount: Int64(Self.domainsPerPage + 1)
    )
    let page = found.prefix(Self.domainsPerPage)
    return .json { json in
      json.member("items", array: { items in for domain in page { items.object { domain.write(to: &$0) } } })
      if found.count > page.count, let last = page.last { json.member("next_pagination_key", last.domain) }
    }
  }

  /// - Throws: 404 for a domain that is not the tenant's, whoever's it is.
  func ownDomain(_ domain: DomainName, _ user: TenantUser) async throws -> FindDomain.Row {
    let found = try await Tenant.Regional.findDomain(regional, domain: domain.name, tenantID: user.tenant)
    guard let found else { throw Problem.noSuchDomain }
    return found
  }
}

/// The body of the endpoints about one domain.
struct DomainInput: RequestInput {
  let domain: DomainName

  init?(_ decoder: inout InputDecoder) {
    guard let domain = decoder.required("domain", as: DomainName.self) else { return nil }
    self.domain = domain
  }
}

/// The body of `list-domains`.
struct DomainListInput: RequestInput {
  /// Empty for the first page.
  let after: String

  init?(_ decoder: inout InputDecoder) {
    guard let key = decoder.string("pagination_key", default: "") else { return nil }
    // U+0000 cannot be part of a PostgreSQL text, and nothing is behind it.
    guard !key.unicodeScalars.contains("\0") else {
      decoder.note("pagination_key", "must not contain the character U+0000")
      return nil
    }
    after = key
  }
}

extension FindDomain.Row {
  /// The members of `get-domain-status`; what does not apply is left out.
  func write(to json: inout JSONWriter) {
    json.member("domain", domain)
    json.member("status", status.rawValue)
    if status != .verified { json.member("verification_token", verificationToken) }
    if status == .pending { json.member("expires_at", RFC3339.seconds(tokenExpiresAt)) }
    if status == .verified, let lastVerifiedAt {
      json.member("last_verified_at", RFC3339.seconds(lastVerifiedAt))
    }
    let cooldown = VerificationCooldown(lastAttempt: lastAttemptedAt, now: readAt)
    json.member("can_request_verification", cooldown.isOver)
    if let lastAttemptedAt { json.member("last_attempted_at", RFC3339.seconds(lastAttemptedAt)) }
    // Not cut off: whoever comes at the time that is told must be admitted.
    if let end = cooldown.end {
      let whole = Date(timeIntervalSince1970: end.timeIntervalSince1970.rounded(.up))
      json.member("next_verification_allowed_at", RFC3339.seconds(whole))
    }
  }
}
