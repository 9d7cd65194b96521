import FoundationEssentials
import Testing
import Vocabulary

@Suite struct SignupTokenSealerTests {
  private static let one = Data(repeating: 1, count: 32).base64EncodedString()
  private static let two = Data(repeating: 2, count: 32).base64EncodedString()
  private static let now = Date(timeIntervalSince1970: 1_900_000_000)
  private static let claim = SignupClaim(
    kind: "org",
    madeIn: "ind1",
    address: "a@example.com",
    details: ["example.com", "dns", "ind1"]
  )

  @Test func aTokenProvesItsClaimUntilItExpires() throws {
    let sealer = try SignupTokenSealer.parse(Self.one)
    let token = sealer.token(for: Self.claim, validFor: .seconds(30), from: Self.now)
    #expect(RawToken(hex: token.hex) != nil)
    #expect(sealer.proves(token.hex, Self.claim, at: Self.now))
    #expect(sealer.proves(token.hex, Self.claim, at: Self.now + 30))
    #expect(!sealer.proves(token.hex, Self.claim, at: Self.now + 31))
    #expect(sealer.token(for: Self.claim, validFor: .zero, from: Self.now).hex != token.hex)
  }

  @Test(arguments: [
    SignupClaim(
      kind: "agency",
      madeIn: "ind1",
      address: "a@example.com",
      details: ["example.com", "dns", "ind1"]
    ),
    SignupClaim(
      kind: "org",
      madeIn: "usa1",
      address: "a@example.com",
      details: ["example.com", "dns", "ind1"]
    ),
    SignupClaim(
      kind: "org",
      madeIn: "ind1",
      address: "b@example.com",
      details: ["example.com", "dns", "ind1"]
    ),
    SignupClaim(
      kind: "org",
      madeIn: "ind1",
      address: "a@example.com",
      details: ["example.org", "dns", "ind1"]
    ),
    SignupClaim(
      kind: "org",
      madeIn: "ind1",
      address: "a@example.com",
      details: ["example.com", "other", "ind1"]
    ),
    SignupClaim(
      kind: "org",
      madeIn: "ind1",
      address: "a@example.com",
      details: ["example.com", "dns", "usa1"]
    ),
    SignupClaim(kind: "org", madeIn: "ind1", address: "a@example.com"),
  ])
  func aTokenProvesNoOtherClaim(claim: SignupClaim) throws {
    let sealer = try SignupTokenSealer.parse(Self.one)
    let token = sealer.token(for: Self.claim, validFor: .zero, from: Self.now)
    #expect(!sealer.proves(token.hex, claim, at: Self.now))
  }

  @Test func everyDigitOfATokenCounts() throws {
    let sealer = try SignupTokenSealer.parse(Self.one)
    let token = sealer.token(for: Self.claim, validFor: .zero, from: Self.now).hex
    for index in token.indices {
      var changed = token
      changed.replaceSubrange(index...index, with: token[index] == "0" ? "1" : "0")
      #expect(!sealer.proves(changed, Self.claim, at: Self.now - 1_000), "\(index)")
    }
    for offered in ["", "token", token + "00", token.uppercased(), RawToken().hex] where offered != token {
      #expect(!sealer.proves(offered, Self.claim, at: Self.now))
    }
  }

  @Test func keysAreRotated() throws {
    let old = try SignupTokenSealer.parse(Self.one)
    let both = try SignupTokenSealer.parse("\(Self.two), \(Self.one)")
    let new = try SignupTokenSealer.parse(Self.two)
    let (before, after) = (
      old.token(for: Self.claim, validFor: .zero, from: Self.now),
      both.token(for: Self.claim, validFor: .zero, from: Self.now)
    )
    #expect(both.proves(before.hex, Self.claim, at: Self.now))
    #expect(
      new.proves(after.hex, Self.claim, at: Self.now) && !new.proves(before.hex, Self.claim, at: Self.now)
    )
  }

  @Test func withoutKeysEveryTokenWillDo() throws {
    let token = SignupTokenSealer.unsealed.token(for: Self.claim, validFor: .zero, from: Self.now)
    #expect(SignupTokenSealer.unsealed.proves(token.hex, Self.claim, at: Self.now))
    let both = try SignupTokenSealer.parse("\(Self.one),unsealed")
    #expect(both.isKeyed && both.proves(token.hex, Self.claim, at: Self.now))
    #expect(!SignupTokenSealer.unsealed.isKeyed)
  }

  @Test(arguments: [
    ("", SignupTokenKeysError.tooShort(position: 1, bytes: 0)), ("unsealed", .noKey),
    ("!", .notBase64(position: 1)), ("\(one),AAAA", .tooShort(position: 2, bytes: 3)),
  ])
  func refuses(text: String, error: SignupTokenKeysError) {
    #expect(throws: error) { try SignupTokenSealer.parse(text) }
  }

  @Test func showsNoKey() throws {
    #expect("\(try SignupTokenSealer.parse(Self.one))" == "SignupTokenSealer(1)")
  }
}
