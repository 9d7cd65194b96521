public import HTTP1
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

  /// How many bytes that takes at most.
  static func room(for signature: HopSignature) -> Int { 160 + signature.requestID.utf8.count }

  /// The value of the header `Vetchium-Hop` for a request.
  public func sign(_ signature: HopSignature, purpose: HopPurpose, method: String, path: String) -> String {
    HeadWriter.withTemporary(room: Self.room(for: signature)) {
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
    // Twice the header is no header: nobody of ours sends it so.
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

  /// What is signed. Everything before the path consists of characters that can't be a line feed, and the path is last, so no
  /// two requests share a message.
  private static func withMessage<Result>(
    _ signature: HopSignature,
    purpose: HopPurpose,
    method: String,
    path: String,
    _ body: (UnsafeBufferPointer<UInt8>) -> Result
  ) -> Result {
    HeadWriter.withTemporary(
      room: 160 + signature.requestID.utf8.count + method.utf8.count + path.utf8.count
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
