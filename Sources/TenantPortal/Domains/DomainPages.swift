import API
import DomainVerification
import FoundationEssentials
import PostgresClient
import SharedQueries
import SystemPrimitives
import Vocabulary

extension TenantPortal {
  private static var domainsPerPage: Int { 20 }

  /// `POST get-domain-status`.
  func getDomainStatus(_ user: TenantUser, _ input: DomainInput, _: Call) async throws -> DomainContent {
    DomainContent(row: try await ownDomain(input.domain, user))
  }

  /// `POST list-domains`: in byte order, behind the key.
  func listDomains(_ user: TenantUser, _ input: DomainListInput, _: Call) async throws -> DomainPage {
    let found = try await Tenant.Regional.listDomains(
      regional,
      tenantID: user.tenant,
      afterDomain: input.after,
      rowCount: Int64(Self.domainsPerPage + 1)
    )
    let page = found.prefix(Self.domainsPerPage)
    return DomainPage(
      domains: page.map(DomainContent.init),
      nextKey: found.count > page.count ? page.last?.domain : nil
    )
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

/// A page of a tenant's domains.
struct DomainPage: ResponseContent {
  let domains: [DomainContent]
  /// The last domain of the page; nil if there are no more.
  let nextKey: String?

  static let members: [ResponseMember<DomainPage>] = [
    .objects("items", \.domains),
    .optionalString("next_pagination_key", is: "the key of the next page", \.nextKey),
  ]
}

/// A domain of a tenant; members that do not apply to its status are left out.
struct DomainContent: ResponseContent {
  let row: FindDomain.Row

  private var cooldown: VerificationCooldown {
    VerificationCooldown(lastAttempt: row.lastAttemptedAt, now: row.readAt)
  }

  /// The end of the cooldown, not cut off: whoever comes at the time that is told must be admitted.
  private var cooldownEnd: Date? {
    cooldown.end.map { Date(timeIntervalSince1970: $0.timeIntervalSince1970.rounded(.up)) }
  }

  static let members: [ResponseMember<DomainContent>] = [
    .string("domain", is: "a domain name", \.row.domain),
    .choice("status", \.row.status),
    .optionalString("verification_token", is: "the value of the TXT record") {
      $0.row.status == .verified ? nil : $0.row.verificationToken
    },
    .optionalTime("expires_at") { $0.row.status == .pending ? $0.row.tokenExpiresAt : nil },
    .optionalTime("last_verified_at") { $0.row.status == .verified ? $0.row.lastVerifiedAt : nil },
    .boolean("can_request_verification") { $0.cooldown.isOver },
    .optionalTime("last_attempted_at", \.row.lastAttemptedAt),
    .optionalTime("next_verification_allowed_at") { $0.cooldownEnd },
  ]
}
