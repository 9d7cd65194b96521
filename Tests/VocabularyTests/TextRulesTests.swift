import Testing
import Vocabulary

struct PasswordTests {
  @Test(arguments: ["            ", "நீண்டகடவுச்சொல்", String(repeating: "p", count: 64), "12 chars\0and"])
  func accepts(raw: String) throws {
    _ = try Password(raw)
  }

  @Test(arguments: ["", "elevenchars", String(repeating: "p", count: 65)])
  func refuses(raw: String) {
    #expect(throws: InvalidValue("must be 12 to 64 characters long")) { try Password(raw) }
  }

  /// The hash is over bytes.
  @Test func canonicallyEquivalentTextsAreDifferentPasswords() throws {
    let (composed, decomposed) = try (
      Password("p\u{E9}ch\u{E9}-secret-1"), Password("pe\u{301}che\u{301}-secret-1")
    )
    #expect(composed != decomposed && composed == composed)
  }

  /// Scalars, not bytes: twelve four-byte characters are a password, eleven are not.
  @Test func countsScalars() throws {
    _ = try Password(String(repeating: "😀", count: 12))
    #expect(throws: InvalidValue.self) { try Password(String(repeating: "😀", count: 11)) }
  }

  @Test func neverShowsItself() throws {
    let password = try Password("correct horse battery")
    for text in ["\(password)", String(reflecting: password), String(describing: [password])] {
      #expect(!text.contains("horse"))
    }
    var dumped = ""
    dump(password, to: &dumped)
    #expect(!dumped.contains("horse"))
  }
}

struct DisplayNameTests {
  @Test(arguments: ["A", "தமிழ் பெயர்", " padded ", String(repeating: "ä", count: 100)])
  func accepts(raw: String) throws {
    #expect(try DisplayName(raw).name == raw)
  }

  @Test(arguments: ["", "   ", "\u{2003}\t", "nul\0l", String(repeating: "ä", count: 101)])
  func refuses(raw: String) {
    #expect(throws: InvalidValue.self) { try DisplayName(raw) }
  }
}

struct LanguageTests {
  @Test(arguments: ["en", "en-US", "fr-FR"]) func tagAccepts(raw: String) throws {
    #expect(try LanguageTag(raw).tag == raw)
  }

  @Test(arguments: ["", "e", "EN", "en-us", "en_US", "en-USA", "eng", "en-"]) func tagRefuses(raw: String) {
    #expect(throws: InvalidValue.self) { try LanguageTag(raw) }
  }

  @Test(arguments: ["fr-FR", "invalid-lang", "", "EN-US", "en"]) func supportedRefuses(raw: String) {
    #expect(throws: InvalidValue.self) { try SupportedLanguage(raw) }
  }

  @Test(arguments: [
    ("en-US", SupportedLanguage.americanEnglish), ("de-AT", .german), ("DE-de", .german), ("ta", .tamil),
    ("fr-FR", .americanEnglish), ("xyz-123", .americanEnglish), ("", .americanEnglish),
    ("deutsch", .americanEnglish),
  ])
  func matches(tag: String, language: SupportedLanguage) {
    #expect(SupportedLanguage(matching: tag) == language)
  }
}

struct CountryCodeTests {
  @Test func acceptsTwoUpperCaseLetters() throws {
    #expect(try CountryCode("IN").code == "IN")
  }

  @Test(arguments: ["", "I", "in", "USA", "I1", "ÄÖ"]) func refuses(raw: String) {
    #expect(throws: InvalidValue.self) { try CountryCode(raw) }
  }
}

struct DomainNameTests {
  @Test(arguments: [
    ("Example.COM", "example.com"), ("a-b.co", "a-b.co"), ("1.2", "1.2"),
    ("xn--bcher-kva.example", "xn--bcher-kva.example"),
  ])
  func lowerCases(raw: String, name: String) throws {
    #expect(try DomainName(raw).name == name)
  }

  @Test(arguments: [
    "", "ab", "not a domain", "localhost", "a..b", ".a.b", "a.b.", "-a.b", "a-.b", "a_b.co", "bücher.example",
    String(repeating: "a", count: 64) + ".com", (0..<64).map { _ in "abc" }.joined(separator: ".") + ".de",
  ])
  func refuses(raw: String) {
    #expect(throws: InvalidValue.self) { try DomainName(raw) }
  }
}
