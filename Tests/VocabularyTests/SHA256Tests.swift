import FoundationEssentials
import Testing
import Vocabulary

@Suite struct SHA256Tests {
  /// FIPS 180-4, examples of the Secure Hash Standard's validation; lengths around a block's end.
  @Test(arguments: [
    ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
    ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
    (
      "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
      "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
    ),
  ])
  func hashes(text: String, expected: String) {
    #expect(Hex.encode(SHA256.hash(text.utf8)) == expected)
  }

  @Test func hashesWhatIsLong() {
    #expect(
      Hex.encode(SHA256.hash([UInt8](repeating: UInt8(ascii: "a"), count: 1_000_000)))
        == "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"
    )
  }

  /// RFC 4231 §4.2 to §4.4, §4.7.
  @Test(arguments: [
    (
      [UInt8](repeating: 0x0B, count: 20), Array("Hi There".utf8),
      "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"
    ),
    (
      Array("Jefe".utf8), Array("what do ya want for nothing?".utf8),
      "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
    ),
    (
      [UInt8](repeating: 0xAA, count: 20), [UInt8](repeating: 0xDD, count: 50),
      "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe"
    ),
    (
      [UInt8](repeating: 0xAA, count: 131),
      Array("Test Using Larger Than Block-Size Key - Hash Key First".utf8),
      "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"
    ),
  ])
  func authenticates(key: [UInt8], message: [UInt8], expected: String) {
    let key = HMACKey(key)
    // Twice, as a key is not used up.
    for _ in 1...2 {
      let code = message.withUnsafeBufferPointer(key.authenticate)
      #expect(withUnsafeBytes(of: code) { Hex.encode(Array($0)) } == expected)
      #expect(message.withUnsafeBufferPointer { key.isAuthentic($0, code: code) })
      let other = (code.0, code.1, code.2, code.3 ^ 1)
      #expect(!message.withUnsafeBufferPointer { key.isAuthentic($0, code: other) })
    }
  }

  @Test func manyAtOnceGetTheirOwn() async {
    let key = HMACKey(Array("key".utf8))
    func code(_ number: Int) -> SHA256Digest {
      Array("\(number)".utf8).withUnsafeBufferPointer(key.authenticate)
    }
    let expected = (0..<100).map { code($0).0 }
    await withTaskGroup(of: Bool.self) { group in
      for _ in 0..<8 { group.addTask { (0..<100).allSatisfy { code($0).0 == expected[$0] } } }
      for await isRight in group { #expect(isRight) }
    }
  }

  @Test func comparesWholeDigests() {
    let digest = SHA256.hash("abc".utf8)
    var other = digest
    other[31] ^= 1
    #expect(SHA256.equalInConstantTime(digest, digest))
    #expect(!SHA256.equalInConstantTime(digest, other))
    #expect(!SHA256.equalInConstantTime(digest, digest.dropLast()))
  }
}
