import API
import NIOCore

@testable import HTTP1
@testable import RegionRouting

/// The texts that servers exchange: `Vetchium-Hop`, `traceparent`, and the setting with the keys.
enum HopTarget {
  private static let method = "GET"
  private static let path = "/hub/myinfo?a=1"
  private static let keys: HopKeys? = try? HopKeys.parse("bmV3ZXIgbmV3ZXIgbmV3ZXIgbmV3ZXIgbmV3ZXIgbmV3ZXI=")

  static func run(_ input: [UInt8]) {
    let text = String(decoding: input, as: UTF8.self)
    if let keys = try? HopKeys.parse(text) {
      check(
        keys.verifying.count == text.split(separator: ",", omittingEmptySubsequences: false).count,
        "each key counts"
      )
    }
    _ = TraceContext(traceparent: text)
    let parsed = input.withUnsafeBufferPointer(ParsedHopHeader.init)
    if let parsed { check(RequestID.isAcceptable(parsed.signature.requestID), "an id may be logged") }
    guard let keys, let fields = fields(input) else { return }
    let now = parsed?.signature.time ?? 0
    do throws(HopSignatureError) {
      guard let signature = try verify(fields, keys, now) else { return check(false, "there is a header") }
      check(signature == parsed?.signature, "what is verified is what the header says")
      check(text.suffix(64) == sign(signature, keys).suffix(64), "only a header of ours is verified")
    } catch {
      check((error == .malformed) == (parsed == nil), "a header that is understood is judged by its code")
      check(error != .expired, "now is the time it says")
    }
    guard let parsed else { return }
    guard
      let again = try? self.fields(Array(sign(parsed.signature, keys).utf8)).flatMap({
        try verify($0, keys, now)
      })
    else { return check(false, "what we sign is verified") }
    check(again == parsed.signature, "what we sign is what is read")
    check((try? verify(fields, keys, now + HopSignature.tolerance + 1)) == nil, "a header gets too old")
  }

  private static func sign(_ signature: HopSignature, _ keys: HopKeys) -> String {
    keys.sign(signature, purpose: .forward, method: method, path: path)
  }

  private static func verify(_ fields: HeaderFields, _ keys: HopKeys, _ now: Int64) throws(HopSignatureError)
    -> HopSignature?
  {
    try keys.verify(fields, purpose: .forward, method: method, path: path, now: now)
  }

  /// The bytes as the value of a field; nil if they do not arrive as one.
  private static func fields(_ value: [UInt8]) -> HeaderFields? {
    let bytes = ByteBuffer(bytes: Array("Vetchium-Hop:".utf8) + value + Array("\r\n\r\n".utf8))
    guard let fields = try? HeaderFields(parsing: bytes, from: 0, limits: HeadLimits()), fields.count == 1
    else { return nil }
    let isWhole = fields.withFirst(.vetchiumHop) { $0.elementsEqual(value) } ?? false
    return isWhole ? fields : nil
  }
}
