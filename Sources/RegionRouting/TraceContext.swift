import HTTP1
import Synchronization
import Vocabulary

/// The position of a request in a distributed trace (W3C Trace Context, level 1).
public struct TraceContext: Sendable, Equatable {
  /// The id of the whole trace; not zero.
  public let traceID: UInt128
  /// The id of the span this message belongs to; not zero.
  public let spanID: UInt64
  public let isSampled: Bool

  /// Reads a `traceparent`. Versions after 00 may carry more fields; the first four keep their meaning
  /// (§3.2.4 "Versioning of traceparent").
  public init?(traceparent: String) {
    let parts = traceparent.utf8
      .split(separator: UInt8(ascii: "-"), omittingEmptySubsequences: false).map { Substring($0) }
    guard parts.count >= 4, parts[0].utf8.count == 2, let version = Hex.decode(parts[0])?.first,
      version != 0xff, version != 0 || parts.count == 4,
      let traceID: UInt128 = Self.id(parts[1]), let spanID: UInt64 = Self.id(parts[2]),
      parts[3].utf8.count == 2, let flags = Hex.decode(parts[3])?.first
    else { return nil }
    self.init(traceID: traceID, spanID: spanID, isSampled: flags & 1 == 1)
  }

  private init(traceID: UInt128, spanID: UInt64, isSampled: Bool) {
    self.traceID = traceID
    self.spanID = spanID
    self.isSampled = isSampled
  }

  /// Begins a trace. Ids only have to be unlikely to collide (§3.2.2.3), not secret.
  public static func root(using random: inout some RandomNumberGenerator) -> TraceContext {
    TraceContext(
      traceID: UInt128(random.next()) << 64 | UInt128(random.next()) | 1,
      spanID: random.next() | 1,
      isSampled: false
    )
  }

  /// Begins a span of the same trace, for the next hop.
  public func child(using random: inout some RandomNumberGenerator) -> TraceContext {
    TraceContext(traceID: traceID, spanID: random.next() | 1, isSampled: isSampled)
  }

  /// Writes the value of `traceparent`.
  func write(to head: inout HeadWriter) {
    head.write("00-")
    head.write(32) { text in
      withUnsafeBytes(of: traceID.bigEndian) { Hex.encode($0, into: text) }
    }
    head.write("-")
    head.write(16) { text in
      withUnsafeBytes(of: spanID.bigEndian) { Hex.encode($0, into: text) }
    }
    head.write(isSampled ? "-01" : "-00")
  }

  /// Reads an id of as many lower-case hexadecimal digits as the number has; nil for any other text, and for zero.
  private static func id<ID: FixedWidthInteger>(_ text: Substring) -> ID? {
    guard text.utf8.count == ID.bitWidth / 4, let bytes = Hex.decode(text) else { return nil }
    let id = bytes.reduce(ID.zero) { $0 << 8 | ID($1) }
    return id == 0 ? nil : id
  }
}

/// Generates trace and span ids. They only have to be unlikely to collide (W3C Trace Context §3.2.2.3), so they need no
/// system call each: a counter from a random start, mixed by SplitMix64 (Steele, Lea, Flood 2014).
struct SpanIDGenerator: RandomNumberGenerator {
  private static let state = Atomic(UInt64.random(in: .min ... .max))

  mutating func next() -> UInt64 {
    var mixed = Self.state.wrappingAdd(0x9E37_79B9_7F4A_7C15, ordering: .relaxed).newValue
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }
}
