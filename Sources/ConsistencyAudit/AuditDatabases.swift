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

  var globalQueries: GlobalQueries<PostgresPool> { GlobalQueries(global) }
  var regionalQueries: RegionalQueries<PostgresPool> { RegionalQueries(regional) }
}

/// A row's hash was made with a key that is not among those that are set.
public struct UnknownAddressKey: Error, CustomStringConvertible {
  let algorithm: String

  public var description: String {
    "Routing rows have hashes of \(algorithm): set EMAIL_HASH_KEYS as the API servers have it."
  }
}
