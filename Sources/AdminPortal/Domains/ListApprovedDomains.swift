import API
import GlobalDatabase
import HTTP1
import JSON
import PostgresClient
import Vocabulary

extension AdminPortal {
  /// `POST /admin/list-approved-domains`: by name, or with a search by similarity to it.
  func listApprovedDomains(_: Administrator, _ input: DomainListInput, _: AdminCall) async throws -> Response
  {
    switch input.order {
    case .byName(let cursor):
      let rows = try await queries.listApprovedDomains(
        afterDomainName: cursor?.name ?? "",
        statuses: input.statuses,
        rowCount: input.size.rowsToRead
      )
      let page = Page(rows, input.size)
      return Self.response(
        page.rows.map(ApprovedDomain.init),
        next: page.nextCursor { DomainNameCursor(after: $0.domainName) },
        page.hasMore
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
      return Self.response(
        page.rows.map(ApprovedDomain.init),
        next: page.nextCursor { SimilarityCursor(after: $0.domainName, similarity: $0.likeness) },
        page.hasMore
      )
    }
  }

  private static func response(_ domains: [ApprovedDomain], next: String, _ hasMore: Bool) -> Response {
    .json { json in
      json.member(
        "domains",
        array: { list in for domain in domains { list.object { domain.write(to: &$0) } } }
      )
      json.member("next_cursor", next)
      json.member("has_more", hasMore)
    }
  }
}
