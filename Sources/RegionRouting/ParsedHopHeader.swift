import ServiceKit
import Vocabulary

/// The fields of a `Vetchium-Hop` header: `v1;from=ind1;time=1760000000;id=…;mac=<64 hexadecimal digits>`.
/// Exactly these, exactly in this order: the only writer is `HopKeys.sign`.
struct ParsedHopHeader {
  let signature: HopSignature
  let mac: [UInt8]

  init(_ header: String) throws(HopSignatureError) {
    // By bytes: splitting by characters would look for grapheme boundaries in every request between regions.
    let parts = header.utf8.split(separator: UInt8(ascii: ";"), omittingEmptySubsequences: false)
    guard parts.count == 5, parts[0].elementsEqual("v1".utf8),
      let from = Self.value(of: "from=", in: parts[1]).flatMap({ RegionCode(rawValue: String($0)) }),
      let timeText = Self.value(of: "time=", in: parts[2]), timeText.utf8.count <= 12,
      timeText.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }),
      let time = Int64(timeText),
      let requestID = Self.value(of: "id=", in: parts[3]).map(String.init),
      RequestID.isAcceptable(requestID),
      let mac = Self.value(of: "mac=", in: parts[4]).flatMap(Hex.decode), mac.count == 32
    else { throw .malformed }
    self.signature = HopSignature(from: from, time: time, requestID: requestID)
    self.mac = mac
  }

  private static func value(of key: String, in part: Substring.UTF8View) -> Substring? {
    part.starts(with: key.utf8) ? Substring(part.dropFirst(key.utf8.count)) : nil
  }
}
