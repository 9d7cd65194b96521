import Foundation
import Testing

@testable import Vocabulary

/// A parser and its rule, written once more: slowly, scalar by scalar.
struct ParserRule: Sendable, CustomTestStringConvertible {
  typealias Scalars = [Unicode.Scalar]

  let name: String
  let valid: [String]
  /// The characters that make texts which are nearly valid.
  let alphabet: String
  /// The longest random text.
  let length: Int
  /// Returns the normal form of a text; nil when the text is refused.
  let parse: @Sendable (String) -> String?
  let accepts: @Sendable (Scalars) -> Bool

  var testDescription: String { name }

  /// All scalars that Unicode calls White_Space.
  static let whiteSpace = Set(
    [0x20, 0x85, 0xA0, 0x1680, 0x2028, 0x2029, 0x202F, 0x205F, 0x3000].compactMap(Unicode.Scalar.init)
      + (0x09...0x0D).compactMap(Unicode.Scalar.init) + (0x2000...0x200A).compactMap(Unicode.Scalar.init)
  )

  /// The characters of a bracket expression such as `a-z0-9._`; a hyphen that stands for itself is the last.
  static func set(_ expression: String) -> Set<Unicode.Scalar> {
    let scalars = Array(expression.unicodeScalars)
    var set: Set<Unicode.Scalar> = []
    var index = 0
    while index < scalars.count {
      if index + 2 < scalars.count, scalars[index + 1] == "-" {
        for value in scalars[index].value...scalars[index + 2].value {
          Unicode.Scalar(value).map { _ = set.insert($0) }
        }
        index += 3
      } else {
        set.insert(scalars[index])
        index += 1
      }
    }
    return set
  }

  private static func consists(_ text: some Sequence<Unicode.Scalar>, of expression: String) -> Bool {
    let set = set(expression)
    return text.allSatisfy(set.contains)
  }

  private static func utf8Count(_ text: Scalars) -> Int { String(String.UnicodeScalarView(text)).utf8.count }

  private static func isDomain(_ text: ArraySlice<Unicode.Scalar>) -> Bool {
    let labels = text.split(separator: ".", omittingEmptySubsequences: false)
    guard (3...253).contains(utf8Count(Array(text))), labels.count >= 2, let last = labels.last else {
      return false
    }
    let isNumber =
      consists(last, of: "0-9")
      || (last.starts(with: "0x".unicodeScalars) || last.starts(with: "0X".unicodeScalars))
        && consists(last.dropFirst(2), of: "0-9A-Fa-f")
    return !isNumber
      && labels.allSatisfy {
        (1...63).contains($0.count) && $0.first != "-" && $0.last != "-" && consists($0, of: "A-Za-z0-9-")
      }
  }

  private static func isRegion(_ text: Scalars, letters: String) -> Bool {
    (1...3).contains { digits in
      (2...8).contains(text.count - digits) && consists(text.dropLast(digits), of: letters)
        && consists(text.suffix(digits), of: "0-9")
    }
  }

  private static let hex64 = String(repeating: "0123456789abcdef", count: 4)

  static let all: [ParserRule] = [
    ParserRule(
      name: "EmailAddress",
      valid: [
        "a@b.co", "First.Last_%-9@Sub.Example.COM", "a@firma.xn--xkc2dl3a5ee0h",
        "\(String(repeating: "x", count: 64))@example.com",
      ],
      alphabet: "aZ9._%-@.@.co",
      length: 30,
      parse: { try? EmailAddress($0).address },
      accepts: { text in
        let parts = text.split(separator: "@", omittingEmptySubsequences: false)
        guard (3...254).contains(utf8Count(text)), parts.count == 2, isDomain(parts[1]),
          let top = parts[1].split(separator: ".").last
        else { return false }
        let words = parts[0].split(separator: ".", omittingEmptySubsequences: false)
        return (1...64).contains(parts[0].count)
          && words.allSatisfy { !$0.isEmpty && consists($0, of: "A-Za-z0-9_%-") }
          && (top.count >= 2 && consists(top, of: "A-Za-z")
            || String(String.UnicodeScalarView(top)).lowercased().hasPrefix("xn--"))
      }
    ),
    ParserRule(
      name: "DomainName",
      valid: ["a.b", "Example.COM", "x-1.y--z.a0", "\(String(repeating: "l", count: 63)).org"],
      alphabet: "aZ0-..x",
      length: 20,
      parse: { try? DomainName($0).name },
      accepts: { isDomain($0[...]) }
    ),
    ParserRule(
      name: "RegionCode",
      valid: ["ind1", "ab123", "abcdefgh999"],
      alphabet: "azA09",
      length: 12,
      parse: { RegionCode(rawValue: $0)?.rawValue },
      accepts: { isRegion($0, letters: "a-z") }
    ),
    ParserRule(
      name: "RegionCode of a token's prefix",
      valid: ["IND1", "ind1", "aB123", "ABCDEFGH999"],
      alphabet: "azAZ09",
      length: 12,
      parse: { RegionCode(tokenPrefix: $0)?.rawValue },
      accepts: { isRegion($0, letters: "A-Za-z") }
    ),
    ParserRule(
      name: "RegionToken",
      valid: ["IND1-\(hex64)", "ab123-\(hex64)"],
      alphabet: "0f-",
      length: 80,
      parse: { RegionToken($0)?.text },
      accepts: { text in
        text.count > 65 && text[text.count - 65] == "-" && consists(text.suffix(64), of: "0-9a-f")
          && isRegion(Array(text.dropLast(65)), letters: "A-Za-z")
      }
    ),
    ParserRule(
      name: "RawToken",
      valid: [hex64],
      alphabet: "0f",
      length: 66,
      parse: { RawToken(hex: $0)?.hex },
      accepts: { $0.count == 64 && consists($0, of: "0-9a-f") }
    ),
    ParserRule(
      name: "Hex",
      valid: ["", "00", "0123456789abcdef"],
      alphabet: "09af",
      length: 40,
      parse: { Hex.decode($0).map { Hex.encode($0) } },
      accepts: { $0.count % 2 == 0 && consists($0, of: "0-9a-f") }
    ),
    ParserRule(
      name: "UUID",
      valid: ["01234567-89ab-cdef-0123-456789abcdef", "FFFFFFFF-FFFF-4FFF-8FFF-FFFFFFFFFFFF"],
      alphabet: "0aF-",
      length: 38,
      parse: { UUID(text: $0)?.text },
      accepts: { text in
        text.count == 36
          && text.enumerated().allSatisfy { index, scalar in
            [8, 13, 18, 23].contains(index) ? scalar == "-" : set("0-9a-fA-F").contains(scalar)
          }
      }
    ),
    ParserRule(
      name: "CountryCode",
      valid: ["IN", "DE"],
      alphabet: "AZ",
      length: 3,
      parse: { try? CountryCode($0).code },
      accepts: { $0.count == 2 && consists($0, of: "A-Z") }
    ),
    ParserRule(
      name: "LanguageTag",
      valid: ["en", "en-US", "ta-IN"],
      alphabet: "azAZ-",
      length: 6,
      parse: { try? LanguageTag($0).tag },
      accepts: { text in
        consists(text.prefix(2), of: "a-z")
          && (text.count == 2 || text.count == 5 && text[2] == "-" && consists(text.suffix(2), of: "A-Z"))
      }
    ),
    ParserRule(
      name: "SupportedLanguage",
      valid: ["en-US", "de-DE", "ta-IN"],
      alphabet: "enUSdeDE-",
      length: 6,
      parse: { try? SupportedLanguage($0).rawValue },
      accepts: {
        [Array("en-US".unicodeScalars), Array("de-DE".unicodeScalars), Array("ta-IN".unicodeScalars)]
          .contains($0)
      }
    ),
    ParserRule(
      name: "TFACode",
      valid: ["000000", "123456"],
      alphabet: "0189",
      length: 7,
      parse: { try? TFACode($0).digits },
      accepts: { $0.count == 6 && consists($0, of: "0-9") }
    ),
    ParserRule(
      name: "Password",
      valid: ["twelve chars", String(repeating: "ü", count: 64)],
      alphabet: "ab c\u{301}\u{3000}",
      length: 80,
      parse: { (try? Password($0)).map { String(decoding: $0.utf8, as: UTF8.self) } },
      accepts: { text in
        // A blank of another kind may be the base of a mark.
        let blanks = text.map {
          whiteSpace.contains($0) && $0.value > 0x85 && !(0x2028...0x2029).contains($0.value) ? " " : $0
        }
        return (12...64).contains(composed(blanks).count)
      }
    ),
    ParserRule(
      name: "DisplayName",
      valid: ["A", " Ada ", "\u{3000}க", String(repeating: "x", count: 100)],
      alphabet: " \t\u{85}\u{A0}\u{3164}\u{301}\u{202E}\u{7}",
      length: 110,
      parse: { try? DisplayName($0).name },
      accepts: { isVisible($0, 100, isTrimmed: false) }
    ),
    ParserRule(
      name: "FullName",
      valid: [
        "A", " Ada O'Neil-Smith\u{A0}", "க\u{BC1}மார்", "E\u{301}va", String(repeating: "x", count: 128),
      ],
      alphabet: "aé \t'-\u{3164}",
      length: 140,
      parse: { try? FullName($0).name },
      accepts: { text in
        isVisible(text, 128)
          && text.allSatisfy {
            whiteSpace.contains($0) || "'-".unicodeScalars.contains($0) || isLetterOrMark($0)
          }
      }
    ),
    ParserRule(
      name: "Reason",
      valid: ["spam", " two\nlines ", String(repeating: "x", count: 256)],
      alphabet: " \n\u{2800}\u{2066}\u{1}.",
      length: 270,
      parse: { try? Reason($0).text },
      accepts: { isVisible($0, 256) }
    ),
    ParserRule(
      name: "SearchText",
      valid: ["", "100%", "a_b\\c", String(repeating: "%", count: 256)],
      alphabet: "%_\\aaaaaaaa\0",
      length: 20,
      parse: { try? SearchText($0).text },
      accepts: { !$0.contains("\0") && $0.count <= 256 }
    ),
  ]

  /// The text in Normalization Form C, as Foundation has it.
  private static func composed(_ text: Scalars) -> String.UnicodeScalarView {
    String(String.UnicodeScalarView(text)).precomposedStringWithCanonicalMapping.unicodeScalars
  }

  /// Returns whether a text is one line that people can see, of so many characters at most. Of the characters that
  /// cannot be seen it knows those that the random texts have.
  private static func isVisible(_ text: Scalars, _ maximum: Int, isTrimmed: Bool = true) -> Bool {
    var folded = text.map { whiteSpace.contains($0) ? " " : $0 }
      .reduce(into: Scalars()) { if $1 != " " || $0.last != " " { $0.append($1) } }
    if isTrimmed {
      folded = Array(folded.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
    }
    let composed = composed(folded)
    let isHarmless = composed.allSatisfy {
      !(0...0x1F).contains($0.value) && !(0x7F...0x9F).contains($0.value)
        && !(0x202A...0x202E).contains($0.value)
        && !(0x2066...0x2069).contains($0.value)
    }
    let invisible: Scalars = [
      " ", "\u{3164}", "\u{2800}", "\u{301}", "\u{20DD}", "\u{93E}", "\u{200B}", "\u{200D}", "\u{FEFF}",
      "\u{FFFF}",
      "\u{10FFFF}", "\u{BC1}", "\u{BBE}",
    ]
    return isHarmless && (1...maximum).contains(composed.count)
      && composed.contains { !invisible.contains($0) }
  }

  /// Returns whether the general category of a scalar is one of the letters (L) or of the marks (M).
  private static func isLetterOrMark(_ scalar: Unicode.Scalar) -> Bool {
    String(scalar).wholeMatch(of: /[\p{L}\p{M}]/.matchingSemantics(.unicodeScalar)) != nil
  }
}
