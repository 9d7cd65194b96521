import SystemPrimitives
import Testing

@Suite struct IPAddressTests {
  @Test(arguments: [
    ("192.0.2.1", "192.0.2.1"), ("::ffff:192.0.2.1", "192.0.2.1"), ("2001:DB8::0:1", "2001:db8::1"),
    ("::1", "::1"), ("::", "::"),
  ])
  func addressesAreCanonical(text: String, canonical: String) throws {
    #expect(try #require(IPAddress(text)).description == canonical)
  }

  @Test(arguments: [
    "", "1.2.3", "1.2.3.4.5", "256.1.1.1", "01.2.3.4", "::g", "1.2.3.4\0", "[::1]", "fe80::1%eth0",
  ])
  func otherTextIsNoAddress(_ text: String) {
    #expect(IPAddress(text) == nil)
  }

  @Test(arguments: [
    ("192.0.2.1", "192.0.2.1"), ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"), ("::1", "::/64"),
  ])
  func aSubscriberHasOneNetwork(address: String, network: String) throws {
    #expect(try #require(IPAddress(address)).network == network)
  }

  @Test(arguments: [
    ("127.0.0.1", true), ("127.255.255.255", true), ("::1", true), ("::ffff:127.0.0.1", true),
    ("126.0.0.1", false),
    ("128.0.0.1", false), ("10.0.0.1", false), ("::2", false), ("::", false), ("fe80::1", false),
    ("1::1", false),
    ("::127.0.0.1", false),
  ])
  func loopbackIsThisMachine(address: String, isLoopback: Bool) throws {
    #expect(try #require(IPAddress(address)).isLoopback == isLoopback)
  }
}
