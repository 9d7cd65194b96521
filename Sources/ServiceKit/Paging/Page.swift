/// One page of a list: the query reads a row more than the page takes, to know whether there is another page.
public struct Page<Row: Sendable>: Sendable {
  public let rows: ArraySlice<Row>
  public let hasMore: Bool

  /// - Parameters:
  ///   - rows: up to `size.rowsToRead` of them.
  public init(_ rows: [Row], _ size: PageSize) {
    self.rows = rows.prefix(size.rows)
    hasMore = rows.count > size.rows
  }

  /// What the client asks for the next page with; empty when there is none.
  public func nextCursor(_ cursor: (Row) -> some PageCursor) -> String {
    guard hasMore, let last = rows.last else { return "" }
    return cursor(last).encoded
  }
}

/// How many rows a page has.
public struct PageSize: Sendable, Equatable {
  public static let largest = 100
  public static let standard = PageSize(rows: 50)

  public let rows: Int
  /// One more than the page takes.
  public var rowsToRead: Int64 { Int64(rows) + 1 }

  private init(rows: Int) { self.rows = rows }

  /// What becomes of a wish for more rows than `largest`.
  public enum Excess: Sendable {
    case refused, cut
  }

  /// Nil when so many rows are not to be had.
  init?(_ wanted: Int, excess: Excess) {
    guard wanted >= 1, wanted <= Self.largest || excess == .cut else { return nil }
    rows = min(wanted, Self.largest)
  }
}

extension Form {
  /// An optional page size; absent and null give the standard one.
  public mutating func pageSize(_ name: String, excess: PageSize.Excess) -> PageSize? {
    guard let wanted = integer(name, default: PageSize.standard.rows) else { return nil }
    if let size = PageSize(wanted, excess: excess) { return size }
    note(name, excess == .cut ? "must be at least 1" : "must be a number from 1 to \(PageSize.largest)")
    return nil
  }

  /// An optional cursor. Absent, null and empty mean the first page: `.some(nil)`; nil when it was wrong.
  public mutating func cursor<Cursor: PageCursor>(_ name: String, as type: Cursor.Type) -> Cursor?? {
    guard let encoded = string(name, default: "") else { return nil }
    guard !encoded.isEmpty else { return .some(nil) }
    if let cursor = CursorText.decode(encoded).flatMap(Cursor.init(text:)) { return .some(cursor) }
    note(name, "is not a cursor of this list")
    return nil
  }
}
