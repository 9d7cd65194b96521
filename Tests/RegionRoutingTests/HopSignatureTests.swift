import Foundation
import HTTP1
import Testing
import Vocabulary

@testable import RegionRouting

/// What a server accepts as a hop, and for which reason it refuses everything else.
@Suite struct HopSignatureTests {
  @Test func genuineIsAccepted() async throws {
    let verifier = try await TestHops.verifier()
    let bodies: [(HopBody, String?)] = [
      (.none, nil), (.digest(Data(repeating: 7, count: 32)), "5"),
    ]
    for (body, length) in bodies {
      for (client, isSecure) in [("192.0.2.7", true), ("2001:db8::9", false), (nil, false)] {
        let signature = try TestHops.signature(client: client, isClientSecure: isSecure, body: body)
        let head = try TestHops.head(
          try TestHops.header(signature),
          more: length.map { [(name: "Content-Length", value: $0)] } ?? []
        )
        let verified = try verifier.verify(head, purpose: .forward, requestID: "req-1", now: TestHops.time)
        #expect(verified == signature)
      }
    }
  }

  /// RFC 2104 with SHA-256, computed independently: the verifier is the HMAC of
  /// `vetchium-hop-verifier-2\nind1\ndeu1` under the key of `ind1`, and the code that of `vetchium-hop-2\nforward\n`,
  /// the header before `;mac=`, `\nGET\n/hub/myinfo?a=1` under the verifier (`openssl dgst -sha256 -mac HMAC`).
  @Test func hasTheDocumentedForm() throws {
    let text = try TestHops.header(try TestHops.signature(hop: 0xABC))
    let claims =
      "v2;from=ind1;to=deu1;time=1800000000;hop=00000000000000000000000000000abc;id=req-1;client=192.0.2.7;scheme=https;body=none"
    #expect(text == "\(claims);mac=ce4954aeeb2f4a4b25412a135eb1933ddead663e2803c96a35f87ab39ad2e7de")
  }

  @Test(arguments: [
    ("POST", "/hub/myinfo?a=1", HopPurpose.forward),
    ("GET", "/hub/myinfo?a=2", .forward),
    ("GET", "/hub/myinfo", .forward),
    ("GET", "/hub/myinfo?a=1", .release),
  ])
  func ofAnotherRequestIsForged(method: String, target: String, purpose: HopPurpose) async throws {
    let header = try TestHops.header(try TestHops.signature())
    let head = try TestHops.head(header, method: method, target: target)
    #expect(try await TestHops.verifier().refusal(head, purpose: purpose) == .forged)
  }

  @Test(arguments: [
    (";client=192.0.2.7", ";client=192.0.2.8"), (";scheme=https", ";scheme=http"), (";id=req-1", ";id=req-2"),
    ("time=1800000000", "time=1800000001"), (";body=none", ";body=\(String(repeating: "7", count: 64))"),
    ("from=ind1", "from=usa1"),
    (";hop=0", ";hop=1"),
  ])
  func whatItClaimsCannotBeChanged(_ claim: String, _ other: String) async throws {
    let header = try TestHops.header(try TestHops.signature(hop: 1))
    let changed = header.replacingOccurrences(of: claim, with: other)
    try #require(changed != header)
    #expect(try await TestHops.verifier().refusal(TestHops.head(changed)) == .forged)
  }

  @Test func anyChangedByteIsRefused() async throws {
    let verifier = try await TestHops.verifier()
    let genuine = Array(try TestHops.header(try TestHops.signature()).utf8)
    for index in genuine.indices {
      var changed = genuine
      changed[index] ^= 1
      let text = String(decoding: changed, as: UTF8.self)
      #expect(verifier.refusal(try TestHops.head(text))?.isGenuine == false, "\(text)")
    }
  }

  @Test(arguments: [(-61, false), (-60, true), (0, true), (60, true), (61, false), (1 << 40, false)])
  func ageIsLimitedBothWays(skew: Int64, isAccepted: Bool) async throws {
    let head = try TestHops.head(try TestHops.header(try TestHops.signature()))
    let refusal = try await TestHops.verifier().refusal(head, now: TestHops.time + skew)
    #expect(refusal == (isAccepted ? nil : .expired))
  }

  @Test func isAcceptedOnce() async throws {
    let verifier = try await TestHops.verifier()
    let signature = try TestHops.signature()
    let head = try TestHops.head(try TestHops.header(signature))
    #expect(verifier.refusal(head) == nil)
    #expect(verifier.refusal(head) == .replayed)
    #expect(verifier.refusal(head, now: TestHops.time + 60) == .replayed)
    // A second attempt has an id of its own, and the regions' ids are apart.
    #expect(verifier.refusal(try TestHops.head(try TestHops.header(try TestHops.signature()))) == nil)
    let others = try TestHops.header(try TestHops.signature(from: "usa1", hop: signature.hop), by: "usa1")
    #expect(verifier.refusal(try TestHops.head(others)) == nil)
  }

  @Test func aRegionSpeaksAsNoOther() async throws {
    let verifier = try await TestHops.verifier()
    func refusal(from: String, to: String = "deu1", by holder: String) throws -> HopRefusal? {
      verifier.refusal(
        try TestHops.head(try TestHops.header(try TestHops.signature(from: from, to: to), by: holder))
      )
    }
    #expect(try refusal(from: "ind1", by: "usa1") == .forged)
    #expect(try refusal(from: "usa1", by: "ind1") == .forged)
    #expect(try refusal(from: "deu1", by: "ind1") == .unknownSender)
    #expect(try refusal(from: "deu1", by: "deu1") == .unknownSender)
    #expect(try refusal(from: "fra1", by: "ind1") == .unknownSender)
    #expect(try refusal(from: "ind1", to: "usa1", by: "ind1") == .otherRegion)
  }

  /// A thief in `usa1` has its keys and the verifiers by which it knows others.
  @Test func aVerifierIsWorthNothingForAnotherRegion() async throws {
    let (ind1, usa1) = (try TestHops.region("ind1"), try TestHops.region("usa1"))
    let stolen = try #require(
      try TestHops.keys("ind1").verifiers(from: ind1, for: usa1).split(separator: ":").last
    )
    let signature = try TestHops.signature()
    let header = HopSigner(region: ind1, keys: try HopKeys.parse(String(stolen)))
      .sign(signature, purpose: .forward, method: "GET", target: "/hub/myinfo?a=1")
    #expect(try await TestHops.verifier().refusal(TestHops.head(header)) == .forged)
  }

  @Test func aRegionOutOfServiceIsRefused() async throws {
    let records = [
      RegionRecord(region: try TestHops.region("ind1"), isActive: false, endpoints: []),
      RegionRecord(region: try TestHops.region("deu1"), isActive: true, endpoints: []),
    ]
    let directory = try await TestHops.directory(records)
    let verifier = try await TestHops.verifier(directory: directory)
    for region in ["ind1", "usa1"] {
      let header = try TestHops.header(try TestHops.signature(from: region), by: region)
      #expect(verifier.refusal(try TestHops.head(header)) == .inactiveSender, "\(region)")
    }
  }

  @Test func aBodyFramedInAnotherWayOrAnotherRequestIDIsRefused() async throws {
    let verifier = try await TestHops.verifier()
    func refusal(_ body: HopBody, _ fields: [(name: String, value: String)]) throws -> HopRefusal? {
      verifier.refusal(
        try TestHops.head(try TestHops.header(try TestHops.signature(body: body)), more: fields)
      )
    }
    let digest = HopBody.digest(Data(repeating: 7, count: 32))
    let (five, chunked) = (
      (name: "Content-Length", value: "5"), (name: "Transfer-Encoding", value: "chunked")
    )
    #expect(try refusal(.none, [five]) == .altered)
    #expect(try refusal(.none, [chunked]) == .altered)
    #expect(try refusal(digest, []) == .altered)
    #expect(try refusal(digest, [chunked]) == .altered)
    let head = try TestHops.head(try TestHops.header(try TestHops.signature()))
    #expect(verifier.refusal(head, requestID: "another") == .altered)
  }

  @Test func workersAndServersHaveKeysOfTheirOwn() async throws {
    let worker = try HopKeys.parse(try #require(TestHops.keyTexts["usa1"]))
    let verifier = try await TestHops.verifier(workers: worker)
    func refusal(from: String, by holder: String, _ purpose: HopPurpose) throws -> HopRefusal? {
      let header = try TestHops.header(try TestHops.signature(from: from), by: holder, purpose: purpose)
      return verifier.refusal(try TestHops.head(header), purpose: purpose)
    }
    #expect(try refusal(from: "deu1", by: "usa1", .recover) == nil)
    #expect(try refusal(from: "deu1", by: "deu1", .recover) == .forged)
    #expect(try refusal(from: "ind1", by: "ind1", .recover) == .unknownSender)
    #expect(try refusal(from: "deu1", by: "usa1", .forward) == .unknownSender)
    #expect(try refusal(from: "deu1", by: "usa1", .release) == .unknownSender)
    #expect(try refusal(from: "ind1", by: "ind1", .release) == nil)
  }

  @Test(arguments: [
    "", "v1", "v1;from=ind1;time=1;id=a;mac=00", "v3;from=ind1", "v2;from=IND1;to=deu1",
    "v2;from=ind1;to=DEU1",
    "v2;from=ind1;to=deu1;time=-1;hop=0", "v2;from=ind1;to=deu1;time=9999999999999;hop=",
    "v2;from=ind1;to=deu1;time=1;hop=0;id=a", "v2;to=deu1;from=ind1;time=1",
  ])
  func otherTextIsMalformed(_ text: String) async throws {
    #expect(try await TestHops.verifier().refusal(TestHops.head(text)) == .malformed)
  }

  @Test func twoHeadersAreMalformed() async throws {
    let header = try TestHops.header(try TestHops.signature())
    #expect(try await TestHops.verifier().refusal(TestHops.head(header, header)) == .malformed)
  }
}

/// How keys and verifiers are read, and how they are exchanged.
@Suite struct HopKeysTests {
  let newer = "bmV3ZXIgbmV3ZXIgbmV3ZXIgbmV3ZXIgbmV3ZXIgbmV3ZXI="
  let older = "b2xkZXIgb2xkZXIgb2xkZXIgb2xkZXIgb2xkZXIgb2xkZXI="

  /// The receiver learns the new verifier before the sender signs with the new key, and forgets the old one after.
  @Test func keysRotateWithoutARefusedRequest() async throws {
    let (ind1, deu1) = (try TestHops.region("ind1"), try TestHops.region("deu1"))
    func isAccepted(_ sender: String, _ receiver: String) async throws -> Bool {
      let list = try HopKeys.parse(receiver).verifiers(from: ind1, for: deu1)
      let verifier = try await TestHops.verifier(peers: .listed(try .parse(list)))
      let header = HopSigner(region: ind1, keys: try HopKeys.parse(sender))
        .sign(try TestHops.signature(), purpose: .forward, method: "GET", target: "/hub/myinfo?a=1")
      return try verifier.refusal(TestHops.head(header)) == nil
    }
    let steps = [
      (older, older), (older, "\(newer), \(older)"), ("\(newer),\(older)", "\(newer),\(older)"),
      (newer, newer),
    ]
    for (sender, receiver) in steps { #expect(try await isAccepted(sender, receiver)) }
    #expect(try await !isAccepted(older, newer))
    #expect(try await !isAccepted(newer, older))
  }

  @Test func sharedKeysVerifyEveryRegion() async throws {
    let verifier = try await TestHops.verifier(
      peers: HopPeers(keys: try TestHops.keys("ind1"), verifiers: nil)
    )
    for region in ["ind1", "usa1"] {
      for _ in 0..<2 {
        let header = try TestHops.header(try TestHops.signature(from: region), by: "ind1")
        #expect(verifier.refusal(try TestHops.head(header)) == nil)
      }
    }
    let none = try await TestHops.verifier(peers: HopPeers(keys: nil, verifiers: nil))
    #expect(none.refusal(try TestHops.head(try TestHops.header(try TestHops.signature()))) == .unknownSender)
  }

  @Test func shortAndBrokenKeysAreRefusedByPosition() {
    #expect(throws: HopKeysError.tooShort(position: 2, bytes: 3)) { try HopKeys.parse("\(newer),AAAA") }
    #expect(throws: HopKeysError.notBase64(position: 1)) { try HopKeys.parse("not base64!,\(newer)") }
    #expect(throws: HopKeysError.tooShort(position: 1, bytes: 0)) { try HopKeys.parse("") }
    #expect(throws: HopKeysError.tooShort(position: 2, bytes: 0)) { try HopKeys.parse("\(newer),") }
    #expect(throws: HopKeysError.noRegion(position: 1)) { try HopVerifiers.parse(newer) }
    #expect(throws: HopKeysError.noRegion(position: 2)) {
      try HopVerifiers.parse("ind1:\(newer),IND1:\(newer)")
    }
    #expect(throws: HopKeysError.tooShort(position: 1, bytes: 3)) { try HopVerifiers.parse("ind1:AAAA") }
  }

  @Test func freshKeysAreAccepted() throws {
    #expect(throws: Never.self) { try HopKeys.parse("\(HopKeys.fresh()),\(HopKeys.fresh())") }
    #expect(HopKeys.fresh() != HopKeys.fresh())
  }

  @Test func keysDontShowThemselves() throws {
    let keys = try HopKeys.parse(newer)
    let verifiers = try HopVerifiers.parse("usa1:\(newer),ind1:\(older)")
    #expect("\(keys)" == "HopKeys(1)" && String(reflecting: keys) == "HopKeys(1)")
    #expect("\(verifiers)" == "HopVerifiers(ind1,usa1)")
    var dumped = ""
    dump(keys, to: &dumped)
    dump(verifiers, to: &dumped)
    #expect(!dumped.contains("state"))
  }
}

@Suite struct SeenHopsTests {
  private let now = TestHops.time

  @Test func idsAreKeptForAsLongAsTheyCouldComeBack() {
    var seen = SeenHops()
    for time in [now - 60, now, now + 60] {
      #expect(seen.accept(1, signedAt: time, now: now) == .new)
      #expect(seen.accept(1, signedAt: time, now: now) == .seen)
    }
    #expect(seen.accept(1, signedAt: now + 60, now: now + 120) == .seen)
    #expect(seen.accept(1, signedAt: now, now: now + 61) == .forgotten)
  }

  /// Whoever sends too many loses time, and wins no second try.
  @Test func aFullListForgetsTheOldestSecondForGood() {
    var seen = SeenHops(limit: 4)
    for (id, time) in [(1, now - 2), (2, now - 2), (3, now - 1), (4, now)] as [(UInt128, Int64)] {
      #expect(seen.accept(id, signedAt: time, now: now) == .new)
    }
    #expect(seen.accept(5, signedAt: now, now: now) == .new)
    #expect(seen.accept(1, signedAt: now - 2, now: now) == .forgotten)
    #expect(seen.accept(6, signedAt: now - 2, now: now) == .forgotten)
    #expect(seen.accept(3, signedAt: now - 1, now: now) == .seen)
    // A flood within one second is refused in that second and accepted in the next.
    for id in 10..<30 as Range<UInt128> { _ = seen.accept(id, signedAt: now, now: now) }
    #expect(seen.accept(30, signedAt: now, now: now) == .forgotten)
    #expect(seen.accept(30, signedAt: now + 1, now: now + 1) == .new)
  }
}
