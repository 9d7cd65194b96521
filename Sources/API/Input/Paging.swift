public import FoundationEssentials
import SystemPrimitives
import Vocabulary

/// One page of a list. The query reads a row more than the page takes, which tells whether there is another page.
public struct Page<Row: Sendable>: Sendable {
  public let rows: ArraySlice<Row>
  public let hasMore: Bool

  /// - Parameters:
  ///   - rows: up to `size.rowsToRead` rows.
  public init(_ rows: [Row], _ size: PageSize) {
    self.rows = rows.prefix(size.rows)
    hasMore = rows.count > size.rows
  }

  /// The cursor with which the client asks for the next page; empty when there is none.
  public func nextCursor(_ cursor: (Row) -> some PageCursor) -> String {
    guard hasMore, let last = rows.last else { return "" }
    return cursor(last).encoded
  }
}

/// The number of rows of a page.
public struct PageSize: Sendable, Equatable {
  public static let largest = 100
  public static let standard = PageSize(rows: 50)

  public let rows: Int
  /// One more than the page takes.
  public var rowsToRead: Int64 { Int64(rows) + 1 }

  private init(rows: Int) { self.rows = rows }

  /// The treatment of a request for more rows than `largest`.
  public enum Excess: Sendable {
    case refused, cut
  }

  /// Makes a size of the number a client asks for; nil when it is refused.
  init?(_ wanted: Int, excess: Excess) {
    guard wanted >= 1, wanted <= Self.largest || excess == .cut else { return nil }
    rows = min(wanted, Self.largest)
  }
}

extension InputDecoder {
  /// An optional page size; absent and null give the standard one.
  public mutating func pageSize(_ name: String, excess: PageSize.Excess) -> PageSize? {
    record(
      name,
      .integer(1...(excess == .cut ? .max : PageSize.largest)),
      .defaultsTo("\(PageSize.standard.rows)")
    )
    guard let wanted = integer(name, default: PageSize.standard.rows) else { return nil }
    if let size = PageSize(wanted, excess: excess) { return size }
    note(name, excess == .cut ? "must be at least 1" : "must be a number from 1 to \(PageSize.largest)")
    return nil
  }

  /// An optional cursor. Absent, null and empty mean the first page: `.some(nil)`; nil when it was wrong.
  public mutating func cursor<Cursor: PageCursor>(_ name: String, as type: Cursor.Type) -> Cursor?? {
    record(name, .string(.text("a cursor of this list, or empty")), .optional)
    guard let encoded = string(name, default: "") else { return nil }
    guard !encoded.isEmpty else { return .some(nil) }
    if let cursor = CursorText.decode(encoded).flatMap(Cursor.init(text:)) { return .some(cursor) }
    note(name, "is not a cursor of this list")
    return nil
  }
}

/// The form in which clients get a cursor: base64 of UTF-8 text, which they pass on without looking into it.
public enum CursorText {
  /// Encodes in the alphabet for URLs (RFC 4648 §5), padded.
  public static func encode(_ text: String) -> String {
    Data(text.utf8).base64EncodedString().replacing("+", with: "-").replacing("/", with: "_")
  }

  /// Takes both alphabets, with or without padding; nil when it is neither or holds no UTF-8.
  public static func decode(_ cursor: String) -> String? {
    var base64 = cursor.replacing("-", with: "+").replacing("_", with: "/")
    while base64.last == "=" { base64.removeLast() }
    base64 += String(repeating: "=", count: (4 - base64.utf8.count % 4) % 4)
    return Data(base64Encoded: base64).flatMap { String(validating: $0, as: UTF8.self) }
  }
}

/// The place of a page's last row in the order of the list, behind which the next page starts.
public protocol PageCursor: Sendable {
  /// Reads a decoded cursor; nil when it is not one of this list.
  init?(text: String)
  var text: String { get }
}

extension PageCursor {
  /// The cursor as the client gets it.
  public var encoded: String { CursorText.encode(text) }
}

/// The place in a list ordered by time of creation, newest first, then by id, largest first: `<time>|<id>`.
///
/// The time has all the digits that PostgreSQL has, so rows of one second are neither lost nor repeated.
public struct NewestFirstCursor: PageCursor, Equatable {
  public let createdAt: Date
  public let id: UUID

  public init(createdAt: Date, id: UUID) {
    self.createdAt = createdAt
    self.id = id
  }

  public init?(text: String) {
    let parts = text.split(separator: "|", omittingEmptySubsequences: false)
    guard parts.count == 2, let createdAt = RFC3339.parse(microseconds: String(parts[0])),
      let id = UUID(text: String(parts[1]))
    else { return nil }
    self.init(createdAt: createdAt, id: id)
  }

  public var text: String { "\(RFC3339.microseconds(createdAt))|\(id.text)" }
}
