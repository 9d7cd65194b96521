import PasswordHashing
import Testing
import Vocabulary

struct PasswordHasherTests {
  @Test func hashesWithTheAgreedParameters() async throws {
    let hasher = PasswordHasher(threads: 1)
    let password = try Password("correct horse battery")
    let phc = try await hasher.hash(password)
    #expect(phc.hasPrefix("$argon2id$v=19$m=19456,t=2,p=1$"))
    #expect(try await hasher.hash(password) != phc)
    #expect(try await hasher.verify(OfferedPassword("correct horse battery"), against: phc) != nil)
    #expect(try await hasher.verify(OfferedPassword("correct horse batterY"), against: phc) == nil)
    await hasher.shutdown()
  }

  /// The string was made by the reference implementation's `argon2` program with a salt of its own.
  @Test func verifiesForeignStringsWithOtherParameters() async throws {
    let hasher = PasswordHasher(threads: 1)
    let phc =
      "$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHRzb21lc2FsdA$128dXHbpND/ejgFQ9JJYHDD7w0meEN4m07Qzyeoko2E"
    #expect(try await hasher.verify(OfferedPassword("correct horse battery"), against: phc) != nil)
    #expect(try await hasher.verify(OfferedPassword("another password"), against: phc) == nil)
    await hasher.shutdown()
  }

  @Test(arguments: [
    "", "$argon2id$", "plain", "$2b$12$abcdefghijklmnopqrstuv", String(repeating: "$", count: 500),
  ])
  func unreadableStringsMatchNothing(phc: String) async throws {
    let hasher = PasswordHasher(threads: 1)
    #expect(try await hasher.verify(OfferedPassword("correct horse battery"), against: phc) == nil)
    await hasher.shutdown()
  }

  @Test func refusesBeyondTheQueue() async throws {
    let hasher = PasswordHasher(threads: 1, waitingLimit: 2)
    let password = try OfferedPassword("correct horse battery")
    let outcomes = await withTaskGroup(of: Bool.self) { group in
      for _ in 0..<20 {
        group.addTask { (try? await hasher.verifyDummy(password)) != nil }
      }
      return await group.reduce(into: [Bool]()) { $0.append($1) }
    }
    #expect(outcomes.contains(true))
    #expect(outcomes.contains(false))
    // Nothing is left inside: the next one gets its turn.
    #expect(hasher.load == 0)
    try await hasher.verifyDummy(password)
    await hasher.shutdown()
  }
}
