import API
import FoundationEssentials
public import HTTP1
import HTTPTypes
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

/// The content of the header `Vetchium-Hop`: which region's server sent this request, when, and with which request
/// id. It proves where the request comes from and grants nothing.
public struct HopSignature: Sendable, Equatable {
  /// The greatest difference between the sender's clock and ours, in either direction, in seconds.
  public static let tolerance: Int64 = 60

  public let from: RegionCode
  /// The time of signing, in seconds since 1970.
  public let time: Int64
  public let requestID: String

  /// The request id must match `^[A-Za-z0-9._-]{1,128}$` (see `RequestID.isAcceptable`); otherwise no verifier
  /// accepts it.
  public init(from: RegionCode, time: Int64, requestID: String) {
    self.from = from
    self.time = time
    self.requestID = requestID
  }
}

/// The reason why a `Vetchium-Hop` header counts as absent.
public enum HopSignatureError: Error, Equatable, Sendable {
  case malformed
  /// The signature is too old, or from the future.
  case expired
  /// The signature was made with a key that is none of ours, or for another request.
  case forged
}

extension HopKeys {
  /// Writes the value of the header `Vetchium-Hop` for a request.
  ///
  /// - Parameters:
  ///   - method: as sent, upper case
  ///   - path: path and query exactly as sent
  func write(
    _ signature: HopSignature,
    purpose: HopPurpose,
    method: String,
    path: String,
    to head: inout HeadWriter
  ) {
    let code = Self.withMessage(
      signature,
      purpose: purpose,
      method: method,
      path: path,
      signing.hmac.authenticate
    )
    head.write("v1;from=")
    head.writeText(signature.from.rawValue)
    head.write(";time=")
    head.write(Int(signature.time))
    head.write(";id=")
    head.writeText(signature.requestID)
    head.write(";mac=")
    head.write(2 * SHA256.byteCount) { text in
      withUnsafeBytes(of: code) { Hex.encode($0, into: text) }
    }
  }

  /// The number of bytes that `write` takes at most.
  static func capacity(for signature: HopSignature) -> Int { 160 + signature.requestID.utf8.count }

  /// The value of the header `Vetchium-Hop` for a request.
  public func sign(_ signature: HopSignature, purpose: HopPurpose, method: String, path: String) -> String {
    HeadWriter.withTemporary(capacity: Self.capacity(for: signature)) {
      write(signature, purpose: purpose, method: method, path: path, to: &$0)
    } use: {
      String(decoding: $0, as: UTF8.self)
    }
  }

  /// Checks the header against the request it came with, with every key, in constant time per key.
  ///
  /// - Parameter now: seconds since 1970
  /// - Returns: nil if there is no such header.
  public func verify(
    _ fields: HeaderFields,
    purpose: HopPurpose,
    method: String,
    path: String,
    now: Int64
  ) throws(HopSignatureError) -> HopSignature? {
    guard fields.contains(.vetchiumHop) else { return nil }
    // Our servers send it once; a request with two of them is not theirs.
    guard let parsed = fields.withOnly(.vetchiumHop, ParsedHopHeader.init) ?? nil else { throw .malformed }
    let signature = parsed.signature
    let isGenuine = Self.withMessage(signature, purpose: purpose, method: method, path: path) { message in
      verifying.contains { $0.hmac.isAuthentic(message, code: parsed.mac) }
    }
    guard isGenuine else { throw .forged }
    // The difference can't overflow: `ParsedHopHeader` lets no more than twelve digits through.
    guard abs(now - signature.time) <= HopSignature.tolerance else { throw .expired }
    return signature
  }

  /// Builds the message that is signed. Everything before the path consists of characters that can't be a line feed,
  /// and the path is last, so no two requests share a message.
  private static func withMessage<Result>(
    _ signature: HopSignature,
    purpose: HopPurpose,
    method: String,
    path: String,
    _ body: (UnsafeBufferPointer<UInt8>) -> Result
  ) -> Result {
    HeadWriter.withTemporary(
      capacity: 160 + signature.requestID.utf8.count + method.utf8.count + path.utf8.count
    ) { message in
      message.write("vetchium-hop-1\n")
      message.writeText(purpose.rawValue)
      message.write("\n")
      message.writeText(signature.from.rawValue)
      message.write("\n")
      message.write(Int(signature.time))
      message.write("\n")
      message.writeText(signature.requestID)
      message.write("\n")
      message.writeText(method)
      message.write("\n")
      message.writeText(path)
    } use: {
      body($0)
    }
  }
}

/// The parsed value of a `Vetchium-Hop` header: `v1;from=ind1;time=1760000000;id=…;mac=<64 hexadecimal digits>`.
/// Exactly these, exactly in this order: the only writer is `HopKeys.sign`.
struct ParsedHopHeader {
  let signature: HopSignature
  let mac: SHA256Digest

  /// Reads bytes, without strings in between, since every request between regions has one. Nil for any other form.
  init?(_ text: UnsafeBufferPointer<UInt8>) {
    var rest = text[...]
    var mac = SHA256Digest(0, 0, 0, 0)
    guard Self.take("v1;from=", from: &rest),
      let from = RegionCode(rawValue: Self.takeText(&rest)),
      Self.take(";time=", from: &rest), let time = Self.takeNumber(&rest),
      Self.take(";id=", from: &rest), case let requestID = Self.takeText(&rest),
      RequestID.isAcceptable(requestID),
      Self.take(";mac=", from: &rest), rest.count == 2 * SHA256.byteCount,
      withUnsafeMutableBytes(of: &mac, { Hex.decode(UnsafeBufferPointer(rebasing: rest), into: $0) })
    else { return nil }
    signature = HopSignature(from: from, time: time, requestID: requestID)
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
}

/// The shared keys with which servers of different regions sign requests to one another: newest first.
/// The first one signs, all of them verify, so a key is rotated by adding the new one in front everywhere
/// and removing the old one afterwards.
public struct HopKeys: Sendable, CustomStringConvertible, CustomReflectable {
  let signing: HopKey
  let verifying: [HopKey]

  /// Reads the setting `FORWARDING_KEYS`: keys in base64, separated by commas, each of 32 bytes or more.
  public static func parse(_ text: String) throws(HopKeysError) -> HopKeys {
    var keys: [HopKey] = []
    for (index, item) in text.split(separator: ",", omittingEmptySubsequences: false).enumerated() {
      let encoded = item.filter { !$0.isWhitespace }
      guard let bytes = Data(base64Encoded: encoded) else { throw .notBase64(position: index + 1) }
      guard bytes.count >= HopKey.minimumLength else {
        throw .tooShort(position: index + 1, bytes: bytes.count)
      }
      keys.append(HopKey(bytes))
    }
    guard let signing = keys.first else { throw .tooShort(position: 1, bytes: 0) }
    return HopKeys(signing: signing, verifying: keys)
  }

  /// The number of keys, never the keys themselves.
  public var description: String { "HopKeys(\(verifying.count))" }
  public var customMirror: Mirror { Mirror(self, children: []) }
}

/// The reason why `FORWARDING_KEYS` was refused; names the position of a key, never its content.
public enum HopKeysError: Error, Equatable, CustomStringConvertible {
  case notBase64(position: Int)
  case tooShort(position: Int, bytes: Int)

  public var description: String {
    switch self {
    case .notBase64(let position):
      "key \(position) is not base64"
    case .tooShort(let position, let bytes):
      "key \(position) has \(bytes) bytes, at least \(HopKey.minimumLength) are needed"
    }
  }
}

/// A key of `HopKeys`.
struct HopKey: Sendable {
  static let minimumLength = 32
  let hmac: HMACKey

  init(_ key: Data) {
    hmac = HMACKey(key)
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
