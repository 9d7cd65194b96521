public import FoundationEssentials
import SystemPrimitives
import Vocabulary

/// The place in a list ordered by time of creation, newest first, then by id, largest first: `<time>|<id>`.
///
/// The time has all the digits that PostgreSQL has, so rows of one second are neither lost nor repeated.
public struct NewestFirstCursor: PageCursor, Equatable {
  public let createdAt: Date
  public let id: UUID

  public init(createdAt: Date, id: UUID) {
    self.createdAt = createdAt
    self.id = id
  }

  public init?(text: String) {
    let parts = text.split(separator: "|", omittingEmptySubsequences: false)
    guard parts.count == 2, let createdAt = RFC3339.parse(microseconds: String(parts[0])),
      let id = UUID(text: String(parts[1]))
    else { return nil }
    self.init(createdAt: createdAt, id: id)
  }

  public var text: String { "\(RFC3339.microseconds(createdAt))|\(id.text)" }
}
