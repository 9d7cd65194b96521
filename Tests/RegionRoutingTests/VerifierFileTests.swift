import Foundation
import Logging
import Testing
import Vocabulary

@testable import RegionRouting

/// A list of verifiers that changes while the server runs.
@Suite struct VerifierFileTests {
  @Test func aRegionIsAddedWithoutARestart() async throws {
    let path = NSTemporaryDirectory() + "verifiers-\(UInt64.random(in: .min ... .max))"
    defer { try? FileManager.default.removeItem(atPath: path) }
    let own = try TestHops.region("deu1")
    func list(_ regions: String...) throws -> String {
      try regions.map { try TestHops.keys($0).verifiers(from: TestHops.region($0), for: own) }
        .joined(separator: ",") + "\n"
    }
    func write(_ text: String) throws { try Data(text.utf8).write(to: URL(filePath: path), options: .atomic) }

    let verifier = try await TestHops.verifier(peers: .listed(try .parse(list("ind1"))))
    let file = VerifierFile(
      path,
      region: own,
      verifier: verifier,
      logger: Logger(label: "tests") { _ in SwiftLogNoOpLogHandler() }
    )
    func refusal(_ region: String) throws -> HopRefusal? {
      verifier.refusal(
        try TestHops.head(try TestHops.header(try TestHops.signature(from: region), by: region))
      )
    }
    try write(list("ind1"))
    await file.look()
    #expect(try refusal("ind1") == nil)
    #expect(try refusal("usa1") == .unknownSender)
    try write(list("ind1", "usa1"))
    await file.look()
    #expect(try refusal("ind1") == nil)
    #expect(try refusal("usa1") == nil)
    // What cannot be used changes nothing: half a file, another list, an entry for the own region.
    for text in ["ind1:", "", HopKeys.fresh(), "deu1:\(HopKeys.fresh())"] {
      try write(text)
      await file.look()
      #expect(try refusal("usa1") == nil, "\(text)")
    }
    try write(list("usa1"))
    await file.look()
    #expect(try refusal("ind1") == .unknownSender)
  }
}
