public import API
public import FoundationEssentials
public import Vocabulary

/// A role of one portal; raw values are the databases' role names.
public protocol PortalRole: RawRepresentable, CaseIterable, StringParsable, Hashable
where RawValue == String {}

extension PortalRole {
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
  let uuid: UUID

  init(_ raw: String) throws(InvalidValue) {
    guard let uuid = UUID(text: raw) else { throw InvalidValue("must be a UUID") }
    self.uuid = uuid
  }
}
