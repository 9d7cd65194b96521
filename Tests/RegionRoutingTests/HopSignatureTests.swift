import HTTP1
import Testing
import Vocabulary

@testable import RegionRouting

@Suite struct HopSignatureTests {
  static let time: Int64 = 1_800_000_000
  let newer = "bmV3ZXIgbmV3ZXIgbmV3ZXIgbmV3ZXIgbmV3ZXIgbmV3ZXI="
  let older = "b2xkZXIgb2xkZXIgb2xkZXIgb2xkZXIgb2xkZXIgb2xkZXI="

  private func signature(id: String = "req-1") throws -> HopSignature {
    HopSignature(from: try #require(RegionCode(rawValue: "ind1")), time: Self.time, requestID: id)
  }

  private func header(_ keys: HopKeys, id: String = "req-1") throws -> String {
    keys.sign(try signature(id: id), purpose: .forward, method: "GET", path: "/hub/myinfo?a=1")
  }

  @Test func genuineIsAccepted() throws {
    let keys = try HopKeys.parse(newer)
    let verified = try keys.verify(
      try header(keys),
      purpose: .forward,
      method: "GET",
      path: "/hub/myinfo?a=1",
      now: Self.time
    )
    #expect(try verified == signature())
  }

  /// RFC 2104 with SHA-256, computed independently:
  /// `printf 'vetchium-hop-1\nforward\nind1\n1800000000\nreq-1\nGET\n/hub/myinfo?a=1' | openssl dgst -sha256 -hmac …`
  @Test func hasTheDocumentedForm() throws {
    let text = try header(try HopKeys.parse(newer))
    #expect(text.hasPrefix("v1;from=ind1;time=1800000000;id=req-1;mac="))
    #expect(text.hasSuffix("mac=6a112f0867cab1b58ae2fe761cff0fa643ddf4c9f907ac026b110e9759fea2d0"))
  }

  @Test(arguments: [
    ("POST", "/hub/myinfo?a=1", HopPurpose.forward),
    ("GET", "/hub/myinfo?a=2", .forward),
    ("GET", "/hub/myinfo", .forward),
    ("GET", "/hub/myinfo?a=1", .recover),
  ])
  func ofAnotherRequestIsForged(method: String, path: String, purpose: HopPurpose) throws {
    let keys = try HopKeys.parse(newer)
    let header = try header(keys)
    #expect(throws: HopSignatureError.forged) {
      try keys.verify(header, purpose: purpose, method: method, path: path, now: Self.time)
    }
  }

  @Test(arguments: [(-61, false), (-60, true), (0, true), (60, true), (61, false), (1 << 40, false)])
  func ageIsLimitedBothWays(skew: Int64, isAccepted: Bool) throws {
    let keys = try HopKeys.parse(newer)
    let header = try header(keys)
    let verify = {
      try keys.verify(
        header,
        purpose: .forward,
        method: "GET",
        path: "/hub/myinfo?a=1",
        now: Self.time + skew
      )
    }
    if isAccepted {
      #expect(throws: Never.self) { try verify() }
    } else {
      #expect(throws: HopSignatureError.expired) { try verify() }
    }
  }

  @Test func keysRotate() throws {
    let before = try HopKeys.parse(older)
    let during = try HopKeys.parse("\(newer), \(older)")
    let after = try HopKeys.parse(newer)
    func verify(_ keys: HopKeys, _ header: String) throws {
      _ = try keys.verify(
        header,
        purpose: .forward,
        method: "GET",
        path: "/hub/myinfo?a=1",
        now: Self.time
      )
    }
    #expect(throws: Never.self) { try verify(during, try header(before)) }
    #expect(throws: Never.self) { try verify(after, try header(during)) }
    #expect(throws: HopSignatureError.forged) { try verify(after, try header(before)) }
  }

  @Test func anyChangedByteIsRefused() throws {
    let keys = try HopKeys.parse(newer)
    let genuine = Array(try header(keys).utf8)
    for index in genuine.indices {
      var changed = genuine
      changed[index] ^= 1
      let text = String(decoding: changed, as: UTF8.self)
      #expect(throws: HopSignatureError.self, "\(text)") {
        try keys.verify(
          text,
          purpose: .forward,
          method: "GET",
          path: "/hub/myinfo?a=1",
          now: Self.time
        )
      }
    }
  }

  @Test(arguments: [
    "", "v1", "v2;from=ind1;time=1;id=a;mac=00", "v1;from=IND1;time=1;id=a;mac=00",
    "v1;from=ind1;time=-1;id=a;mac=", "v1;from=ind1;time=9999999999999;id=a;mac=",
    "v1;from=ind1;time=1;id=;mac=", "v1;from=ind1;time=1;id=a b;mac=", "v1;time=1;from=ind1;id=a;mac=",
  ])
  func otherTextIsMalformed(_ text: String) throws {
    let keys = try HopKeys.parse(newer)
    #expect(throws: HopSignatureError.malformed) {
      try keys.verify(text, purpose: .forward, method: "GET", path: "/", now: Self.time)
    }
  }

  @Test func shortAndBrokenKeysAreRefusedByPosition() {
    #expect(throws: HopKeysError.tooShort(position: 2, bytes: 3)) { try HopKeys.parse("\(newer),AAAA") }
    #expect(throws: HopKeysError.notBase64(position: 1)) { try HopKeys.parse("not base64!,\(newer)") }
    #expect(throws: HopKeysError.tooShort(position: 1, bytes: 0)) { try HopKeys.parse("") }
    #expect(throws: HopKeysError.tooShort(position: 2, bytes: 0)) { try HopKeys.parse("\(newer),") }
  }

  @Test func keysDontShowThemselves() throws {
    let keys = try HopKeys.parse(newer)
    #expect("\(keys)" == "HopKeys(1)")
    #expect(String(reflecting: keys) == "HopKeys(1)")
    var dumped = ""
    dump(keys, to: &dumped)
    #expect(!dumped.contains("state"))
  }
}

extension HopKeys {
  /// Checks a header that is there.
  fileprivate func verify(
    _ header: String,
    purpose: HopPurpose,
    method: String,
    path: String,
    now: Int64
  ) throws(HopSignatureError) -> HopSignature? {
    try verify(["Vetchium-Hop": header], purpose: purpose, method: method, path: path, now: now)
  }
}
