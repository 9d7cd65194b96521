import FoundationEssentials
import TestSupport
import Testing

@testable import Vocabulary

/// Properties of all parsers, on random texts: a parser accepts exactly what a slow reference predicate accepts, and
/// what it prints it reads again unchanged.
@Suite struct ParserPropertyTests {
  static let seeds: [UInt64] = [1, 2, 3, 4]

  @Test(arguments: ParserRule.all, seeds)
  func aParserAcceptsWhatItsRuleSaysAndItsNormalFormStays(_ rule: ParserRule, seed: UInt64) {
    var random = RandomText(seed: seed)
    var accepted = 0
    for round in 0..<500 {
      let text = random.nearly(rule.valid, alphabet: rule.alphabet, 0...rule.length)
      let normal = rule.parse(text)
      let shown = "seed \(seed), round \(round): \(text.debugDescription)"
      #expect((normal != nil) == rule.accepts(Array(text.unicodeScalars)), "\(shown)")
      guard let normal else { continue }
      accepted += 1
      #expect(rule.parse(normal).map { Array($0.utf8) } == Array(normal.utf8), "\(shown)")
    }
    #expect((25...475).contains(accepted), "texts are too rarely good or bad to prove much")
  }

  @Test(arguments: seeds) func bytesSurviveHexadecimal(seed: UInt64) {
    var random = RandomText(seed: seed)
    for _ in 0..<500 {
      let bytes = random.bytes(0...70)
      #expect(Hex.decode(Hex.encode(bytes)) == bytes)
      let uuid = bytes.count >= 16 ? bytes : Array(repeating: 7, count: 16)
      let id = uuid.withUnsafeBytes { UUID(uuid: $0.loadUnaligned(as: uuid_t.self)) }
      #expect(UUID(text: id.text) == id && id.text == id.uuidString.lowercased())
    }
  }

  @Test(arguments: seeds) func freshTokensAndCodesAreReadAgain(seed: UInt64) throws {
    var random = RandomText(seed: seed)
    for _ in 0..<100 {
      let region = try #require(
        RegionCode(rawValue: random.text(of: "abcxyz", 2...8) + random.text(of: "0189", 1...3))
      )
      let token = RegionToken(in: region)
      let read = try #require(
        RegionToken(random.mutationOfCase(token.region.tokenPrefix) + "-" + token.raw.hex)
      )
      #expect(read.region == region && read.raw.hash == token.raw.hash && read.text == token.text)
      #expect(try TFACode(TFACode().digits).digits.count == 6)
    }
  }

  @Test func aHandleIsAPublicName() throws {
    for _ in 0..<500 {
      let handle = Handle().handle
      #expect((3...50).contains(handle.utf8.count), "\(handle)")
      #expect(Set(handle.unicodeScalars).isSubset(of: ParserRule.set("a-z0-9-")), "\(handle)")
      #expect(!handle.hasPrefix("-") && !handle.hasSuffix("-") && !handle.contains("--"), "\(handle)")
    }
  }

  @Test(arguments: seeds) func aPatternMatchesItsTextAndNothingElse(seed: UInt64) throws {
    var random = RandomText(seed: seed)
    for _ in 0..<500 {
      let text = random.text(of: "ab%_\\", 0...6)
      let pattern = Array(try SearchText(text).pattern.unicodeScalars)
      #expect(pattern.first == "%" && pattern.last == "%")
      var literal = String.UnicodeScalarView()
      var isEscaped = false
      for scalar in pattern.dropFirst().dropLast() {
        if !isEscaped, scalar == "\\" {
          isEscaped = true
        } else {
          #expect(isEscaped || scalar != "%" && scalar != "_", "a wildcard in \(text.debugDescription)")
          literal.append(scalar)
          isEscaped = false
        }
      }
      #expect(String(literal) == text && !isEscaped)
    }
  }

  @Test(arguments: seeds) func caseAndWhiteSpaceChangeNothingElse(seed: UInt64) {
    var random = RandomText(seed: seed)
    for _ in 0..<500 {
      let text = random.nearly(["\u{3000}Ada \u{85}", "ÄbC\u{301}Z"], alphabet: " \taZé", 0...20)
      let lowered = text.asciiLowercased
      #expect(lowered.utf8.elementsEqual(text.utf8.map { (0x41...0x5A).contains($0) ? $0 + 32 : $0 }))
      #expect(lowered.asciiLowercased == lowered && lowered.asciiUppercased == text.asciiUppercased)
      let trimmed = Array(text.trimmingWhitespace.unicodeScalars)
      var expected = Array(text.unicodeScalars)
      while let last = expected.last, ParserRule.whiteSpace.contains(last) { expected.removeLast() }
      while let first = expected.first, ParserRule.whiteSpace.contains(first) { expected.removeFirst() }
      #expect(trimmed == expected, "\(text.debugDescription)")
    }
  }
}

extension RandomText {
  /// The text with each letter in either case.
  fileprivate mutating func mutationOfCase(_ text: String) -> String {
    text.reduce(into: "") { $0 += Bool.random(using: &generator) ? $1.lowercased() : $1.uppercased() }
  }
}
