import HTTP1
import HTTPTypes
import Testing
import Vocabulary

@testable import RegionRouting

@Suite struct PublicURLsTests {
  @Test func eachRegionHasOneURL() throws {
    let urls = try #require(
      PublicURLs.parse("ind1=https://ind1.example.com, deu1=http://[2001:db8::1]:8080/")
    )
    #expect(urls.count == 2)
    #expect(urls[try #require(RegionCode(rawValue: "ind1"))]?.url == "https://ind1.example.com")
    #expect(urls[try #require(RegionCode(rawValue: "deu1"))]?.url == "http://[2001:db8::1]:8080")
  }

  @Test(arguments: [
    "", "ind1", "ind1=", "=https://a.example", "IND1=https://a.example", "ind1:https://a.example",
    "ind1=https://a.example,", "ind1=https://a.example/path", "ind1=ftp://a.example", "ind1=a.example",
    "ind1=https://a.example,ind1=https://b.example", "ind1=https://a.example\r\nSet-Cookie: a=b",
  ])
  func refuses(_ text: String) {
    #expect(PublicURLs.parse(text) == nil)
  }

  @Test func aResponseTellsNoMoreThanTheClientKnows() {
    #expect(HomeDisclosure.always.permits(200) && HomeDisclosure.always.permits(401))
    #expect(HomeDisclosure.onSuccess(.ok).permits(200))
    for status in [201, 400, 401, 409, 422, 429] { #expect(!HomeDisclosure.onSuccess(.ok).permits(status)) }
    #expect(!HomeDisclosure.never.permits(200))
  }
}
