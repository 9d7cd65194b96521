import API
import GlobalDatabase
import HTTP1
import JSON
import PostgresClient
import Vocabulary

extension AdminPortal {
  /// `POST /admin/list-approved-domains`: by name, or with a search by similarity to it.
  func listApprovedDomains(_: Administrator, _ input: DomainListInput, _: Call) async throws -> DomainList {
    switch input.order {
    case .byName(let cursor):
      let rows = try await queries.listApprovedDomains(
        afterDomainName: cursor?.name ?? "",
        statuses: input.statuses,
        rowCount: input.size.rowsToRead
      )
      let page = Page(rows, input.size)
      return DomainList(
        domains: page.rows.map(ApprovedDomain.init),
        nextCursor: page.nextCursor { DomainNameCursor(after: $0.domainName) },
        hasMore: page.hasMore
      )
    case .bySimilarity(let search, let cursor):
      let rows = try await queries.searchApprovedDomains(
        search: search.text,
        namePattern: search.pattern,
        statuses: input.statuses,
        afterLikeness: cursor?.similarity,
        afterDomainName: cursor?.name.name ?? "",
        rowCount: input.size.rowsToRead
      )
      let page = Page(rows, input.size)
      return DomainList(
        domains: page.rows.map(ApprovedDomain.init),
        nextCursor: page.nextCursor { SimilarityCursor(after: $0.domainName, similarity: $0.likeness) },
        hasMore: page.hasMore
      )
    }
  }
}

/// A page of the list of domains.
struct DomainList: ResponseContent {
  let domains: [ApprovedDomain]
  let nextCursor: String
  let hasMore: Bool

  static let members: [ResponseMember<DomainList>] = [
    .objects("domains", \.domains),
    .cursor("next_cursor", \.nextCursor),
    .boolean("has_more", \.hasMore),
  ]
}
