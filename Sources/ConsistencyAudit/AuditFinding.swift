/// A difference between the global database and a region that no saga will mend.
public struct AuditFinding: Sendable, Equatable, Codable {
  public enum Problem: String, Sendable, Equatable, Codable {
    /// A routing row whose home region has nothing: an address, handle or domain that nobody can use.
    case routingWithoutRecord = "routing_without_record"
    /// A record that cannot be found: nobody can log in to it.
    case recordWithoutRouting = "record_without_routing"
    /// The routing row names another region than the one that has the record.
    case wrongHomeRegion = "wrong_home_region"
    /// The routing row's hash is not that of the record's address.
    case hashMismatch = "hash_mismatch"
    /// Both have one, and not the same.
    case handleMismatch = "handle_mismatch"
    case nameMismatch = "name_mismatch"
    case ownerMismatch = "owner_mismatch"
    /// Nobody finished the saga in time, and nobody has undone it.
    case expiredIntent = "expired_intent"
  }

  public let region: String
  public let problem: Problem
  /// `hub_user`, `employer`, …; for an expired intent the saga's kind.
  public let entity: String
  /// An id or a domain.
  public let id: String
  /// Whether the problem was put right.
  public var isRepaired = false

  enum CodingKeys: String, CodingKey {
    case region, problem, entity, id
    case isRepaired = "is_repaired"
  }
}
