import Testing
import Vocabulary

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
