import FoundationEssentials
import Testing
import Vocabulary

@Suite struct AddressHasherTests {
  private static let one = Data(repeating: 1, count: 32).base64EncodedString()
  private static let two = Data(repeating: 2, count: 48).base64EncodedString()
  private let address: EmailAddress

  init() throws { address = try EmailAddress("Test.User@Example.com") }

  /// RFC 2104 by another implementation: `openssl dgst -sha256 -mac HMAC -macopt hexkey:0101…`.
  @Test func theNewestKeyMakesTheHash() throws {
    let hash = try AddressHasher.parse("1:\(Self.one)").hash(address)
    #expect(Hex.encode(hash.bytes) == "0e34aece764bb02d9911be78bc224b0119d45bed02890357086da65db088fec3")
    #expect(hash.algorithm == "HMAC-SHA-256:1")
  }

  @Test func withoutKeysItIsSHA256() {
    let hash = AddressHasher.plain.hash(address)
    #expect(hash == AddressHash(bytes: SHA256.hash("test.user@example.com".utf8), algorithm: "SHA-256"))
    #expect(AddressHasher.plain.hashes(address) == [hash.bytes])
    #expect(!AddressHasher.plain.isKeyed)
  }

  @Test func lookUpsAskForEveryKeyAndForNone() throws {
    let hasher = try AddressHasher.parse("2:\(Self.two), 1:\(Self.one)")
    let older = try AddressHasher.parse("1:\(Self.one)")
    #expect(
      hasher.hashes(address) == [hasher.hash(address).bytes, older.hash(address).bytes, address.hash]
    )
    #expect(hasher.algorithm == "HMAC-SHA-256:2" && hasher.isKeyed)
    #expect(hasher.hash(stored: address.address, by: "HMAC-SHA-256:1") == older.hash(address).bytes)
    #expect(hasher.hash(stored: address.address, by: "SHA-256") == address.hash)
    #expect(hasher.hash(stored: address.address, by: "HMAC-SHA-256:3") == nil)
    #expect(hasher.hash(address, equalTo: older.hash(address).bytes) == older.hash(address))
    #expect(hasher.hash(address, equalTo: SHA256.hash("other".utf8)) == nil)
    #expect(hasher.knows("SHA-256") && hasher.knows("HMAC-SHA-256:1") && !hasher.knows("HMAC-SHA-256:3"))
  }

  /// Servers that have no key yet must find what is made while the others get one.
  @Test func keysCanBeKnownBeforeTheyAreUsed() throws {
    let hasher = try AddressHasher.parse("SHA-256,1:\(Self.one)")
    #expect(hasher.hash(address).bytes == address.hash && !hasher.isKeyed)
    #expect(hasher.hashes(address).count == 2)
  }

  @Test func theSameKeyUnderAnotherVersionIsAnotherName() throws {
    let hasher = try AddressHasher.parse("9999:\(Self.one)")
    #expect(hasher.algorithm == "HMAC-SHA-256:9999")
  }

  @Test(arguments: [
    ("", AddressHashKeysError.noVersion(position: 1)), (one, .noVersion(position: 1)),
    ("0:\(one)", .noVersion(position: 1)), ("01:\(one)", .noVersion(position: 1)),
    ("10000:\(one)", .noVersion(position: 1)), ("-1:\(one)", .noVersion(position: 1)),
    ("2:\(two),x:\(one)", .noVersion(position: 2)), ("2:\(two),", .noVersion(position: 2)),
    ("1:!", .notBase64(position: 1)), ("1:", .tooShort(position: 1, bytes: 0)),
    ("1:AAAA", .tooShort(position: 1, bytes: 3)), ("1:\(two),1:\(one)", .repeated(position: 2)),
    ("SHA-256,SHA-256", .repeated(position: 2)),
  ])
  func refuses(text: String, error: AddressHashKeysError) {
    #expect(throws: error) { try AddressHasher.parse(text) }
  }

  @Test func showsNoKey() throws {
    let hasher = try AddressHasher.parse("2:\(Self.two),1:\(Self.one)")
    var dumped = ""
    dump(hasher, to: &dumped)
    #expect("\(hasher)" == "AddressHasher(HMAC-SHA-256:2, HMAC-SHA-256:1, SHA-256)")
    #expect(!dumped.contains("key"))
  }
}
