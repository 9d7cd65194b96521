import API

/// Cursors of pages, which clients send back as they got them.
enum CursorTarget {
  static func run(_ input: [UInt8]) {
    let text = String(decoding: input, as: UTF8.self)
    check(CursorText.decode(CursorText.encode(text)) == text, "a cursor's text travels")
    readsOnlyItsOwn(text)
    guard let decoded = CursorText.decode(text) else { return }
    check(CursorText.decode(CursorText.encode(decoded)) == decoded, "a text that was read travels")
    readsOnlyItsOwn(decoded)
  }

  /// Besides the letter case of ids, a cursor is read from nothing but what it is written as.
  private static func readsOnlyItsOwn(_ text: String) {
    guard let cursor = NewestFirstCursor(text: text) else { return }
    check(cursor.text.utf8.elementsEqual(lowerCaseID(text)), "a cursor has one text: \(text), \(cursor.text)")
    check(NewestFirstCursor(text: cursor.text) == cursor, "a cursor is the same when it is read again")
  }

  private static func lowerCaseID(_ text: String) -> [UInt8] {
    let bytes = Array(text.utf8)
    let mark = bytes.firstIndex(of: UInt8(ascii: "|")) ?? bytes.endIndex
    return bytes[..<mark] + bytes[mark...].map { (0x41...0x5A).contains($0) ? $0 | 0x20 : $0 }
  }
}
