import FoundationEssentials
public import NIOCore
import NIOFoundationEssentialsCompat

/// Reads a request body: one JSON object in UTF-8, whatever its Content-Type says.
public enum JSONBody {
  /// - Throws: a 400 `Problem` for an empty body, bad syntax, invalid UTF-8, anything after the object, or a value that is
  ///   not an object.
  public static func parse(_ body: ByteBuffer) throws(Problem) -> [String: JSONValue] {
    guard body.readableBytesView.contains(where: { !$0.isJSONWhitespace }) else {
      throw .malformedBody("The request body is empty; a JSON object is expected.")
    }
    // UTF-16 and UTF-32 begin with a brace and a zero (RFC 4627 §3); in UTF-8 no JSON holds one.
    guard !body.readableBytesView.contains(0) else {
      throw .malformedBody("The request body is not valid JSON in UTF-8.")
    }
    switch JSONScan.firstFlaw(in: body.readableBytesView) {
    case .tooDeep: throw .malformedBody("The request body is nested too deeply.")
    case .trailingComma: throw .malformedBody("The request body is not valid JSON: a comma ends a list.")
    case nil: break
    }
    let value: JSONValue
    do {
      value = try JSONDecoder().decode(JSONValue.self, from: Data(body.readableBytesView))
    } catch {
      throw .malformedBody("The request body is not valid JSON in UTF-8.")
    }
    guard case .object(let members) = value else {
      throw .malformedBody("The request body is not a JSON object.")
    }
    return members
  }
}

extension UInt8 {
  var isJSONWhitespace: Bool { self == 0x20 || self == 0x09 || self == 0x0A || self == 0x0D }
}
