import API
import GlobalDatabase
import Vocabulary

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

/// Which statuses are listed.
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
