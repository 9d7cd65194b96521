import API
import HTTPTypes
import Logging
import NIOCore
import Vocabulary

@testable import HTTP1
@testable import RegionRouting

/// The texts that servers exchange: `Vetchium-Hop`, `traceparent`, and the settings with the keys.
enum HopTarget {
  private static let path = "/hub/myinfo?a=1"
  private static let keys: HopKeys? = try? HopKeys.parse("bmV3ZXIgbmV3ZXIgbmV3ZXIgbmV3ZXIgbmV3ZXIgbmV3ZXI=")

  static func run(_ input: [UInt8]) {
    let text = String(decoding: input, as: UTF8.self)
    if let keys = try? HopKeys.parse(text) {
      let count = text.split(separator: ",", omittingEmptySubsequences: false).count
      check(keys.description == "HopKeys(\(count))", "each key counts")
    }
    if let verifiers = try? HopVerifiers.parse(text) {
      check(!verifiers.regions.isEmpty, "a list of verifiers names somebody")
    }
    _ = TraceContext(traceparent: text)
    let parsed = input.withUnsafeBufferPointer(ParsedHopHeader.init)
    if let parsed { check(RequestID.isAcceptable(parsed.signature.requestID), "an id may be logged") }
    guard let keys, let head = head(input) else { return }
    let signature = parsed?.signature
    guard let recipient = signature?.to ?? RegionCode(rawValue: "ind1") else { return }
    let verifier = verifier(of: recipient, keys)
    let now = signature?.time ?? 0
    do throws(HopRefusal) {
      let verified = try verifier.verify(
        head,
        purpose: .forward,
        requestID: signature?.requestID ?? "",
        now: now
      )
      check(verified != nil && verified == signature, "what is verified is what the header says")
    } catch {
      check((error == .malformed) == (parsed == nil), "a header that is understood is judged by its code")
      check(error != .expired && error != .replayed, "now is the time it says, and it is the first")
    }
    guard let signature, signature.from != signature.to, signature.body == .none else { return }
    let signer = HopSigner(region: signature.from, keys: keys)
    let signed = signer.sign(signature, purpose: .forward, method: "GET", target: path)
    guard let again = self.head(Array(signed.utf8)) else { return check(false, "what we sign is a field") }
    let other = self.verifier(of: recipient, keys)
    func verify(_ now: Int64) -> HopSignature? {
      try? other.verify(again, purpose: .forward, requestID: signature.requestID, now: now)
    }
    check(verify(now + HopSignature.tolerance + 1) == nil, "a header gets too old")
    check(verify(now) == signature, "what we sign is verified and read")
    check(verify(now) == nil, "what was accepted is not accepted again")
  }

  /// A server that has never read the region directory.
  private static func verifier(of region: RegionCode, _ keys: HopKeys) -> HopVerifier {
    let directory = RegionDirectory(
      ownRegion: region,
      endpoints: [:],
      logger: Logger(label: "fuzzing") { _ in SwiftLogNoOpLogHandler() },
      load: { throw CancellationError() }
    )
    return HopVerifier(region: region, directory: directory, peers: .shared(keys), workers: nil)
  }

  /// A request with these bytes as the value of its field; nil if they do not arrive as one.
  private static func head(_ value: [UInt8]) -> RequestHead? {
    let bytes = ByteBuffer(bytes: Array("Vetchium-Hop:".utf8) + value + Array("\r\n\r\n".utf8))
    guard let fields = try? HeaderFields(parsing: bytes, from: 0, limits: HeadLimits()), fields.count == 1
    else { return nil }
    let isWhole = fields.withFirst(.vetchiumHop) { $0.elementsEqual(value) } ?? false
    return isWhole ? try? RequestHead(.get, path, headers: fields) : nil
  }
}
