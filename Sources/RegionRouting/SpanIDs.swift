import Synchronization

/// Numbers for trace and span ids. They only have to be unlikely to collide (W3C Trace Context §3.2.2.3), so they need no
/// system call each: a counter from a random start, mixed by SplitMix64 (Steele, Lea, Flood 2014).
struct SpanIDs: RandomNumberGenerator {
  private static let state = Atomic(UInt64.random(in: .min ... .max))

  mutating func next() -> UInt64 {
    var mixed = Self.state.wrappingAdd(0x9E37_79B9_7F4A_7C15, ordering: .relaxed).newValue
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }
}
