import TestSupport
import Testing

/// Walks through a list page by page, as a client does.
struct PageWalk: Sendable {
  let list: String
  var cursor = "cursor"
  var next = "next_cursor"

  /// - Parameters:
  ///   - between: called after every page but the last
  ///   - fetch: asks for a page with this cursor
  /// - Returns: the items of each page.
  func pages(
    between: (_ page: Int) async throws -> Void = { _ in },
    sourceLocation: SourceLocation = #_sourceLocation,
    fetch: (_ cursor: JSON) async throws -> HTTPAnswer
  ) async throws -> [[JSON]] {
    var pages: [[JSON]] = []
    var cursors: [String] = [""]
    repeat {
      let answer = try await fetch(.string(cursors[pages.count]))
      try #require(answer.status == 200, "\(answer)", sourceLocation: sourceLocation)
      pages.append(answer.json[list].elements)
      let next = try #require(answer.json[next].string, "\(answer)", sourceLocation: sourceLocation)
      if let hasMore = (answer.json["has_more"].bool ?? answer.json["has_more_audit"].bool) {
        #expect(hasMore == !next.isEmpty, "\(answer)", sourceLocation: sourceLocation)
      }
      try #require(next.isEmpty || !cursors.contains(next), "\(answer)", sourceLocation: sourceLocation)
      cursors.append(next)
      if !next.isEmpty { try await between(pages.count) }
      try #require(pages.count < 1000, sourceLocation: sourceLocation)
    } while cursors[pages.count] != ""
    return pages
  }
}
