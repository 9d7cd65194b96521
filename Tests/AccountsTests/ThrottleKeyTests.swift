import Testing

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
}
