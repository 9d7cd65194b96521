/// The ids of the hops that one region has sent lately, so that none is accepted twice.
///
/// An id is kept until its signature is too old to be accepted anyway. The number of ids is bounded: beyond it, those
/// of the oldest second are forgotten, and from then on signatures of that second and earlier ones are refused, so that
/// what is forgotten cannot come back. Each region has ids of its own, so one that sends too many shortens nobody's
/// time but its own.
struct SeenHops: Sendable {
  /// What becomes of a hop.
  enum Verdict: Equatable {
    case new
    /// A hop with this id was accepted before.
    case seen
    /// Hops of that time have been forgotten.
    case forgotten
  }

  /// The number of ids that are kept for one region: at 16 bytes each and a set's spare room, some 10 MB. At 4,000 hops
  /// a second from one region to one server, more than one processor core can answer, ids are kept for a minute.
  static let standardLimit = 1 << 18

  private let limit: Int
  /// The ids by the second in which they were signed.
  private var ids: [Int64: Set<UInt128>] = [:]
  private var count = 0
  /// The last second whose ids have been forgotten.
  private var horizon = Int64.min

  init(limit: Int = standardLimit) {
    self.limit = limit
  }

  /// Accepts a hop, unless its id was seen.
  ///
  /// - Parameters:
  ///   - time: of its signature, in seconds since 1970
  ///   - now: in seconds since 1970; `time` is no more than `HopSignature.tolerance` away from it
  mutating func accept(_ id: UInt128, signedAt time: Int64, now: Int64) -> Verdict {
    forget(upTo: now - HopSignature.tolerance - 1)
    guard time > horizon else { return .forgotten }
    guard ids[time]?.contains(id) != true else { return .seen }
    while count >= limit, let oldest = ids.keys.min() { forget(upTo: oldest) }
    guard time > horizon else { return .forgotten }
    ids[time, default: []].insert(id)
    count += 1
    return .new
  }

  private mutating func forget(upTo second: Int64) {
    guard second > horizon else { return }
    horizon = second
    for old in ids.keys where old <= second { count -= ids.removeValue(forKey: old)?.count ?? 0 }
  }
}
