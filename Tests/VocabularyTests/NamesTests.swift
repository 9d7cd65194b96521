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
    ("test.user@x.com", "test-user"), ("a_b%c@x.com", "abc"), ("-.a.b.-@x.com", "a-b"),
    ("%%%@x.com", "user"),
    ("---@x.com", "user"), ("UPPER@x.com", "upper"),
    (String(repeating: "a", count: 60) + "@x.com", String(repeating: "a", count: 40)),
    (String(repeating: "a", count: 39) + ".bcd@x.com", String(repeating: "a", count: 39)),
  ])
  func stems(address: String, stem: String) throws {
    let handle = Handle(for: try EmailAddress(address), suffix: [0x1a, 0x2b, 0x3c, 0x4d])
    #expect(handle.handle == stem + "-1a2b3c4d")
  }

  @Test func suffixIsRandom() throws {
    let email = try EmailAddress("a@x.com")
    #expect(Handle(for: email) != Handle(for: email))
  }
}
