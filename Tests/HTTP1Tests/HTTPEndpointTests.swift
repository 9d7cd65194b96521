import Testing

@testable import HTTP1

@Suite struct HTTPEndpointTests {
  @Test(arguments: [
    ("http://deu1-api:8080", "deu1-api:8080"), ("https://api.example.com/", "api.example.com"),
    ("http://[::1]:8080", "[::1]:8080"), ("http://[::1]", "[::1]"), ("http://127.0.0.1:1", "127.0.0.1:1"),
  ])
  func reads(url: String, authority: String) throws {
    #expect(try HTTPEndpoint(url).authority == authority)
  }

  @Test(arguments: [
    "", "deu1-api:8080", "ftp://x", "http://", "http://x:0", "http://x:65536", "http://x:", "http://x/path",
    "http://x?y", "http://user:secret@x", "http://:80", "http://[::1", "http://[x]:1", "http://[::1]8",
    "http://a b",
  ])
  func refuses(_ text: String) {
    #expect(throws: HTTPEndpointError.self) { try HTTPEndpoint(text) }
  }

  @Test func errorsDontShowPasswords() {
    let error = #expect(throws: HTTPEndpointError.self) { try HTTPEndpoint("http://user:secret@host:80") }
    #expect(error?.description.contains("secret") == false)
  }

  @Test func lists() throws {
    let list = try HTTPEndpoint.parseList("http://a:1, http://b:2/,")
    #expect(list.map(\.url) == ["http://a:1", "http://b:2"])
  }
}
