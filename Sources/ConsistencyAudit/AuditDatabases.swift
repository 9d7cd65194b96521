public import FoundationEssentials
import GlobalDatabase
public import PostgresClient
import RegionalDatabase
public import Vocabulary

/// The global database and one region's, both with rights to read everything; for repairs also to write.
public struct AuditDatabases: Sendable {
  public let region: String
  public let global: PostgresPool
  public let regional: PostgresPool
  /// The keys that the services have.
  public let addresses: AddressHasher

  /// - Parameter region: the code of the region.
  public init(region: String, global: PostgresPool, regional: PostgresPool, addresses: AddressHasher) {
    self.region = region
    self.global = global
    self.regional = regional
    self.addresses = addresses
  }

  /// A routing row's hash.
  /// - Throws: `UnknownAddressKey` if nothing can be compared with it.
  func hash(_ bytes: Data, _ algorithm: String) throws(UnknownAddressKey) -> AddressHash {
    guard addresses.knows(algorithm) else { throw UnknownAddressKey(algorithm: algorithm) }
    return AddressHash(bytes: bytes, algorithm: algorithm)
  }

  /// The hash of a person's display names as the region's query makes it, from those of the global database. What is
  /// not what a key has sealed for its place stays as it is, so that it agrees with no name.
  ///
  /// - Parameter lines: for each name its language, whether it is preferred, and the name, sealed or in the clear.
  /// - Throws: `UnknownAddressKey` if a name cannot be read.
  func namesHash(_ lines: String, of user: UUID) throws(UnknownAddressKey) -> Data {
    var opened: [String] = []
    for line in lines.split(separator: "\n", omittingEmptySubsequences: false) {
      let parts = line.split(separator: " ", maxSplits: 2, omittingEmptySubsequences: false)
      guard parts.count == 3 else {
        opened.append(String(line))
        continue
      }
      let place = DisplayNameSealer.Place(user: user, language: String(parts[0]))
      switch addresses.names.read(String(parts[2]), for: place) {
      case .name(let name): opened.append("\(parts[0]) \(parts[1]) \(name)")
      case .forged: opened.append(String(line))
      case .unknownKey(let algorithm): throw UnknownAddressKey(algorithm: algorithm)
      }
    }
    return SHA256.hash(opened.joined(separator: "\n").utf8)
  }

  var globalQueries: GlobalQueries<PostgresPool> { GlobalQueries(global) }
  var regionalQueries: RegionalQueries<PostgresPool> { RegionalQueries(regional) }
}

/// A row's hash or name was made with a key that is not among those that are set.
public struct UnknownAddressKey: Error, CustomStringConvertible {
  let algorithm: String

  public var description: String {
    "Routing rows have hashes of \(algorithm): set EMAIL_HASH_KEYS as the API servers have it."
  }
}
