import SystemPrimitives
import Testing

@testable import API
@testable import SystemPrimitives

@Suite struct ClientAddressTests {
  @Test(arguments: [
    ("10.0.0.0/8", "10.255.0.1", true), ("10.0.0.0/8", "11.0.0.0", false), ("0.0.0.0/0", "203.0.113.9", true),
    ("0.0.0.0/0", "2001:db8::1", false), ("192.0.2.1", "192.0.2.1", true), ("192.0.2.1", "192.0.2.2", false),
    ("fc00::/7", "fdff::1", true), ("fc00::/7", "fe00::1", false), ("::1/128", "::1", true),
    ("::/0", "2001:db8::1", true), ("10.0.0.0/8", "::ffff:10.1.1.1", true),
    ("2001:db8::/64", "2001:db8::ffff:1", true),
    ("2001:db8::/64", "2001:db8:0:1::1", false), ("2001:db8::/65", "2001:db8::8000:0:0:1", false),
  ])
  func networksContain(network: String, address: String, isIn: Bool) throws {
    let proxies = try TrustedProxies.parse(network)
    #expect(proxies.contains(try #require(IPAddress(address))) == isIn)
  }

  @Test(arguments: [
    "10.0.0.0/33", "10.0.0.1/8", "::/129", "10.0.0.0/", "10.0.0.0/+8", "localhost", "10.0.0.0/8/8",
  ])
  func brokenNetworksAreNamed(_ item: String) {
    #expect(throws: TrustedProxiesError(item: item)) { try TrustedProxies.parse("127.0.0.0/8, \(item)") }
  }

  /// A private network is full of clients, too: in an office, in a cluster, at a provider.
  @Test(arguments: [
    ("127.0.0.1", true), ("127.8.8.8", true), ("::1", true), ("10.0.0.1", false), ("172.16.0.1", false),
    ("192.168.1.1", false), ("169.254.1.1", false), ("fd00::1", false), ("fe80::1", false),
    ("203.0.113.9", false),
  ])
  func onlyThisMachineIsBelievedUnlessOthersAreNamed(address: String, isBelieved: Bool) throws {
    #expect(TrustedProxies.loopback.contains(try #require(IPAddress(address))) == isBelieved)
    #expect(try TrustedProxies.parse(TrustedProxies.loopbackText) == .loopback)
    #expect(try TrustedProxies.parse("").networks.isEmpty)
  }

  @Test(
    arguments: [
      // Nobody in between.
      ("203.0.113.9", [], "203.0.113.9"),
      // A client that claims to be somebody else.
      ("203.0.113.9", ["198.51.100.1"], "203.0.113.9"),
      // One proxy of ours.
      ("10.0.0.1", ["203.0.113.9"], "203.0.113.9"),
      // The client's own claim stands left of what our proxy added.
      ("10.0.0.1", ["127.0.0.1, 203.0.113.9"], "203.0.113.9"),
      ("10.0.0.1", ["127.0.0.1", "203.0.113.9"], "203.0.113.9"),
      // Two of ours.
      ("10.0.0.1", ["203.0.113.9, 10.0.0.2"], "203.0.113.9"),
      // Everybody is ours: the outermost.
      ("10.0.0.1", ["10.0.0.3, 10.0.0.2"], "10.0.0.3"),
      // Ports and brackets.
      ("10.0.0.1", ["203.0.113.9:4711"], "203.0.113.9"),
      ("10.0.0.1", ["[2001:db8::9]:4711"], "2001:db8::9"), ("10.0.0.1", ["2001:db8::9"], "2001:db8::9"),
      // What can't be read ends the chain.
      ("10.0.0.1", ["203.0.113.9, unknown, 10.0.0.2"], "10.0.0.2"),
      ("10.0.0.1", [""], "10.0.0.1"),
      // A Unix socket.
      (nil, ["203.0.113.9"], "203.0.113.9"),
    ] as [(String?, [String], String)]
  )
  func theClientIsTheFirstThatIsNotOurs(peer: String?, forwardedFor: [String], client: String) throws {
    let believed = ClientAddress.believed(
      peer: peer.flatMap { IPAddress($0) },
      forwardedFor: forwardedFor,
      trusted: try TrustedProxies.parse("127.0.0.0/8,10.0.0.0/8")
    )
    #expect(believed?.description == client)
  }
}
