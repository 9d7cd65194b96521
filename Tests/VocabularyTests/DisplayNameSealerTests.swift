import FoundationEssentials
import Testing
import Vocabulary

@Suite struct DisplayNameSealerTests {
  private static let one = Data(repeating: 1, count: 32).base64EncodedString()
  private static let two = Data(repeating: 2, count: 48).base64EncodedString()
  private let place = DisplayNameSealer.Place(user: UUID(), language: "en-US")

  private func sealer(_ keys: String) throws -> DisplayNameSealer { try AddressHasher.parse(keys).names }

  @Test(arguments: [
    "A", "Ada Lovelace", "தமிழ்", String(repeating: "😀", count: 100), String(repeating: "x", count: 64),
  ])
  func aSealedNameIsOpenedForItsPlaceOnly(_ name: String) throws {
    let sealer = try sealer("1:\(Self.one)")
    let sealed = try sealer.seal(name, for: place)
    #expect(sealed.hasPrefix("AES-256-GCM:1:") && sealer.newestPrefix == "AES-256-GCM:1:")
    #expect(
      (101...800).contains(sealed.count),
      "longer than the longest name, as the column's check wants it"
    )
    #expect(sealer.read(sealed, for: place) == .name(name))
    #expect(try sealer.seal(name, for: place) != sealed, "the same name twice does not show")
    let others = [
      DisplayNameSealer.Place(user: UUID(), language: "en-US"),
      DisplayNameSealer.Place(user: place.user, language: "de-DE"),
    ]
    for other in others { #expect(sealer.read(sealed, for: other) == .forged) }
  }

  @Test func namesOfLikeLengthCannotBeToldApart() throws {
    let sealer = try sealer("1:\(Self.one)")
    let lengths = try Set(
      ["A", "Ada", "Ada Lovelace, Countess"].map { try sealer.seal($0, for: place).count }
    )
    #expect(lengths.count == 1)
  }

  @Test func theNewestKeySealsAndAllOfThemOpen() throws {
    let older = try sealer("1:\(Self.one)").seal("Ada", for: place)
    let both = try sealer("2:\(Self.two),1:\(Self.one)")
    #expect(both.read(older, for: place) == .name("Ada"))
    #expect(try both.seal("Ada", for: place).hasPrefix("AES-256-GCM:2:"))
    #expect(try sealer("2:\(Self.two)").read(older, for: place) == .unknownKey("AES-256-GCM:1"))
    #expect(try sealer("1:\(Self.two)").read(older, for: place) == .forged)
    // Servers that have no key yet must be able to read what others seal.
    let waiting = try sealer("SHA-256,1:\(Self.one)")
    #expect(waiting.newestPrefix == nil && waiting.read(older, for: place) == .name("Ada"))
    #expect(try waiting.seal("Ada", for: place) == "Ada")
  }

  @Test func withoutKeysNamesStayInTheClear() throws {
    let plain = AddressHasher.plain.names
    #expect(try plain.seal("Ada", for: place) == "Ada")
    #expect(plain.read("Ada", for: place) == .name("Ada"))
    #expect(
      plain.read(try sealer("1:\(Self.one)").seal("Ada", for: place), for: place)
        == .unknownKey("AES-256-GCM:1")
    )
  }

  /// Somebody may call themselves as sealed names begin: no name is as long as the shortest of those.
  @Test func aNameThatLooksSealedIsAName() throws {
    let name = "AES-256-GCM:1:" + String(repeating: "A", count: 86)
    #expect(try sealer("1:\(Self.one)").read(name, for: place) == .name(name))
  }

  @Test func whatWasAlteredIsForged() throws {
    let sealer = try sealer("1:\(Self.one)")
    var text = Array(try sealer.seal("Ada", for: place).utf8)
    text[40] = text[40] == UInt8(ascii: "A") ? UInt8(ascii: "B") : UInt8(ascii: "A")
    #expect(sealer.read(String(decoding: text, as: UTF8.self), for: place) == .forged)
    for text in [
      "AES-256-GCM:1:" + String(repeating: "!", count: 90),
      "AES-256-GCM:x:" + String(repeating: "A", count: 90),
    ] {
      #expect(sealer.read(text, for: place) == .forged)
    }
  }

  @Test func showsNoKey() throws {
    var dumped = ""
    dump(try sealer("2:\(Self.two),1:\(Self.one)"), to: &dumped)
    #expect(dumped.contains("DisplayNameSealer([2, 1])") && !dumped.contains("key"))
  }
}
