public import ServiceKit
public import Vocabulary

/// The body of `filter-users`: which users, and which page of them. Filters are combined with AND.
public struct UserListInput: RequestInput {
  /// Which statuses match; an unknown one matches nobody.
  public enum StatusFilter: Sendable, Equatable {
    case any
    case only(UserStatus)
    case nobody

    /// The status that matches; nil for any, and for none at all.
    public var only: UserStatus? { if case .only(let status) = self { status } else { nil } }
  }

  public let size: PageSize
  public let cursor: NewestFirstCursor?
  public let email: SearchText?
  public let name: SearchText?
  public let status: StatusFilter

  public init?(_ form: inout Form) {
    let size = form.pageSize("limit", excess: .cut)
    let cursor = form.cursor("cursor", as: NewestFirstCursor.self)
    let email = form.optional("filter_email", as: SearchText.self)
    let name = form.optional("filter_name", as: SearchText.self)
    let status = form.string("filter_status", default: "")
    guard let size, let cursor, let email, let name, let status else { return nil }
    self.size = size
    self.cursor = cursor
    self.email = email
    self.name = name
    self.status = status.isEmpty ? .any : UserStatus(rawValue: status).map(StatusFilter.only) ?? .nobody
  }
}
