import FoundationEssentials
import Testing
import Vocabulary

struct TokenTests {
  private let hex = String(repeating: "0123456789abcdef", count: 4)

  @Test func freshTokensDifferAndAreWellFormed() {
    let tokens = (0..<100).map { _ in RawToken().hex }
    #expect(Set(tokens).count == 100)
    #expect(tokens.allSatisfy { RawToken(hex: $0) != nil })
  }

  @Test func hashIsOverTheHexCharacters() throws {
    let token = try #require(RawToken(hex: hex))
    #expect(Hex.encode(token.hash) == "a8ae6e6ee929abea3afcfc5258c8ccd6f85273e0d4626d26c7279f3250f77c8e")
  }

  @Test func prefixIsReadInAnyCaseAndWrittenInUpperCase() throws {
    for prefix in ["IND1", "ind1", "Ind1"] {
      let token = try #require(RegionToken("\(prefix)-\(hex)"))
      #expect(token.region.rawValue == "ind1")
      #expect(token.text == "IND1-\(hex)")
      #expect(Array("\(prefix)-\(hex)".utf8).withUnsafeBufferPointer(RegionToken.region) == token.region)
    }
  }

  @Test func refuses() {
    let malformed = [
      "", "-", hex, "IND1", "IND1-", "IND1-" + hex.uppercased(), "IND1-" + hex.dropLast(), "IND1-\(hex)0",
      "-\(hex)",
      "1IND-\(hex)", "INDIA-\(hex)", "IND1 -\(hex)", "IND1--\(hex)", "ÍND1-\(hex)",
    ]
    for text in malformed {
      #expect(RegionToken(text) == nil, "\(text)")
      #expect(Array(text.utf8).withUnsafeBufferPointer(RegionToken.region) == nil, "\(text)")
    }
  }

  @Test func neverShowsItself() throws {
    let token = try #require(RegionToken("IND1-\(hex)"))
    #expect("\(token)" == "IND1-<token>")
    #expect(!String(reflecting: token).contains(hex))
  }
}

struct TFACodeTests {
  @Test func codesHaveSixDigits() {
    for _ in 0..<1000 {
      let code = TFACode()
      #expect(code.digits.utf8.count == 6)
    }
  }

  @Test func leadingZerosOccur() {
    // The chance that none of 1000 codes begins with a zero is 0.9^1000.
    #expect((0..<1000).contains { _ in TFACode().digits.hasPrefix("0") })
  }

  @Test(arguments: ["", "12345", "1234567", "12345a", "１２３４５６", "-12345"]) func refuses(raw: String) {
    #expect(throws: InvalidValue("must be exactly 6 digits")) { try TFACode(raw) }
  }

  @Test func hashIsBoundToTheToken() throws {
    let code = try TFACode("000000")
    #expect(code.hash(for: RawToken()) != code.hash(for: RawToken()))
    let token = RawToken()
    #expect(code.hash(for: token) == SHA256.hash("\(token.hex):000000".utf8))
  }
}

struct HexTests {
  @Test func decodesWhatItEncodes() {
    let bytes: [UInt8] = [0x00, 0x1F, 0xA0, 0xFF]
    #expect(Hex.encode(bytes) == "001fa0ff")
    #expect(Hex.decode("001fa0ff") == bytes)
    #expect(Hex.decode("") == [])
  }

  @Test(arguments: ["0", "0g", "FF", "0x", " 00", "é0"]) func refuses(text: String) {
    #expect(Hex.decode(text) == nil)
  }
}

struct UUIDTextTests {
  @Test func isLowerCaseInGroups() throws {
    for _ in 1...100 {
      let id = UUID()
      #expect(id.text == id.uuidString.lowercased())
      #expect(UUID(text: id.text) == id)
      #expect(UUID(text: id.uuidString) == id)
    }
  }

  @Test(arguments: [
    "", "00010203-0405-06 7-0809-0a0b0c0d0eff", "00010203-0405-0607-0809-0a0b0c0d0ef",
    "00010203-0405-0607-0809-0a0b0c0d0eff0", "0001020304050607-0809-0a0b0c0d0eff",
    "{00010203-0405-0607-0809-0a0b0c0d0eff}", "g0010203-0405-0607-0809-0a0b0c0d0eff",
    "00010203-0405-0607-0809-0a0b0c0d0eff\n", "+0010203-0405-0607-0809-0a0b0c0d0eff",
  ])
  func otherTextIsNoID(_ text: String) {
    #expect(UUID(text: text) == nil)
  }
}

@Suite struct RegionCodeTests {
  @Test(arguments: ["ind1", "usa1", "deu123", "ab9", "abcdefgh1"])
  func acceptsWellFormed(_ text: String) {
    #expect(RegionCode(rawValue: text)?.rawValue == text)
  }

  @Test(arguments: [
    "", "ind", "1", "IND1", "a1", "abcdefghi1", "ind1234", "ind1 ", "in-d1", "ınd1", "ind1\n",
  ])
  func refusesOthers(_ text: String) {
    #expect(RegionCode(rawValue: text) == nil)
  }

  @Test func tokenPrefixIsReadInEitherCase() {
    #expect(RegionCode(tokenPrefix: "InD1")?.tokenPrefix == "IND1")
  }
}
