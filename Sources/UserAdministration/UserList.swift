public import API
public import FoundationEssentials
public import JSON
import SystemPrimitives
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

/// A portal's own names of the members that describe its users.
public protocol UserNames: Sendable {
  /// The name of the id, such as `admin_user_id`.
  static var idMember: StaticString { get }
}

/// A page of `filter-users`.
public struct UserPage<Names: UserNames>: ResponseContent {
  private let page: Page<ListedUser>

  public init(_ page: Page<ListedUser>) {
    self.page = page
  }

  public static var members: [ResponseMember<UserPage>] {
    [
      .objects("items") { $0.page.rows.map(Item.init) },
      .cursor("next_cursor") { $0.page.nextCursor(\.cursor) },
    ]
  }

  private struct Item: ResponseContent {
    let user: ListedUser

    static var members: [ResponseMember<Item>] {
      [
        .uuid(Names.idMember, \.user.id),
        .string("email_address", is: "an e-mail address", \.user.emailAddress),
        .string("name", \.user.fullName),
        .choice("status", \.user.status),
        .time("created_at", \.user.createdAt),
        .strings("roles", is: "a role's name", \.user.roles),
      ]
    }
  }
}
