import Vocabulary

/// The position of a request in a distributed trace (W3C Trace Context, level 1).
public struct TraceContext: Sendable, Equatable {
  /// 32 lower-case hexadecimal digits, not all zero.
  public let traceID: String
  /// 16 lower-case hexadecimal digits, not all zero: the span this message belongs to.
  public let spanID: String
  public let isSampled: Bool

  /// Reads a `traceparent`. Versions after 00 may carry more fields; the first four keep their meaning
  /// (§3.2.4 "Versioning of traceparent").
  public init?(traceparent: String) {
    let parts = traceparent.utf8
      .split(separator: UInt8(ascii: "-"), omittingEmptySubsequences: false).map { Substring($0) }
    guard parts.count >= 4, parts[0].utf8.count == 2, let version = Hex.decode(parts[0])?.first,
      version != 0xff, version != 0 || parts.count == 4,
      Self.isID(parts[1], digits: 32), Self.isID(parts[2], digits: 16),
      parts[3].utf8.count == 2, let flags = Hex.decode(parts[3])?.first
    else { return nil }
    traceID = String(parts[1])
    spanID = String(parts[2])
    isSampled = flags & 1 == 1
  }

  private init(traceID: String, spanID: String, isSampled: Bool) {
    self.traceID = traceID
    self.spanID = spanID
    self.isSampled = isSampled
  }

  /// A trace that starts here. Ids only have to be unlikely to collide (§3.2.2.3), not secret.
  public static func root(using random: inout some RandomNumberGenerator) -> TraceContext {
    TraceContext(
      traceID: digits(random.next()) + digits(random.next() | 1),
      spanID: digits(random.next() | 1),
      isSampled: false
    )
  }

  /// The same trace with a span of its own, for the next hop.
  public func child(using random: inout some RandomNumberGenerator) -> TraceContext {
    TraceContext(traceID: traceID, spanID: Self.digits(random.next() | 1), isSampled: isSampled)
  }

  /// As it is sent.
  public var traceparent: String { "00-\(traceID)-\(spanID)-\(isSampled ? "01" : "00")" }

  private static func digits(_ number: UInt64) -> String {
    Hex.encode(withUnsafeBytes(of: number.bigEndian) { [UInt8]($0) })
  }

  private static func isID(_ text: Substring, digits: Int) -> Bool {
    guard text.utf8.count == digits, let bytes = Hex.decode(text) else { return false }
    return bytes.contains { $0 != 0 }
  }
}
