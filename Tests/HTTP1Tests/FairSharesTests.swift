import Testing

@testable import HTTP1

/// What a client may have of something that all share, here eighty of it.
@Suite struct FairSharesTests {
  private static let hog = ClientKeys(network: 1, session: 10)

  private static func shares(_ uses: [(Int, ClientKeys)]) -> FairShares {
    var shares = FairShares(whole: 80)
    for (amount, client) in uses {
      let isTaken = shares.take(amount, for: client, isSmall: true)
      #expect(isTaken)
    }
    return shares
  }

  @Test func aQuietServerLeavesAClientHalf() {
    let shares = Self.shares([])
    #expect(shares.hasRoom(for: 40, of: Self.hog))
    #expect(!shares.hasRoom(for: 41, of: Self.hog))
    #expect(Self.shares([(30, Self.hog)]).hasRoom(for: 10, of: Self.hog))
  }

  @Test(
    arguments: [
      // Who asks while the hog has half, and whether they get ten.
      (ClientKeys(network: 2, session: nil), true),
      (ClientKeys(network: 2, session: 20), true),
      (ClientKeys(network: nil, session: nil), true),
      (ClientKeys(network: 1, session: nil), false),
      (ClientKeys(network: 1, session: 20), false),
      (ClientKeys(network: 2, session: 10), false),
      (ClientKeys(network: nil, session: 10), false),
    ]
  )
  func beyondHalfEachNetworkAndEachSessionHasAnEighth(_ client: ClientKeys, _ isGiven: Bool) {
    let shares = Self.shares([(40, Self.hog)])
    #expect(shares.hasRoom(for: 10, of: client) == isGiven)
    #expect(shares.hasRoom(for: 11, of: client) == (client == .nobody))
    #expect(shares.hasRoom(for: 10, of: client, isSmall: true))
  }

  @Test func smallRequestsGoOnBesideLargeOnesOfTheSameClientAndHaveAnEndAsWell() {
    let shares = Self.shares([(40, Self.hog), (10, Self.hog)])
    #expect(!shares.hasRoom(for: 1, of: Self.hog, isSmall: true))
    #expect(shares.hasRoom(for: 10, of: ClientKeys(network: 2, session: nil)))
  }

  @Test func whatIsGivenBackIsFree() {
    var shares = Self.shares([(40, Self.hog)])
    let other = ClientKeys(network: 2, session: nil)
    let (isTaken, isRefused) = (shares.take(10, for: other), !shares.take(1, for: other))
    #expect(isTaken && isRefused)
    shares.giveBack(40, of: Self.hog)
    #expect(shares.hasRoom(for: 30, of: other) && !shares.isUnused)
    shares.giveBack(10, of: other)
    #expect(shares.isUnused)
  }

  /// A refused request keeps nothing of one key's share when the other's is used up.
  @Test func aRefusalTakesNothing() {
    var shares = Self.shares([(40, Self.hog)])
    let mixed = ClientKeys(network: 2, session: 10)
    let isRefused = !shares.take(1, for: mixed)
    #expect(isRefused && shares.hasRoom(for: 10, of: ClientKeys(network: 2, session: nil)))
  }

  /// Of very little, everybody has one at least.
  @Test(arguments: [1, 2, 7]) func aShareIsNeverNothing(_ whole: Int) {
    var shares = FairShares(whole: whole)
    let isTaken = shares.take(1, for: Self.hog)
    #expect(isTaken && shares.hasRoom(for: 1, of: ClientKeys(network: 2, session: nil)))
  }
}
