import Testing
import Vocabulary

struct EmailAddressTests {
  @Test(arguments: [
    ("a@b.co", "a@b.co"), ("Asha.K@Example.COM", "asha.k@example.com"),
    ("a_b%c-d.e@x-y.example", "a_b%c-d.e@x-y.example"),
  ])
  func isLowerCased(raw: String, address: String) throws {
    #expect(try EmailAddress(raw).address == address)
  }

  @Test(arguments: [
    "", "a@", "@b.co", "a@b", "a@b.c", "a+b@c.de", " a@b.de", "a@b.de ", "a@b@c.de", "a@b.d3", "ä@b.de",
    "a@.de", "a@b.de\n",
    String(repeating: "a", count: 251) + "@b.com",
  ])
  func refuses(raw: String) {
    #expect(throws: InvalidValue.self) { try EmailAddress(raw) }
  }

  @Test func acceptsTheLongestAddress() throws {
    let raw = String(repeating: "a", count: 250) + "@b.com"
    #expect(try EmailAddress(raw).address.utf8.count == 256)
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
