import FoundationEssentials
import Testing
import Vocabulary

@testable import Accounts

struct ThrottleKeyTests {
  @Test func differentThingsHaveDifferentKeys() {
    let keys = [
      ThrottleKey.login(realm: "hub", account: "a@example.com", client: "192.0.2.1"),
      .login(realm: "hub", account: "a@example.com", client: "192.0.2.2"),
      .login(realm: "hub", account: "a@example.com", client: ""),
      .login(realm: "hub", account: "b@example.com", client: "192.0.2.1"),
      .login(realm: "admin", account: "a@example.com", client: "192.0.2.1"),
      .mail(to: "a@example.com"), .mail(to: "b@example.com"), .unsentMail(to: "a@example.com"),
    ]
    for (index, key) in keys.enumerated() {
      #expect(key.hash.count == 32)
      #expect(!keys[..<index].contains(key))
    }
  }

  /// What is counted in the global database cannot be guessed by whoever reads it.
  @Test func theGlobalDatabasesKeysDependOnTheAddressKeys() throws {
    let key = Data(repeating: 1, count: 32).base64EncodedString()
    let hasher = try AddressHasher.parse("1:\(key)")
    #expect(ThrottleKey.signupMail(to: "a@example.com", .plain) == .mail(to: "a@example.com"))
    #expect(ThrottleKey.signupMail(to: "a@example.com", hasher) != .mail(to: "a@example.com"))
    #expect(ThrottleKey.signups(client: "192.0.2.1", hasher) != .signups(client: "192.0.2.1", .plain))
  }
}
