// PublicDirectory: the public look-ups `/global/*`.
//
// Owns: regions, languages and whether a domain may sign up, read from the global database by the regional server that
// is asked. Nothing is forwarded and nothing is written. Without the global database: 503 with Retry-After.

import API
import GlobalDatabase
import HTTPTypes
import PostgresClient
import Vocabulary

struct PublicDirectory: Sendable {
  private let queries: GlobalQueries<PostgresPool>

  init(global: PostgresPool) {
    queries = GlobalQueries(global)
  }

  var endpoints: [Endpoint] {
    [
      .open(.post, "/global/get-regions") { _ in RegionList(rows: try await queries.listActiveRegions()) },
      .open(.post, "/global/get-supported-languages") { _ in
        LanguageList(rows: try await queries.listSupportedLanguages())
      },
      .open(.post, "/global/check-domain", CheckDomainInput.self) { input, _ in
        let row = try await queries.isDomainApproved(domainName: input.domain.name)
        return DomainApproval(isApproved: row?.isApproved ?? false)
      },
    ]
  }
}

private struct RegionList: ResponseContent {
  let rows: [ListActiveRegions.Row]

  static let members: [ResponseMember<RegionList>] = [.objects("regions") { $0.rows.map(Region.init) }]

  struct Region: ResponseContent {
    let row: ListActiveRegions.Row

    static let members: [ResponseMember<Region>] = [
      .string("region_code", is: "a region code", \.row.regionCode),
      .string("region_name", \.row.regionName),
    ]
  }
}

private struct LanguageList: ResponseContent {
  let rows: [ListSupportedLanguages.Row]

  static let members: [ResponseMember<LanguageList>] = [.objects("languages") { $0.rows.map(Language.init) }]

  struct Language: ResponseContent {
    let row: ListSupportedLanguages.Row

    static let members: [ResponseMember<Language>] = [
      .string("language_code", is: "a language code", \.row.languageCode),
      .string("language_name", \.row.languageName),
      .string("native_name", \.row.nativeName),
      .boolean("is_default", \.row.isDefault),
    ]
  }
}

private struct DomainApproval: ResponseContent {
  let isApproved: Bool

  static let members: [ResponseMember<DomainApproval>] = [.boolean("is_approved", \.isApproved)]
}

private struct CheckDomainInput: RequestInput {
  let domain: DomainName

  init?(_ decoder: inout InputDecoder) {
    guard let domain = decoder.required("domain", as: DomainName.self) else { return nil }
    self.domain = domain
  }
}
