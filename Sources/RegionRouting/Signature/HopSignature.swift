import API
public import FoundationEssentials
public import HTTP1
import HTTPTypes
import Synchronization
public import SystemPrimitives
public import Vocabulary

/// The purpose of a signed request. A signature made for one purpose is worth nothing for another.
public enum HopPurpose: String, Sendable {
  /// A user's request on its way to the home region.
  case forward
  /// A worker asks a server of its region to recover an interrupted saga.
  case recover
  /// A server asks another region's to let go of a domain that was never proven.
  case release
}

/// The content of the header `Vetchium-Hop`: which region's server sent this request to which, and what else it vouches
/// for. It proves where the request comes from and grants nothing.
///
///     v2;from=ind1;to=usa1;time=1760000000;hop=<32 digits>;id=req-1;client=192.0.2.7;scheme=https;body=<64
///       digits>;mac=…
///
/// The code is an HMAC-SHA-256 (RFC 2104) over the purpose, the header up to `;mac=`, method and target. Digits are
/// hexadecimal. A server that does not know the version believes nothing of it.
public struct HopSignature: Sendable, Equatable {
  /// The greatest difference between the sender's clock and ours, in either direction, in seconds.
  public static let tolerance: Int64 = 60

  public let from: RegionCode
  public let to: RegionCode
  /// The time of signing, in seconds since 1970.
  public let time: Int64
  /// The id of this one sending: a second attempt at another server has another one.
  public let hop: UInt128
  /// The id of the request in the logs of both servers.
  public let requestID: String
  /// The client's address; nil when the sender knows none.
  public let client: IPAddress?
  /// Says whether the client's side of the connection is encrypted.
  public let isClientSecure: Bool
  public let body: HopBody

  /// The request id must match `^[A-Za-z0-9._-]{1,128}$` (see `RequestID.isAcceptable`); otherwise no verifier
  /// accepts it.
  public init(
    from: RegionCode,
    to: RegionCode,
    time: Int64,
    hop: UInt128 = HopID.fresh(),
    requestID: String,
    client: IPAddress? = nil,
    isClientSecure: Bool = false,
    body: HopBody = .none
  ) {
    self.from = from
    self.to = to
    self.time = time
    self.hop = hop
    self.requestID = requestID
    self.client = client
    self.isClientSecure = isClientSecure
    self.body = body
  }
}

/// What a signature says about the body of its request.
public enum HopBody: Sendable, Equatable {
  case none
  /// The SHA-256 of the body, which has been read before the request is signed.
  case digest(Data)

  /// Says whether a request is framed as the signature says (RFC 9112 §6).
  func isFraming(of head: RequestHead) -> Bool {
    switch self {
    case .none: !head.isChunked && (head.contentLength ?? 0) == 0
    case .digest: !head.isChunked && (head.contentLength ?? 0) > 0
    }
  }
}

/// Makes the ids of hops: a part drawn at random once per process, and one that differs for each.
public enum HopID {
  private static let process = UInt64.random(in: .min ... .max)
  private static let counter = Atomic<UInt64>(0)

  public static func fresh() -> UInt128 {
    UInt128(process) << 64 | UInt128(counter.add(1, ordering: .relaxed).newValue)
  }
}

extension HopSigner {
  /// Writes the value of the header `Vetchium-Hop` for a request.
  ///
  /// - Parameters:
  ///   - signature: whose sender is this signer's region
  ///   - method: as sent, upper case
  ///   - target: path and query exactly as sent
  func write(
    _ signature: HopSignature,
    purpose: HopPurpose,
    method: String,
    target: String,
    to head: inout HeadWriter
  ) {
    let code = HopMessage.with(
      purpose: purpose,
      method: method,
      target: target,
      capacity: Self.capacity(for: signature)
    ) {
      signature.write(to: &$0)
    } use: { message in
      key(for: signature.to)?.authenticate(message)
    }
    // A list of keys is never empty.
    guard let code else { return }
    signature.write(to: &head)
    head.write(";mac=")
    head.write(2 * SHA256.byteCount) { text in
      withUnsafeBytes(of: code) { Hex.encode($0, into: text) }
    }
  }

  /// The number of bytes that `write` takes at most: 360 for names, numbers, two regions, an address and two digests.
  static func capacity(for signature: HopSignature) -> Int { 360 + signature.requestID.utf8.count }

  /// The value of the header `Vetchium-Hop` for a request.
  public func sign(_ signature: HopSignature, purpose: HopPurpose, method: String, target: String) -> String {
    HeadWriter.withTemporary(capacity: Self.capacity(for: signature)) {
      write(signature, purpose: purpose, method: method, target: target, to: &$0)
    } use: {
      String(decoding: $0, as: UTF8.self)
    }
  }
}

extension HopSignature {
  /// Writes everything but the code.
  fileprivate func write(to head: inout HeadWriter) {
    head.write("v2;from=")
    head.writeText(from.rawValue)
    head.write(";to=")
    head.writeText(to.rawValue)
    head.write(";time=")
    head.write(Int(time))
    head.write(";hop=")
    head.write(32) { text in
      withUnsafeBytes(of: hop.bigEndian) { Hex.encode($0, into: text) }
    }
    head.write(";id=")
    head.writeText(requestID)
    head.write(";client=")
    head.writeText(client?.description ?? "-")
    head.write(isClientSecure ? ";scheme=https;body=" : ";scheme=http;body=")
    switch body {
    case .none: head.write("none")
    case .digest(let digest): head.writeText(Hex.encode(digest))
    }
  }
}

/// The message that is signed. Everything before the target consists of characters that can't be a line feed, and the
/// target is last, so no two requests share a message.
enum HopMessage {
  /// - Parameter claims: writes the header's value without the code
  static func with<Result>(
    purpose: HopPurpose,
    method: String,
    target: String,
    capacity: Int,
    claims: (inout HeadWriter) -> Void,
    use: (UnsafeBufferPointer<UInt8>) -> Result
  ) -> Result {
    // 40 for the rest.
    HeadWriter.withTemporary(capacity: capacity + 40 + method.utf8.count + target.utf8.count) { message in
      message.write("vetchium-hop-2\n")
      message.writeText(purpose.rawValue)
      message.write("\n")
      claims(&message)
      message.write("\n")
      message.writeText(method)
      message.write("\n")
      message.writeText(target)
    } use: {
      use($0)
    }
  }
}

/// The parsed value of a `Vetchium-Hop` header. Exactly the parts of `HopSignature`, exactly in their order: the only
/// writer is `HopSigner`.
struct ParsedHopHeader {
  let signature: HopSignature
  /// What the code was made of, besides the request.
  let claims: [UInt8]
  let mac: SHA256Digest

  /// Reads bytes, without strings in between, since every request between regions has one. Nil for any other form.
  init?(_ text: UnsafeBufferPointer<UInt8>) {
    var rest = text[...]
    var mac = SHA256Digest(0, 0, 0, 0)
    guard Self.take("v2;from=", from: &rest),
      let from = RegionCode(rawValue: Self.takeText(&rest)),
      Self.take(";to=", from: &rest), let to = RegionCode(rawValue: Self.takeText(&rest)),
      Self.take(";time=", from: &rest), let time = Self.takeNumber(&rest),
      Self.take(";hop=", from: &rest), let hop = Self.takeHopID(&rest),
      Self.take(";id=", from: &rest), case let requestID = Self.takeText(&rest),
      RequestID.isAcceptable(requestID),
      Self.take(";client=", from: &rest), case let client = Self.takeText(&rest),
      case let address = IPAddress(client), address != nil || client == "-",
      Self.take(";scheme=", from: &rest), case let scheme = Self.takeText(&rest),
      scheme == "https" || scheme == "http",
      Self.take(";body=", from: &rest), let body = HopBody(Self.takeText(&rest)),
      case let claims = Array(text[..<rest.startIndex]),
      Self.take(";mac=", from: &rest), rest.count == 2 * SHA256.byteCount,
      withUnsafeMutableBytes(of: &mac, { Hex.decode(UnsafeBufferPointer(rebasing: rest), into: $0) })
    else { return nil }
    signature = HopSignature(
      from: from,
      to: to,
      time: time,
      hop: hop,
      requestID: requestID,
      client: address,
      isClientSecure: scheme == "https",
      body: body
    )
    self.claims = claims
    self.mac = mac
  }

  private static func take(_ key: StaticString, from rest: inout Slice<UnsafeBufferPointer<UInt8>>) -> Bool {
    let (wanted, count) = (key.utf8Start, key.utf8CodeUnitCount)
    guard rest.count >= count else { return false }
    for index in 0..<count where rest[rest.startIndex + index] != wanted[index] { return false }
    rest = rest[(rest.startIndex + count)...]
    return true
  }

  /// Takes the text up to the next semicolon. Bytes that are no UTF-8 become a character that no part allows.
  private static func takeText(_ rest: inout Slice<UnsafeBufferPointer<UInt8>>) -> String {
    let end = rest.firstIndex(of: UInt8(ascii: ";")) ?? rest.endIndex
    defer { rest = rest[end...] }
    return String(decoding: UnsafeBufferPointer(rebasing: rest[..<end]), as: UTF8.self)
  }

  /// Takes a number of up to twelve digits.
  private static func takeNumber(_ rest: inout Slice<UnsafeBufferPointer<UInt8>>) -> Int64? {
    let digits = rest.prefix { $0 &- 0x30 < 10 }
    guard (1...12).contains(digits.count) else { return nil }
    rest = rest[digits.endIndex...]
    return digits.reduce(0) { $0 * 10 + Int64($1 - 0x30) }
  }

  private static func takeHopID(_ rest: inout Slice<UnsafeBufferPointer<UInt8>>) -> UInt128? {
    let digits = rest.prefix(32)
    var hop: UInt128 = 0
    guard digits.count == 32,
      withUnsafeMutableBytes(of: &hop, { Hex.decode(UnsafeBufferPointer(rebasing: digits), into: $0) })
    else { return nil }
    rest = rest[digits.endIndex...]
    return UInt128(bigEndian: hop)
  }
}

extension HopBody {
  fileprivate init?(_ text: String) {
    if text == "none" {
      self = .none
    } else if text.utf8.count == 2 * SHA256.byteCount, let digest = Hex.decode(text) {
      self = .digest(Data(digest))
    } else {
      return nil
    }
  }
}

/// The names of header fields that this module reads and writes.
extension FieldName {
  /// The trace context of W3C Trace Context §3.2.
  static var traceParent: FieldName { "traceparent" }
  /// The signed header; see `HopSignature`.
  static var vetchiumHop: FieldName { "vetchium-hop" }
}

extension HTTPField.Name {
  static let vetchiumHop = HTTPField.Name(literal: "Vetchium-Hop")
}
