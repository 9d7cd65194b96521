/// Whom a request is for. Whoever has a number in common with somebody else is the same client: requests of one
/// network, and those of one session, wherever they come from.
///
/// The numbers are hashes with a key of this process, so that nobody can find one that is another client's.
public struct ClientKeys: Sendable, Equatable {
  public let network: Int?
  public let session: Int?
  /// A request that is for no client, such as one between servers.
  public static let nobody = ClientKeys(network: nil, session: nil)

  public init(network: Int?, session: Int?) {
    self.network = network
    self.session = session
  }
}

/// Divides something that there is only so much of, so that no client keeps the others out.
///
///   what a client takes     is given while
///   ----------------------  ---------------------------------------------------------
///   anything                no more than half of the whole is in use
///   anything                the client has an eighth of the whole at most
///   for a small request     the client has five eighths of the whole at most
///
/// A quiet server leaves a client half of what it has. A busy one leaves each client its eighth; and small requests go
/// on beside large ones of the same client, since several people may have one address.
public struct FairShares: Sendable {
  private let whole: Int
  private var used = 0
  private var uses: [Int: Int] = [:]

  public init(whole: Int) {
    self.whole = whole
  }

  /// Nothing is in use.
  var isUnused: Bool { used == 0 && uses.isEmpty }

  public func hasRoom(for amount: Int, of client: ClientKeys, isSmall: Bool = false) -> Bool {
    guard used + amount > whole / 2, client != .nobody else { return true }
    let share = max(1, whole / 8) + (isSmall ? whole / 2 : 0)
    return use(of: client.network) + amount <= share && use(of: client.session) + amount <= share
  }

  private func use(of key: Int?) -> Int { key.flatMap { uses[$0] } ?? 0 }

  /// - Returns: false if there is no room; then nothing is taken.
  public mutating func take(_ amount: Int, for client: ClientKeys, isSmall: Bool = false) -> Bool {
    guard hasRoom(for: amount, of: client, isSmall: isSmall) else { return false }
    change(client, by: amount)
    return true
  }

  public mutating func giveBack(_ amount: Int, of client: ClientKeys) {
    change(client, by: -amount)
  }

  private mutating func change(_ client: ClientKeys, by amount: Int) {
    used += amount
    if let network = client.network { change(network, by: amount) }
    if let session = client.session { change(session, by: amount) }
  }

  private mutating func change(_ key: Int, by amount: Int) {
    let use = (uses[key] ?? 0) + amount
    uses[key] = use == 0 ? nil : use
  }
}
