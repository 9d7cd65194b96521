import Testing
import Vocabulary

struct HandleTests {
  @Test(arguments: [
    ("test.user@x.com", "test-user"), ("a_b%c@x.com", "abc"), ("..a..b..@x.com", "a-b"),
    ("%%%@x.com", "user"),
    ("---@x.com", "user"), ("UPPER@x.com", "upper"),
    (String(repeating: "a", count: 60) + "@x.com", String(repeating: "a", count: 40)),
    (String(repeating: "a", count: 39) + ".bcd@x.com", String(repeating: "a", count: 39)),
  ])
  func stems(address: String, stem: String) throws {
    let handle = Handle(for: try EmailAddress(address), suffix: [0x1a, 0x2b, 0x3c, 0x4d])
    #expect(handle.handle == stem + "-1a2b3c4d")
  }

  @Test func suffixIsRandom() throws {
    let email = try EmailAddress("a@x.com")
    #expect(Handle(for: email) != Handle(for: email))
  }
}
