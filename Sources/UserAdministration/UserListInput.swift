public import API
public import Vocabulary

/// The body of `filter-users`: which users, and which page of them. Filters are combined with AND.
public struct UserListInput: RequestInput {
  /// Which statuses match; an unknown one matches nobody.
  public enum StatusFilter: Sendable, Equatable {
    case any
    case only(UserStatus)
    case nobody
  }

  public let size: PageSize
  public let cursor: NewestFirstCursor?
  public let email: SearchText?
  public let name: SearchText?
  public let status: StatusFilter

  public init?(_ decoder: inout InputDecoder) {
    let size = decoder.pageSize("limit", excess: .cut)
    let cursor = decoder.cursor("cursor", as: NewestFirstCursor.self)
    let email = decoder.optional("filter_email", as: SearchText.self)
    let name = decoder.optional("filter_name", as: SearchText.self)
    let status = decoder.string("filter_status", default: "")
    guard let size, let cursor, let email, let name, let status else { return nil }
    self.size = size
    self.cursor = cursor
    self.email = email
    self.name = name
    self.status = status.isEmpty ? .any : UserStatus(rawValue: status).map(StatusFilter.only) ?? .nobody
  }
}
