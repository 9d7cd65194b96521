public import API
public import FoundationEssentials
public import Vocabulary

/// The body of `filter-users`: which users, and which page of them. Filters are combined with AND.
public struct UserListInput: RequestInput {
  /// The statuses that match; an unknown one matches nobody.
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
}

/// A user in a portal's list, with the portal's own members.
public protocol UserListItem: ResponseContent {
  var user: ListedUser { get }
}

extension UserListItem {
  /// The members that every portal shows.
  /// - Parameter idMember: the portal's name of the id, such as `admin_user_id`.
  public static func commonMembers(idMember: StaticString) -> [ResponseMember<Self>] {
    [
      .uuid(idMember, \.user.id),
      .string("email_address", is: "an e-mail address", \.user.emailAddress),
      .string("name", \.user.fullName),
      .choice("status", \.user.status),
      .time("created_at", \.user.createdAt),
      .strings("roles", is: "a role's name", \.user.roles),
    ]
  }
}

/// A page of `filter-users`.
public struct UserPage<Item: UserListItem>: ResponseContent {
  private let page: Page<Item>

  public init(_ page: Page<Item>) {
    self.page = page
  }

  public static var members: [ResponseMember<UserPage>] {
    [
      .objects("items") { Array($0.page.rows) },
      .cursor("next_cursor") { $0.page.nextCursor(\.user.cursor) },
    ]
  }
}
