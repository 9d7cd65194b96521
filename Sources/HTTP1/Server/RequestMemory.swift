import NIOConcurrencyHelpers

/// Counts and bounds the bytes of requests that a process has taken and not answered yet, all connections together.
///
/// Without a bound, whoever opens enough connections and sends a large body on each, slowly, has the process killed for
/// its memory. The last quarter of the bound is for small requests: when large ones have used up their part, they are
/// refused, and small ones are served as before. What one client may have of it is `FairShares`'.
///
/// Whose a head is nobody knows before it is complete. So heads take nothing of that bound: beside it, those that are
/// not complete have a quarter as much, and beyond it only the large ones among them are refused.
public final class RequestMemory: Sendable {
  private struct State {
    /// The number of bytes of bodies that are held at this moment.
    var held = 0
    /// The number of bytes of heads that are not complete.
    var heads = 0
    /// Those of requests whose client is known.
    var shares: FairShares
  }

  /// The number of bytes up to which a request is small.
  public static var small: Int { 16 << 10 }
  /// The number of bytes up to which a head is always waited for; nearly all are smaller.
  private static let smallHead = 4 << 10

  private let limit: Int
  private let state: NIOLockedValueBox<State>

  /// - Parameter limit: in bytes
  public init(limit: Int) {
    self.limit = limit
    state = NIOLockedValueBox(State(shares: FairShares(whole: limit)))
  }

  /// The number of bytes that are held at this moment.
  public var bytes: Int { state.withLockedValue { $0.held + $0.heads } }

  /// No client has any of it.
  package var isUnused: Bool {
    state.withLockedValue { $0.held == 0 && $0.heads == 0 && $0.shares.isUnused }
  }

  /// Takes bytes into account, unless they would be too many.
  /// - Returns: why they would be; nil if they have been taken
  func take(_ count: Int, for owner: ClientKeys?, isSmall: Bool) -> RequestBodyError? {
    state.withLockedValue { state in
      guard state.held + count <= (isSmall ? limit : limit - limit / 4) else { return .overloaded }
      if let owner, !state.shares.take(count, for: owner, isSmall: isSmall) { return .overShare }
      state.held += count
      return nil
    }
  }

  /// Takes a head that is not complete into account, in place of what there was of it before.
  /// - Returns: false if it is too large for what others hold; then nothing is left of it
  func changeHead(from before: Int, to now: Int) -> Bool {
    state.withLockedValue { state in
      state.heads -= before
      guard now <= Self.smallHead || state.heads + now <= limit / 4 else { return false }
      state.heads += now
      return true
    }
  }

  /// Counts bytes that have been taken for a client as well.
  /// - Returns: false if they are too many for it
  func assign(_ count: Int, to owner: ClientKeys, isSmall: Bool) -> Bool {
    state.withLockedValue { $0.shares.take(count, for: owner, isSmall: isSmall) }
  }

  func giveBack(_ count: Int, of owner: ClientKeys?) {
    state.withLockedValue { state in
      state.held -= count
      if let owner { state.shares.giveBack(count, of: owner) }
    }
  }
}

/// The bytes of one request's body, which count until nobody has the request any more.
final class HeldBytes: Sendable {
  private struct State {
    var count = 0
    var owner: ClientKeys?
  }

  private let memory: RequestMemory
  private let state = NIOLockedValueBox(State())

  init(in memory: RequestMemory) {
    self.memory = memory
  }

  deinit {
    let state = state.withLockedValue { $0 }
    memory.giveBack(state.count, of: state.owner)
  }

  var isSmall: Bool { state.withLockedValue { $0.count <= RequestMemory.small } }

  /// Takes more bytes into account.
  /// - Returns: why there is no room for them; nil if there is
  func take(_ more: Int) -> RequestBodyError? {
    state.withLockedValue { state in
      let isSmall = state.count + more <= RequestMemory.small
      if let refusal = memory.take(more, for: state.owner, isSmall: isSmall) { return refusal }
      state.count += more
      return nil
    }
  }

  /// Counts the bytes for a client: those that are there, and those that will come.
  /// - Returns: false if that would be too much for it; then they are not
  func assign(to owner: ClientKeys) -> Bool {
    state.withLockedValue { state in
      guard state.owner == nil else { return true }
      let isSmall = state.count <= RequestMemory.small
      guard memory.assign(state.count, to: owner, isSmall: isSmall) else { return false }
      state.owner = owner
      return true
    }
  }
}
