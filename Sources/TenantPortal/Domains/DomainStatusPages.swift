import DomainVerification
import FoundationEssentials
import HTTP1
import PostgresClient
import RegionRouting
import ServiceKit
import SharedQueries
import Vocabulary

extension TenantPortal {
  private static var domainsPerPage: Int { 20 }

  /// `POST get-domain-status`.
  func getDomainStatus(_ user: TenantUser, _ input: DomainInput, _: RegionalCall) async throws -> Response {
    let domain = try await ownDomain(input.domain, user)
    return .json { domain.write(to: &$0) }
  }

  /// `POST list-domains`: in byte order, behind the key.
  func listDomains(_ user: TenantUser, _ input: DomainListInput, _: RegionalCall) async throws -> Response {
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
