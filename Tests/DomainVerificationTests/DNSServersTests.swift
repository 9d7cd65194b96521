import Testing

@testable import DomainVerification

struct DNSServersTests {
  @Test(arguments: [
    "127.0.0.1", "127.0.0.1:5300", "::1", "[::1]:53", "192.0.2.1, 192.0.2.2:5353",
    "2001:db8::1,[2001:db8::2]:65535",
  ])
  func addressesAreRead(text: String) {
    #expect(DNSServers(text)?.entries.isEmpty == false)
  }

  @Test(arguments: [
    "", "localhost", "dns.example.com:53", "127.0.0.1:", "127.0.0.1:0", "127.0.0.1:65536", "[::1]",
    "[127.0.0.1]:53",
    "127.0.0.1,", "127.0.0.1;127.0.0.2", "300.0.0.1", "[::1]:x",
  ])
  func anythingElseIsRefused(text: String) {
    #expect(DNSServers(text) == nil)
  }
}
