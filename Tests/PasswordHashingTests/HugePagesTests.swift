import Foundation
import Testing
import Vocabulary

@testable import PasswordHashing

struct HugePagesTests {
  /// Fails when this program's `mmap` is no longer the one that libsodium calls, or libsodium no longer calls it.
  @Test func libsodiumIsGivenItsMemoryInHugePages() throws {
    let password = try Password("correct horse battery")
    let phc = try Argon2id.hash(password)
    let (isRight, bytes) = HugePages.during { Argon2id.verify(password, against: phc, memory: .byLibsodium) }
    #expect(isRight)
    #expect(bytes == Argon2id.memoryBytes)
    #expect(Argon2id.verify(password, against: phc, memory: .hugePages))
    #expect(try !Argon2id.verify(Password("correct horse batterY"), against: phc, memory: .hugePages))
  }

  /// What is mapped beyond that, to find a place that is aligned, is returned at once and to the page.
  @Test(arguments: [2_097_153, 3_000_000, 19_457 * 1024])
  func noMoreStaysMappedThanWasAskedFor(bytes: Int) throws {
    let (memory, inHugePages) = HugePages.during { map(bytes) }
    let first = try #require(UInt(bitPattern: memory))
    defer { munmap(memory, bytes) }
    #expect(inHugePages == bytes)
    #expect(first.isMultiple(of: 2 << 20))
    let page = UInt(sysconf(Int32(_SC_PAGESIZE)))
    // The kernel joins neighbours of one kind. Of this kind are only those of other tests, which begin and end elsewhere.
    #expect(try mappedRange(at: first) == first..<(first + UInt(bytes) + page - 1) / page * page)
  }

  @Test func smallMemoryAndMemoryOutsideAreLeftAlone() {
    let small = HugePages.during { map(64 * 1024) }
    #expect(small.result != MAP_FAILED && small.bytes == 0)
    munmap(small.result, 64 * 1024)
    let outside = map(4 << 20)
    #expect(outside != MAP_FAILED && HugePages.during {}.bytes == 0)
    munmap(outside, 4 << 20)
  }
}

private func map(_ bytes: Int) -> UnsafeMutableRawPointer? {
  mmap(nil, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
}

/// proc(5), /proc/pid/maps: each line begins with the range in hexadecimal.
private func mappedRange(at address: UInt) throws -> Range<UInt>? {
  try String(contentsOfFile: "/proc/self/maps", encoding: .utf8).split(separator: "\n").lazy
    .compactMap { line -> Range<UInt>? in
      let ends = line.prefix { $0 != " " }.split(separator: "-").compactMap { UInt($0, radix: 16) }
      return ends.count == 2 ? ends[0]..<ends[1] : nil
    }
    .first { $0.contains(address) }
}
