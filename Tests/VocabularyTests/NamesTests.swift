import Testing
import Vocabulary

struct FullNameTests {
  @Test(arguments: [
    ("Ada Lovelace", "Ada Lovelace"), ("  Jürgen O'Weiß-Müller\t", "Jürgen O'Weiß-Müller"),
    ("தமிழ் பெயர்", "தமிழ் பெயர்"),
    ("e\u{301}", "\u{E9}"), ("'", "'"), ("\u{E9}", "\u{E9}"),
  ])
  func accepts(raw: String, name: String) throws {
    #expect(try FullName(raw).name.unicodeScalars.elementsEqual(name.unicodeScalars))
  }

  @Test(arguments: [
    "", " \t\u{2003}", "R2D2", "a@b", "a.b", "nul\0l", "😀", "a_b", String(repeating: "a", count: 129),
  ])
  func refuses(raw: String) {
    #expect(throws: InvalidValue.self) { try FullName(raw) }
  }
}

struct SearchTextTests {
  @Test(arguments: [
    ("", "%%"), ("müller", "%müller%"), ("100%", #"%100\%%"#), ("a_b", #"%a\_b%"#), (#"\"#, #"%\\%"#),
    ("e\u{301}_", "%\u{E9}\\_%"),
  ])
  func patternsAreLiteral(raw: String, pattern: String) throws {
    #expect(try SearchText(raw).pattern == pattern)
  }

  @Test func refusesWhatCannotBeStored() {
    #expect(throws: InvalidValue.self) { try SearchText("a\0") }
  }
}

struct HandleTests {
  @Test(arguments: [
    ([UInt8](0...11), "0123-4567-89ab"), ([UInt8](20...31), "mnpq-rstv-wxyz"),
    ([UInt8](repeating: 255, count: 12), "zzzz-zzzz-zzzz"), ([UInt8](32...43), "0123-4567-89ab"),
  ])
  func groups(bytes: [UInt8], handle: String) {
    #expect(Handle(bytes).handle == handle)
  }

  @Test func isRandom() {
    #expect(Handle() != Handle())
  }
}
