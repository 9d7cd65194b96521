import NIOCore
import Testing

/// The same bytes for our decoder, SwiftNIO's and a real nginx: two servers that read one stream of bytes in two ways
/// are what request smuggling is made of (RFC 9112 §11.2). `RequestCase` says what we make of it, `Differences` what
/// the others do, and why.
@Suite(.timeLimit(.minutes(5))) struct HTTPDifferentialTests {
  /// A request in one piece, byte by byte, and cut once at every place. Long ones come in larger pieces and are cut
  /// near their ends.
  private static func cuttings(_ bytes: [UInt8]) -> [[ByteBuffer]] {
    let isShort = bytes.count <= 1000
    let places = isShort ? Array(1..<bytes.count) : Array(1...100) + Array((bytes.count - 100)..<bytes.count)
    let halves = places.map { [ByteBuffer(bytes: bytes[..<$0]), ByteBuffer(bytes: bytes[$0...])] }
    let size = isShort ? 1 : 997
    let pieces = stride(from: 0, to: bytes.count, by: size).map {
      ByteBuffer(bytes: bytes[$0..<min($0 + size, bytes.count)])
    }
    return [[ByteBuffer(bytes: bytes)], pieces] + halves
  }

  @Test(arguments: RequestCase.all) func weReadWhatIsMeant(_ request: RequestCase) {
    expect(request.expected, of: request, OurReader.read)
  }

  @Test(arguments: RequestCase.all) func swiftNIOReadsTheSame(_ request: RequestCase) {
    expect(Differences.ofNIO.reading(of: request.name) ?? request.expected, of: request, NIOReader.read)
  }

  private func expect(_ expected: Reading, of request: RequestCase, _ read: ([ByteBuffer]) -> Reading) {
    for pieces in Self.cuttings(request.bytes) {
      let reading = read(pieces)
      guard reading == expected else {
        Issue.record("\(reading), when it arrives in pieces of \(pieces.prefix(5).map(\.readableBytes))")
        return
      }
    }
  }

  @Test func nginxReadsTheSame() async throws {
    try await NginxReader.run { nginx in
      for request in RequestCase.all {
        let reading = try await nginx.read(ByteBuffer(bytes: request.bytes))
        let expected = Differences.ofNginx.reading(of: request.name) ?? request.expected
        #expect(reading == expected, "\(request.name)")
      }
    }
  }

  /// Every difference is one, and of the kind that it is listed as; nothing is listed for a request that is not there.
  @Test(arguments: [Differences.ofNIO, .ofNginx]) func differencesAreWhatTheySay(_ differences: Differences) {
    let ours = Dictionary(uniqueKeysWithValues: RequestCase.all.map { ($0.name, $0.expected) })
    func check(_ list: [Difference], _ isRight: (_ ours: Reading, _ theirs: Reading) -> Bool) {
      for difference in list {
        for (name, theirs) in difference.readings {
          #expect(ours[name].map { $0 != theirs && isRight($0, theirs) } == true, "\(name)")
        }
      }
    }
    check(differences.takesMore) { ours, _ in ours.isRefused }
    check(differences.takesLess) { ours, theirs in theirs.isRefused && !ours.isRefused }
    check(differences.readsOtherwise) { ours, theirs in !theirs.isRefused && !ours.isRefused }
    let names = (differences.takesMore + differences.takesLess + differences.readsOtherwise)
      .flatMap(\.readings.keys)
    #expect(Set(names).count == names.count)
  }

  @Test func requestsAreToldApart() {
    let names = Dictionary(grouping: RequestCase.all, by: \.name).filter { $0.value.count > 1 }.keys
    #expect(names.isEmpty)
    let bytes = Dictionary(grouping: RequestCase.all, by: \.bytes).filter { $0.value.count > 1 }.values
    #expect(bytes.isEmpty, "\(bytes.map { $0.map(\.name) })")
  }
}
