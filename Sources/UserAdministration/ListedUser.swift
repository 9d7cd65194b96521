public import FoundationEssentials
public import ServiceKit
import SystemPrimitives
public import Vocabulary

/// A user as `filter-users` shows them.
public struct ListedUser: Sendable {
  public let id: UUID
  public let emailAddress: String
  /// Empty when there is none.
  public let fullName: String
  public let status: UserStatus
  public let createdAt: Date
  /// Ascending.
  public let roles: [String]

  public init(
    id: UUID,
    emailAddress: String,
    fullName: String,
    status: UserStatus,
    createdAt: Date,
    roles: [String]
  ) {
    self.id = id
    self.emailAddress = emailAddress
    self.fullName = fullName
    self.status = status
    self.createdAt = createdAt
    self.roles = roles
  }

  public var cursor: NewestFirstCursor { NewestFirstCursor(createdAt: createdAt, id: id) }

  /// The members that every portal shows.
  /// - Parameter idMember: what the portal calls the id.
  public func write(to json: inout JSONWriter, idMember: StaticString) {
    json.member(idMember, id.text)
    json.member("email_address", emailAddress)
    json.member("name", fullName)
    json.member("status", status.rawValue)
    json.member("created_at", RFC3339.seconds(createdAt))
    json.member("roles", roles)
  }
}
