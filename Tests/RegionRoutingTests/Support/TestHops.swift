import HTTP1
import HTTPTypes
import Logging
import SystemPrimitives
import Testing
import Vocabulary

@testable import RegionRouting

/// Regions with keys of their own, and what they sign. The receiver of all hops is `deu1`.
struct TestHops {
  static let time: Int64 = 1_800_000_000
  static let keyTexts = [
    "ind1": "bmV3ZXIgbmV3ZXIgbmV3ZXIgbmV3ZXIgbmV3ZXIgbmV3ZXI=",
    "usa1": "b2xkZXIgb2xkZXIgb2xkZXIgb2xkZXIgb2xkZXIgb2xkZXI=",
    "deu1": "Z2VybWFueSBnZXJtYW55IGdlcm1hbnkgZ2VybWFueSAuLi4=",
  ]

  static func region(_ code: String) throws -> RegionCode { try #require(RegionCode(rawValue: code)) }

  static func keys(_ region: String) throws -> HopKeys { try .parse(try #require(keyTexts[region])) }

  static func directory(_ records: [RegionRecord]? = nil) async throws -> RegionDirectory {
    let active = try ["ind1", "usa1", "deu1"].map {
      RegionRecord(region: try region($0), isActive: true, endpoints: [])
    }
    let directory = RegionDirectory(
      ownRegion: try region("deu1"),
      endpoints: [:],
      logger: Logger(label: "tests") { _ in SwiftLogNoOpLogHandler() },
      load: { records ?? active }
    )
    await directory.refresh()
    return directory
  }

  /// A server of `deu1` that knows `ind1` and `usa1` by their verifiers, and its workers.
  static func verifier(
    peers: HopPeers? = nil,
    workers: HopKeys? = nil,
    directory: RegionDirectory? = nil
  ) async throws -> HopVerifier {
    let own = try region("deu1")
    let list = try ["ind1", "usa1"].map { try keys($0).verifiers(from: region($0), for: own) }
    let listed = HopPeers.listed(try HopVerifiers.parse(list.joined(separator: ",")))
    let known = if let directory { directory } else { try await self.directory() }
    return HopVerifier(region: own, directory: known, peers: peers ?? listed, workers: workers)
  }

  static func signature(
    from: String = "ind1",
    to: String = "deu1",
    time: Int64 = time,
    hop: UInt128 = HopID.fresh(),
    client: String? = "192.0.2.7",
    isClientSecure: Bool = true,
    body: HopBody = .none
  ) throws -> HopSignature {
    HopSignature(
      from: try region(from),
      to: try region(to),
      time: time,
      hop: hop,
      requestID: "req-1",
      client: client.flatMap { IPAddress($0) },
      isClientSecure: isClientSecure,
      body: body
    )
  }

  /// The header that the holder of a region's keys makes, whatever the signature claims.
  static func header(
    _ signature: HopSignature,
    by holder: String = "ind1",
    purpose: HopPurpose = .forward,
    method: String = "GET",
    target: String = "/hub/myinfo?a=1"
  ) throws -> String {
    HopSigner(region: signature.from, keys: try keys(holder))
      .sign(signature, purpose: purpose, method: method, target: target)
  }

  static func head(
    _ hops: String...,
    method: String = "GET",
    target: String = "/hub/myinfo?a=1",
    more: [(name: String, value: String)] = []
  ) throws -> RequestHead {
    try RequestHead(
      .init(method) ?? .get,
      target,
      headers: HeaderFields(hops.map { (name: "Vetchium-Hop", value: $0) } + more)
    )
  }
}

extension HopVerifier {
  /// The reason why a request is refused; nil if it is accepted.
  func refusal(
    _ head: RequestHead,
    purpose: HopPurpose = .forward,
    requestID: String = "req-1",
    now: Int64 = TestHops.time
  ) -> HopRefusal? {
    do throws(HopRefusal) {
      return try verify(head, purpose: purpose, requestID: requestID, now: now) == nil ? .malformed : nil
    } catch {
      return error
    }
  }
}
