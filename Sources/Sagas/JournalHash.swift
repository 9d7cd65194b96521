public import FoundationEssentials
import Vocabulary

/// A hash in the journal: hexadecimal, as operators compare it with what psql shows.
public struct JournalHash: Codable, Sendable, Equatable {
  public let bytes: Data

  public init(_ bytes: Data) {
    self.bytes = bytes
  }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    guard let bytes = Hex.decode(try container.decode(String.self)) else {
      throw DecodingError.dataCorruptedError(in: container, debugDescription: "not hexadecimal")
    }
    self.bytes = Data(bytes)
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(Hex.encode(bytes))
  }
}
