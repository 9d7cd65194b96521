import Testing
import Vocabulary

@testable import DomainVerification

struct UnclaimableDomainTests {
  @Test(arguments: [
    // Of registries, with and without a wildcard, and in A-labels; of private operators; of providers.
    ("co.uk", UnclaimableDomain.publicSuffix), ("com.au", .publicSuffix), ("anything.ck", .publicSuffix),
    ("xn--55qx5d.cn", .publicSuffix), ("github.io", .publicSuffix), ("s3.amazonaws.com", .publicSuffix),
    ("gmail.com", .personalMailProvider), ("gmx.de", .personalMailProvider),
    // 237 characters and the 17 of the record's own label.
    (String(repeating: "aaaaaaaaa.", count: 23) + "example", .withoutRecord),
  ])
  func nobodyCanHaveThem(name: String, reason: UnclaimableDomain) throws {
    #expect(UnclaimableDomain(try DomainName(name)) == reason)
  }

  @Test(arguments: [
    "acme.com", "acme.co.uk", "www.ck", "acme.github.io", "mail.gmail.com", "acme.test", "a.b.acme.test",
    "acme.xn--xkc2dl3a5ee0h", String(repeating: "aaaaaaaaa.", count: 22) + "aaaaaaaa.example",
  ])
  func othersCanBeClaimed(name: String) throws {
    #expect(UnclaimableDomain(try DomainName(name)) == nil)
  }
}
