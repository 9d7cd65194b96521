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

  /// What one keyboard composes, another sends in parts (Unicode Standard Annex #15); a Tamil vowel sign is one of two.
  @Test(arguments: [
    ("p\u{E9}ch\u{E9}-secret-1", "pe\u{301}che\u{301}-secret-1"),
    ("\u{BCA}twelve chars", "\u{BC6}\u{BBE}twelve chars"), ("hard\u{A0}space 12", "hard space 12"),
    ("ideographic\u{3000}", "ideographic "),
  ])
  func oneTextIsOnePassword(one: String, other: String) throws {
    #expect(try Password(one) == Password(other))
    #expect(try Password(one).utf8.elementsEqual(Password(other).utf8))
  }

  @Test func letterCaseAndCompatibilityFormsStay() throws {
    #expect(try Password("Twelve chars") != Password("twelve chars"))
    #expect(try Password("\u{FB01}sh and chips") != Password("fish and chips"))
  }

  /// Six letters with accents are twelve scalar values only before they are composed.
  @Test func theLengthIsThatOfTheNormalForm() throws {
    #expect(throws: InvalidValue.self) { try Password(String(repeating: "e\u{301}", count: 6)) }
    #expect(throws: InvalidValue.self) { try Password(String(repeating: "e\u{301}", count: 65)) }
    _ = try Password(String(repeating: "e\u{301}", count: 64))
    // Qa does not compose (Composition_Exclusion): it is two scalar values.
    #expect(throws: InvalidValue.self) { try Password(String(repeating: "\u{958}", count: 33)) }
    #expect(throws: InvalidValue.self) { try Password(String(repeating: "x", count: 1 << 20)) }
  }

  @Test func whatWasTypedIsOfferedToo() throws {
    let offered = try OfferedPassword("pe\u{301}che\u{301}-secret-1")
    #expect(try offered.password == Password("p\u{E9}ch\u{E9}-secret-1"))
    #expect(offered.asTyped.map { Array($0.utf8) } == Array("pe\u{301}che\u{301}-secret-1".utf8))
    #expect(try OfferedPassword("twelve chars").asTyped == nil)
    // Such were passwords when what was typed was counted.
    for old in [String(repeating: "e\u{301}", count: 6), String(repeating: "\u{958}", count: 64)] {
      #expect(try OfferedPassword(old).asTyped != nil)
    }
    for text in ["elevenchars", String(repeating: "x", count: 65), String(repeating: "e\u{301}", count: 65)] {
      #expect(throws: InvalidValue.self) { try OfferedPassword(text) }
    }
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

/// The names that people see: full names, display names and reasons are one kind of text.
struct VisibleTextTests {
  /// White space in runs, text in parts, and the form that both get.
  @Test(arguments: [
    ("Ada Lovelace", "Ada Lovelace"), ("Ada \t\r\n\u{A0}\u{3000}\u{2028}Lovelace", "Ada Lovelace"),
    ("e\u{301}va", "\u{E9}va"), ("க\u{BC6}\u{BBE}", "க\u{BCA}"), ("தமிழ் பெயர்", "தமிழ் பெயர்"),
    ("\u{212B}ke", "\u{C5}ke"),
  ])
  func aNameHasOneForm(raw: String, form: String) throws {
    for name in [try FullName(raw).name, try DisplayName(raw).name, try Reason(raw).text] {
      #expect(Array(name.unicodeScalars) == Array(form.unicodeScalars))
    }
  }

  @Test func edges() throws {
    #expect(try FullName(" \tAda\n").name == "Ada" && Reason(" \tAda\n").text == "Ada")
    #expect(try DisplayName(" \tAda\n").name == " Ada ")
    #expect(try DisplayName("👩\u{200D}👩\u{200D}👧 1.").name == "👩\u{200D}👩\u{200D}👧 1.")
    #expect(try DisplayName(String(repeating: "e\u{301}", count: 100)).name.unicodeScalars.count == 100)
    #expect(try FullName(String(repeating: "ä", count: 128)).name.unicodeScalars.count == 128)
    #expect(try Reason(String(repeating: "ä", count: 256)).text.unicodeScalars.count == 256)
  }

  /// Default_Ignorable_Code_Point, the fillers of Hangul, other format characters, blanks that are letters or symbols
  /// to Unicode, and marks without a letter.
  static let invisible = [
    "", " ", "\u{2003}\t", "\u{115F}", "\u{1160}", "\u{3164}", "\u{FFA0}", "\u{2800}", "\u{AD}", "\u{34F}",
    "\u{61C}",
    "\u{17B4}", "\u{180B}", "\u{180E}", "\u{200B}", "\u{200C}", "\u{200D}", "\u{200E}", "\u{200F}",
    "\u{2060}", "\u{2064}",
    "\u{206A}", "\u{FE0F}", "\u{FEFF}", "\u{E0001}", "\u{E0100}", "\u{301}", "\u{BBE}", "\u{20DD}",
    "\u{3164} \u{3164}",
    "\u{2800} \u{301}", "\u{FFFF}", "\u{FFF9}", "\u{FFFA} \u{FFFB}", "\u{13430}", "\u{13441}", "\u{13442}",
    "\u{1D159}",
  ]
  /// Controls, and what embeds, overrides or isolates directions.
  static let controls: [String] =
    (Array(0x00...0x08) + Array(0x0E...0x1F) + Array(0x7F...0x84) + Array(0x86...0x9F)
    + Array(0x202A...0x202E)
    + Array(0x2066...0x2069))
    .compactMap(Unicode.Scalar.init).map { "Ada\($0)Lovelace" }

  @Test(arguments: invisible + controls) func everyNameRefuses(raw: String) {
    #expect(throws: InvalidValue.self) { try FullName(raw) }
    #expect(throws: InvalidValue.self) { try DisplayName(raw) }
    #expect(throws: InvalidValue.self) { try Reason(raw) }
    #expect(VisibleText.shown(raw, else: "somebody") == "somebody")
  }

  @Test func namesHaveAnEnd() {
    for scalar in ["ä", "\u{FB2C}", "😀"] {
      #expect(throws: InvalidValue.self) { try FullName(String(repeating: scalar, count: 129)) }
      #expect(throws: InvalidValue.self) { try DisplayName(String(repeating: scalar, count: 101)) }
      #expect(throws: InvalidValue.self) { try Reason(String(repeating: scalar, count: 257)) }
    }
    // Three scalar values when it is normalised, which do not compose.
    #expect(throws: InvalidValue.self) { try DisplayName(String(repeating: "\u{FB2C}", count: 34)) }
    #expect(throws: InvalidValue.self) { try SearchText(String(repeating: "%", count: 257)) }
    #expect(throws: InvalidValue.self) { try SearchText(String(repeating: "%", count: 900_000)) }
  }

  @Test func whatIsSearchedForHasTheFormOfNames() throws {
    #expect(try Array(SearchText("e\u{301}%").text.unicodeScalars) == ["\u{E9}", "%"])
  }

  @Test func aFullNameIsOfLettersAndMarks() throws {
    for name in ["Ada O'Neil-Smith", "க\u{BC1}மார்", "Иван", "李小龍"] { _ = try FullName(name) }
    for name in ["R2D2", "a@b", "Ada.", "👩", "\u{200D}Ada", "Ada\u{2800}"] {
      #expect(throws: InvalidValue.self) { try FullName(name) }
    }
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
    ("Example.COM", "example.com"), ("a-b.co", "a-b.co"), ("1.2.a3", "1.2.a3"), ("1.0y7f", "1.0y7f"),
    ("xn--bcher-kva.example", "xn--bcher-kva.example"),
  ])
  func lowerCases(raw: String, name: String) throws {
    #expect(try DomainName(raw).name == name)
  }

  @Test(arguments: [
    "", "ab", "not a domain", "localhost", "a..b", ".a.b", "a.b.", "-a.b", "a-.b", "a_b.co", "bücher.example",
    String(repeating: "a", count: 64) + ".com", (0..<63).map { _ in "abc" }.joined(separator: ".") + ".de",
    // IPv4 addresses to browsers and C libraries.
    "1.2", "192.0.2.1", "1.2.3", "a.1", "example.0", "0x7f.1", "1.0x7f", "1.0x", "1.0XfF", "127.0.0.08",
  ])
  func refuses(raw: String) {
    #expect(throws: InvalidValue.self) { try DomainName(raw) }
  }
}
