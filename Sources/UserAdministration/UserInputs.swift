public import API
public import FoundationEssentials
public import Vocabulary

/// The body of `invite-user`.
public struct InvitationInput: RequestInput {
  public let email: EmailAddress
  /// Nil: the inviter's language.
  public let mailLanguage: SupportedLanguage?

  public init?(_ decoder: inout InputDecoder) {
    let email = decoder.required("email_address", as: EmailAddress.self)
    let mailLanguage = decoder.optional("invite_email_language", as: SupportedLanguage.self)
    guard let email, let mailLanguage else { return nil }
    self.email = email
    self.mailLanguage = mailLanguage
  }
}

/// The response of `invite-user`.
public struct InvitationContent: ResponseContent {
  private let id: UUID
  private let expiresAt: Date?

  /// - Parameter expiresAt: nil if the invitation stands, but its row could not be read.
  public init(id: UUID, expiresAt: Date?) {
    self.id = id
    self.expiresAt = expiresAt
  }

  public static let members: [ResponseMember<InvitationContent>] = [
    .uuid("invitation_id", \.id),
    .optionalTime("expires_at", \.expiresAt),
  ]
}

/// The body of `disable-user` and `enable-user`.
public struct UserAddressInput: RequestInput {
  public let email: EmailAddress

  public init?(_ decoder: inout InputDecoder) {
    guard let email = decoder.required("email_address", as: EmailAddress.self) else { return nil }
    self.email = email
  }
}

/// A role of one portal; raw values are the databases' role names.
public protocol PortalRole: RawRepresentable, CaseIterable, StringParsable, Hashable
where RawValue == String {}

extension PortalRole {
  /// The access of users who have the role.
  public var access: Access { .role(rawValue) }

  public init(_ raw: String) throws(InvalidValue) {
    guard let role = Self(rawValue: raw) else {
      throw InvalidValue("must be one of the roles: " + Self.allCases.map(\.rawValue).joined(separator: ", "))
    }
    self = role
  }
}

/// The body of `assign-role` and `remove-role`.
public struct RoleInput<Role: PortalRole>: RequestInput {
  public let user: UUID
  public let role: Role

  public init?(_ decoder: inout InputDecoder) {
    let user = decoder.required("target_user_id", as: UserID.self)
    let role = decoder.required("role_name", as: Role.self)
    guard let user, let role else { return nil }
    self.user = user.uuid
    self.role = role
  }
}

/// A user's id as clients write it, in any letter case.
struct UserID: StringParsable {
  static let rule = StringRule.text("a UUID; letter case does not matter")

  let uuid: UUID

  init(_ raw: String) throws(InvalidValue) {
    guard let uuid = UUID(text: raw) else { throw InvalidValue("must be a UUID") }
    self.uuid = uuid
  }
}
