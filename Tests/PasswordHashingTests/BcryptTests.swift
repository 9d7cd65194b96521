import PasswordHashing
import Testing
import Vocabulary

/// Hashes as imported accounts have them, made by Python's `crypt` module.
struct BcryptTests {
  private let hasher = PasswordHasher(threads: 1)

  private func matches(_ password: String, _ stored: String) async throws -> Bool {
    try await hasher.verify(OfferedPassword(password), against: stored) != nil
  }

  @Test(arguments: ["2a", "2b", "2y"])
  func verifiesEveryVersion(_ version: String) async throws {
    let stored = "$\(version)$04$abcdefghijklmnopqrstuuqREtd3VJD2QVZbuFskFSLk6eRIrQoOS"
    #expect(try await matches("correct horse battery", stored))
    #expect(try await !matches("correct horse batterY", stored))
    let foreign = "$\(version)$04$abcdefghijklmnopqrstuuFJeEWPAfoM.IYqodJDCnFzzYY6i1fbW"
    #expect(try await matches("pässword ünïcode", foreign))
    #expect(try await !matches("password unicode", foreign))
    await hasher.shutdown()
  }

  @Test func readsTheCostFromTheHash() async throws {
    #expect(
      try await matches(
        "correct horse battery",
        "$2b$05$abcdefghijklmnopqrstuuD3mHdCr44zlIZ.VZCaYRpfQhXMYnEo."
      )
    )
    await hasher.shutdown()
  }

  /// bcrypt itself would not look at the 73rd byte and those behind it.
  @Test func moreThan72BytesNeverMatch() async throws {
    let stored = "$2b$04$abcdefghijklmnopqrstuuAg/vhymG.zjfOvPuw7BgQPjbFV1.SQW"
    #expect(try await matches(String(repeating: "ä", count: 36), stored))
    #expect(try await !matches(String(repeating: "ä", count: 37), stored))
    #expect(try await !matches(String(repeating: "ä", count: 36) + "x", stored))
    await hasher.shutdown()
  }

  /// The hash is that of "correct horse": what a C program would have read.
  @Test func aZeroByteDoesNotEndThePassword() async throws {
    let stored = "$2b$04$abcdefghijklmnopqrstuujydOTSfIH/d5oUHpsygqV5X9xJLQc6e"
    #expect(try await matches("correct horse", stored))
    #expect(try await !matches("correct horse\0battery", stored))
    await hasher.shutdown()
  }

  @Test(arguments: [
    "$2b$", "$2b$04$abc", "$2x$04$abcdefghijklmnopqrstuuqREtd3VJD2QVZbuFskFSLk6eRIrQoOS",
    "$2b$99$abcdefghijklmnopqrstuuqREtd3VJD2QVZbuFskFSLk6eRIrQoOS",
    // Days of work, if anybody did it.
    "$2b$31$abcdefghijklmnopqrstuuqREtd3VJD2QVZbuFskFSLk6eRIrQoOS",
    "$2b$04$abcdefghijklmnopqrst!!qREtd3VJD2QVZbuFskFSLk6eRIrQoOS",
  ])
  func unusableHashesMatchNothing(_ stored: String) async throws {
    #expect(try await !matches("correct horse battery", stored))
    await hasher.shutdown()
  }

  @Test func itIsRenewedAsArgon2id() async throws {
    let password = try OfferedPassword("correct horse battery")
    let stored = "$2b$04$abcdefghijklmnopqrstuuqREtd3VJD2QVZbuFskFSLk6eRIrQoOS"
    let imported = try #require(try await hasher.verify(password, against: stored))
    let renewed = try #require(try await hasher.renewal(for: imported))
    #expect(renewed.hasPrefix("$argon2id$"))
    let verified = try #require(try await hasher.verify(password, against: renewed))
    #expect(try await hasher.renewal(for: verified) == nil)
    await hasher.shutdown()
  }
}
