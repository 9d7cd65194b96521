import FoundationEssentials
import Testing
import Vocabulary

@testable import RegionRouting

/// The region that answers for what nobody has.
@Suite struct StandInTests {
  private static let key = "bmV3ZXIgbmV3ZXIgbmV3ZXIgbmV3ZXIgbmV3ZXIgbmV3ZXI="

  private static func regions(_ codes: String...) throws -> [RegionCode] { try codes.map(TestHops.region) }

  private static let names = (0..<3000).map { SHA256.hash(Array("somebody-\($0)@example.com".utf8)) }

  @Test func namesSpreadOverTheRegionsAlike() throws {
    let standIn = try #require(StandIn(base64: Self.key))
    let regions = try Self.regions("ind1", "usa1", "deu1")
    let chosen = Self.names.compactMap { standIn.choose(for: $0, among: regions) }
    for region in regions {
      // Binomial with n = 3000 and p = 1/3: 1000 ± 26, and this is four times that.
      #expect((896...1104).contains(chosen.count { $0 == region }), "\(region)")
    }
  }

  @Test func theOrderOfTheRegionsMakesNoDifference() throws {
    let standIn = try #require(StandIn(base64: Self.key))
    let regions = try Self.regions("ind1", "usa1", "deu1")
    for name in Self.names.prefix(100) {
      let choice = standIn.choose(for: name, among: regions)
      #expect(choice == standIn.choose(for: name, among: regions.reversed()))
    }
  }

  @Test func aNewRegionTakesOnlyWhatItWins() throws {
    let standIn = try #require(StandIn(base64: Self.key))
    let (before, after) = (
      try Self.regions("ind1", "usa1", "deu1"), try Self.regions("ind1", "usa1", "deu1", "sgp1")
    )
    for name in Self.names {
      let now = standIn.choose(for: name, among: after)
      #expect(now?.rawValue == "sgp1" || now == standIn.choose(for: name, among: before))
    }
  }

  @Test func nobodyComputesItWithoutTheKey() throws {
    let standIn = try #require(StandIn(base64: Self.key))
    let other = try #require(StandIn(base64: HopKeys.fresh()))
    let regions = try Self.regions("ind1", "usa1", "deu1")
    for stranger in [other, .withoutKey] {
      let same = Self.names.count {
        standIn.choose(for: $0, among: regions) == stranger.choose(for: $0, among: regions)
      }
      #expect((896...1104).contains(same), "as often as by chance: \(same)")
    }
  }

  @Test func withoutRegionsThereIsNoChoice() throws {
    #expect(StandIn.withoutKey.choose(for: Self.names[0], among: []) == nil)
  }

  @Test(arguments: ["", "AAAA", "not base64!"]) func otherTextIsNoKey(_ text: String) {
    #expect(StandIn(base64: text) == nil)
  }

  @Test func theKeyDoesNotShowItself() throws {
    let standIn = try #require(StandIn(base64: Self.key))
    var dumped = ""
    dump(standIn, to: &dumped)
    #expect("\(standIn)" == "StandIn" && !dumped.contains("state"))
  }
}
