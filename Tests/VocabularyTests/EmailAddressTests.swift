import Testing
import Vocabulary

struct EmailAddressTests {
  @Test(arguments: [
    ("A.B-c_d%e@EXAMPLE.com", "a.b-c_d%e@example.com"), ("1@a1.example.com", "1@a1.example.com"),
    ("a@b.co", "a@b.co"), ("Asha.K@Example.COM", "asha.k@example.com"), ("", nil), (" a@b.de", nil),
    ("a@b.de ", nil),
    ("a@b.de\n", nil), ("a@b@c.de", nil), ("\u{E4}@b.de", nil), ("a@", nil), ("a@b", nil),
    ("a@xn--bcher-kva.example", "a@xn--bcher-kva.example"),
    ("a@firma.xn--xkc2dl3a5ee0h", "a@firma.xn--xkc2dl3a5ee0h"), ("a@firma.XN--P1AI", "a@firma.xn--p1ai"),
    ("-@-x.example", nil), ("a@x-.example", nil), ("a@x..example", nil), ("a@.example", nil),
    ("a@example.", nil),
    (".a@example.com", nil), ("a.@example.com", nil), ("a..b@example.com", nil), ("@example.com", nil),
    ("a@example.c", nil), ("a@example.c0m", nil), ("a@example.1", nil), ("a@10.0.0.1", nil),
    ("a@xn--p1ai", nil),
    ("a+b@example.com", nil), ("a@example.com\0", nil), ("a@ex\u{E4}mple.com", nil),
  ])
  func reads(raw: String, address: String?) {
    #expect((try? EmailAddress(raw))?.address == address)
  }

  @Test func lengths() throws {
    func text(_ count: Int) -> String { String(repeating: "a", count: count) }
    _ = try EmailAddress("\(text(64))@example.com")
    #expect(throws: InvalidValue.self) { try EmailAddress("\(text(65))@example.com") }
    _ = try EmailAddress("a@\(text(63)).example.com")
    #expect(throws: InvalidValue.self) { try EmailAddress("a@\(text(64)).example.com") }
    // 64 + 1 + 189 are 254.
    let domain = "\(text(63)).\(text(63)).\(text(57)).com"
    #expect(try EmailAddress("\(text(64))@\(domain)").address.utf8.count == 254)
    #expect(throws: InvalidValue.self) { try EmailAddress("\(text(64))@a\(domain)") }
  }

  /// The value stands in the development seed too.
  @Test func hashIsSHA256OfTheLowerCasedAddress() throws {
    let hash = try EmailAddress("TestUser1@Example.com").hash
    #expect(Hex.encode(hash) == "f5f234e6b4028f68a41cf0a3491af8c8179f851d3906cd8bca8d63c91d831a59")
  }

  @Test func knowsItsParts() throws {
    let email = try EmailAddress("asha.k@mail.example.com")
    #expect(email.localPart == "asha.k")
    #expect(email.domain == "mail.example.com")
  }
}
