import Sagas

/// A kind of tenant as a type: the journal knows an operation by the name of its kind, and its undo by a type.
protocol TenantType: JournaledTenant {
  static var kind: TenantKind { get }
}

extension OrgTenant: TenantType {
  static var kind: TenantKind { .org }
}

extension AgencyTenant: TenantType {
  static var kind: TenantKind { .agency }
}

extension TenantPortal {
  /// Runs a body that is generic over the type of the portal's tenants.
  func withTenantType<Result>(_ body: (any TenantType.Type) async throws -> Result) async throws -> Result {
    switch kind.id {
    case .org: try await body(OrgTenant.self)
    case .agency: try await body(AgencyTenant.self)
    }
  }
}
