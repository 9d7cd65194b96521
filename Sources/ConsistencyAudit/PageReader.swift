/// Reads one side row by row, a page at a time.
struct PageReader {
  static let pageSize: Int32 = 5_000

  private let read: AuditSubject.Read
  private var page: ArraySlice<AuditRow> = []
  private var lastKey: String?
  private var isAtEnd = false

  init(_ read: @escaping AuditSubject.Read) {
    self.read = read
  }

  /// The next row, without taking it.
  mutating func peek() async throws -> AuditRow? {
    if page.isEmpty, !isAtEnd { try await turn() }
    return page.first
  }

  mutating func take() { _ = page.popFirst() }

  private mutating func turn() async throws {
    // A page begins with the key it goes on from; that row has been seen.
    let rows = try await read(lastKey, Self.pageSize)
    isAtEnd = rows.count < Int(Self.pageSize)
    page = rows.first?.key == lastKey ? rows.dropFirst() : rows[...]
    lastKey = rows.last?.key ?? lastKey
  }
}
