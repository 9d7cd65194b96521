import API
import FoundationEssentials
import JSON
import SystemPrimitives
import Testing

struct PagingTests {
  private static let id = UUID(uuid: (0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 0xff))

  @Test(arguments: ["", "a", "ab", "abc", "?>~", "müller.example", "🙂🙂"])
  func cursorTextsTravelInBothAlphabets(_ text: String) {
    let encoded = CursorText.encode(text)
    #expect(!encoded.contains { $0 == "+" || $0 == "/" })
    #expect(CursorText.decode(encoded) == text)
    #expect(CursorText.decode(encoded.replacing("=", with: "")) == text)
    #expect(CursorText.decode(Data(text.utf8).base64EncodedString()) == text)
  }

  @Test(arguments: ["invalid-base64-cursor!@#", "a", "YWJ jZA", "/////w==", "YWJj\n"])
  func whatIsNoBase64OfText(_ cursor: String) {
    #expect(CursorText.decode(cursor) == nil)
  }

  @Test func newestFirstCursors() throws {
    let cursor = NewestFirstCursor(createdAt: Date(timeIntervalSince1970: 1.000002), id: Self.id)
    #expect(cursor.text == "1970-01-01T00:00:01.000002Z|00010203-0405-0607-0809-0a0b0c0d0eff")
    #expect(NewestFirstCursor(text: cursor.text)?.text == cursor.text)
    for text in [
      "", "|", cursor.text + "|", "x" + cursor.text, String(cursor.text.dropLast()), "zzz.example",
      cursor.text.replacing("0607", with: "06 7"),
    ] {
      #expect(NewestFirstCursor(text: text) == nil, "\(text)")
    }
  }

  private struct Wish: RequestInput {
    let strict: PageSize
    let lenient: PageSize
    let cursor: NewestFirstCursor?

    init?(_ decoder: inout InputDecoder) {
      let strict = decoder.pageSize("strict", excess: .refused)
      let lenient = decoder.pageSize("lenient", excess: .cut)
      let cursor = decoder.cursor("cursor", as: NewestFirstCursor.self)
      guard let strict, let lenient, let cursor else { return nil }
      (self.strict, self.lenient, self.cursor) = (strict, lenient, cursor)
    }
  }

  @Test func sizesAndCursorsAreOptional() throws {
    for members in [[:], ["strict": .null, "cursor": .null], ["cursor": .string("")]] as [[String: JSONValue]]
    {
      let wish = try InputDecoder.read(Wish.self, from: members)
      #expect(wish.strict.rows == 50 && wish.lenient.rows == 50 && wish.cursor == nil)
    }
    let wish = try InputDecoder.read(
      Wish.self,
      from: ["strict": .integer(100), "lenient": .integer(1_000_000)]
    )
    #expect(wish.strict.rows == 100 && wish.lenient.rows == 100 && wish.strict.rowsToRead == 101)
  }

  @Test(arguments: [
    ("strict", JSONValue.integer(101)), ("strict", .integer(0)), ("strict", .integer(-1)),
    ("strict", .number),
    ("strict", .string("10")), ("lenient", .integer(0)), ("lenient", .bool(true)), ("cursor", .integer(1)),
    ("cursor", .string("!")), ("cursor", .string(CursorText.encode("zzz"))),
  ])
  func wrongOnesAreNamed(_ field: String, _ value: JSONValue) {
    let error = #expect(throws: Problem.self) { try InputDecoder.read(Wish.self, from: [field: value]) }
    #expect(error?.errors.map(\.field) == [field])
  }

  @Test func aPageKnowsWhetherThereIsAnother() throws {
    let size = try InputDecoder.read(Wish.self, from: ["strict": .integer(2)]).strict
    func cursor(_ row: Int) -> NewestFirstCursor {
      NewestFirstCursor(createdAt: Date(timeIntervalSince1970: Double(row)), id: Self.id)
    }
    for (rows, page, hasMore) in [([], [], false), ([1, 2], [1, 2], false), ([1, 2, 3], [1, 2], true)]
      as [([Int], [Int], Bool)]
    {
      let found = Page(rows, size)
      #expect(Array(found.rows) == page && found.hasMore == hasMore)
      #expect(found.nextCursor(cursor) == (hasMore ? cursor(2).encoded : ""))
    }
  }
}
