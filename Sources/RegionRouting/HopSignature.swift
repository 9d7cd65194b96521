import CSodium
public import Vocabulary

/// What one server may ask another for with a signed request. A signature made for one purpose is worth
/// nothing for another.
public enum HopPurpose: String, Sendable {
  /// A user's request on its way to the home region.
  case forward
  /// A worker asks a server of its region to recover an interrupted saga.
  case recover
}

/// What the header `Vetchium-Hop` says: which region's server sent this request, when, and for which request
/// id. It proves where the request comes from and grants nothing.
public struct HopSignature: Sendable, Equatable {
  /// How far the sender's clock may be from ours, in either direction, in seconds.
  public static let tolerance: Int64 = 60

  public let from: RegionCode
  /// Seconds since 1970.
  public let time: Int64
  public let requestID: String

  /// The request id must match `^[A-Za-z0-9._-]{1,128}$` (see `RequestID.isAcceptable`); otherwise no verifier accepts it.
  public init(from: RegionCode, time: Int64, requestID: String) {
    self.from = from
    self.time = time
    self.requestID = requestID
  }
}

/// Why a `Vetchium-Hop` header counts as absent.
public enum HopSignatureError: Error, Equatable, Sendable {
  case malformed
  /// Too old, or from the future.
  case expired
  /// Not made with any of our keys, or for another request.
  case forged
}

extension HopKeys {
  /// The value of the header `Vetchium-Hop` for a request.
  ///
  /// - Parameters:
  ///   - method: as sent, upper case
  ///   - path: path and query exactly as sent
  public func sign(
    _ signature: HopSignature,
    purpose: HopPurpose,
    method: String,
    path: String
  ) -> String {
    let mac = signing.authenticate(
      Self.message(signature, purpose: purpose, method: method, path: path)
    )
    // In bytes, since every hop needs one: an interpolation costs several times as much.
    var header: [UInt8] = []
    header.reserveCapacity(128 + signature.requestID.utf8.count)
    header += "v1;from=".utf8
    header += signature.from.rawValue.utf8
    header += ";time=".utf8
    header += String(signature.time).utf8
    header += ";id=".utf8
    header += signature.requestID.utf8
    header += ";mac=".utf8
    header += Hex.encode(mac).utf8
    return String(decoding: header, as: UTF8.self)
  }

  /// Checks the header against the request it came with, with every key, in constant time per key.
  ///
  /// - Parameter now: seconds since 1970
  public func verify(
    _ header: String,
    purpose: HopPurpose,
    method: String,
    path: String,
    now: Int64
  ) throws(HopSignatureError) -> HopSignature {
    let parsed = try ParsedHopHeader(header)
    let signature = parsed.signature
    let message = Self.message(signature, purpose: purpose, method: method, path: path)
    let isGenuine = verifying.contains { key in
      sodium_memcmp(key.authenticate(message), parsed.mac, parsed.mac.count) == 0
    }
    guard isGenuine else { throw .forged }
    // The difference can't overflow: `ParsedHopHeader` lets no more than twelve digits through.
    guard abs(now - signature.time) <= HopSignature.tolerance else { throw .expired }
    return signature
  }

  /// Everything before the path consists of characters that can't be a line feed, and the path is last, so no
  /// two requests share a message.
  private static func message(
    _ signature: HopSignature,
    purpose: HopPurpose,
    method: String,
    path: String
  ) -> [UInt8] {
    var text: [UInt8] = []
    text.reserveCapacity(160 + signature.requestID.utf8.count + path.utf8.count)
    func line(_ content: String) {
      text += content.utf8
      text.append(UInt8(ascii: "\n"))
    }
    line("vetchium-hop-1")
    line(purpose.rawValue)
    line(signature.from.rawValue)
    line(String(signature.time))
    line(signature.requestID)
    line(method)
    text += path.utf8
    return text
  }
}
