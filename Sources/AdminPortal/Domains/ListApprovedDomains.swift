import API
import GlobalDatabase
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

/// The body of `list-approved-domains`.
struct DomainListInput: RequestInput {
  /// The two orders a list can have, each with a cursor of its own.
  enum Order: Sendable {
    case byName(after: DomainNameCursor?)
    case bySimilarity(to: SearchText, after: SimilarityCursor?)
  }

  let order: Order
  let statuses: [ApprovedDomainStatus]
  let size: PageSize

  init?(_ decoder: inout InputDecoder) {
    let search = decoder.optional("search", as: LowercasedSearch.self)
    let filter = decoder.choice("filter", default: DomainFilter.active)
    let size = decoder.pageSize("limit", excess: .refused)
    // With a search that is wrong itself nothing can be said about its cursor.
    let order = search.flatMap { Self.order(searching: $0?.text, &decoder) }
    guard let order, let filter, let size else { return nil }
    self.order = order
    statuses = filter.statuses
    self.size = size
  }

  private static func order(searching search: SearchText?, _ decoder: inout InputDecoder) -> Order? {
    guard let search else {
      return decoder.cursor("cursor", as: DomainNameCursor.self).map { .byName(after: $0) }
    }
    return decoder.cursor("cursor", as: SimilarityCursor.self).map { .bySimilarity(to: search, after: $0) }
  }
}

/// The statuses that are listed.
enum DomainFilter: String, StringParsable, CaseIterable {
  case active, inactive, all

  init(_ raw: String) throws(InvalidValue) {
    guard let filter = Self(rawValue: raw) else { throw InvalidValue("must be active, inactive or all") }
    self = filter
  }

  var statuses: [ApprovedDomainStatus] {
    switch self {
    case .active: [.active]
    case .inactive: [.inactive]
    case .all: ApprovedDomainStatus.allCases
    }
  }
}

/// Names of domains are stored in lower case.
private struct LowercasedSearch: StringParsable {
  static let rule = SearchText.rule

  let text: SearchText

  init(_ raw: String) throws(InvalidValue) { text = try SearchText(raw.lowercased()) }
}

/// The place in a list ordered by name: the last name. It need not be the name of any domain.
struct DomainNameCursor: PageCursor, Equatable {
  let name: String

  init(after name: String) { self.name = name }

  init?(text: String) {
    let name = text.lowercased()
    let isName = name.utf8.allSatisfy { byte in
      byte &- 0x61 < 26 || byte &- 0x30 < 10 || byte == UInt8(ascii: ".") || byte == UInt8(ascii: "-")
    }
    guard isName, (1...255).contains(name.utf8.count) else { return nil }
    self.name = name
  }

  var text: String { name }
}

/// The place in a list ordered by similarity to a search text, and among equals by name: `<similarity>|<name>`.
struct SimilarityCursor: PageCursor, Equatable {
  /// PostgreSQL's own spelling of a `float4`, which no rounding has touched.
  let similarity: String
  let name: DomainNameCursor

  init(after name: String, similarity: String) {
    self.similarity = similarity
    self.name = DomainNameCursor(after: name)
  }

  init?(text: String) {
    let parts = text.split(separator: "|", omittingEmptySubsequences: false)
    // `Float` reads C's numbers, up to a NUL.
    guard parts.count == 2, parts[0].utf8.allSatisfy({ "0123456789.e-".utf8.contains($0) }),
      let number = Float(parts[0]), (0...1).contains(number),
      let name = DomainNameCursor(text: String(parts[1]))
    else { return nil }
    // As the number says itself: a text such as `1.` is one to Swift, but not to PostgreSQL.
    similarity = number.description
    self.name = name
  }

  var text: String { "\(similarity)|\(name.text)" }
}
