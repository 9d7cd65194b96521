/// A difference between the global database and a region that no saga will repair.
public struct AuditFinding: Sendable, Equatable, Codable {
  public enum Problem: String, Sendable, Equatable, Codable {
    /// A routing row whose home region has no record: an address, handle or domain that is taken and cannot be used.
    case routingWithoutRecord = "routing_without_record"
    /// A record without a routing row, which no login finds.
    case recordWithoutRouting = "record_without_routing"
    /// The routing row names another region than the one that has the record.
    case wrongHomeRegion = "wrong_home_region"
    /// The routing row's hash is not that of the record's address.
    case hashMismatch = "hash_mismatch"
    /// Both have a handle, and not the same.
    case handleMismatch = "handle_mismatch"
    /// Both have display names of a person, and not the same.
    case displayNameMismatch = "display_name_mismatch"
    case nameMismatch = "name_mismatch"
    case ownerMismatch = "owner_mismatch"
    /// The saga was not finished in time, and has not been undone.
    case expiredIntent = "expired_intent"
  }

  public let region: String
  public let problem: Problem
  /// `hub_user`, `employer`, …; for an expired intent the saga's kind.
  public let entity: String
  /// The entity's id, or a domain.
  public let id: String
  /// True once the problem has been repaired.
  public var isRepaired = false

  enum CodingKeys: String, CodingKey {
    case region, problem, entity, id
    case isRepaired = "is_repaired"
  }
}
