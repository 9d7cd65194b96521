public import Sagas

/// A kind of tenant as a type: the journal knows an operation by the name of its kind, and its undo by a type.
protocol TenantType: Sendable {
  static var kind: TenantKind { get }
}

enum OrgTenant: TenantType {
  static var kind: TenantKind { .org }
}

enum AgencyTenant: TenantType {
  static var kind: TenantKind { .agency }
}

extension TenantPortal {
  /// The portals' operations across databases, for recovery.
  public static let sagaUndos: [any SagaUndo.Type] = undos(OrgTenant.self) + undos(AgencyTenant.self)

  private static func undos<Tenant: TenantType>(_: Tenant.Type) -> [any SagaUndo.Type] {
    [
      InitSignupUndo<Tenant>.self, TenantSignupUndo<Tenant>.self, InvitationUndo<Tenant>.self,
      DomainClaimUndo<Tenant>.self,
    ]
  }

  /// Runs a body that is generic over the type of the portal's tenants.
  func withTenantType<Result>(_ body: (any TenantType.Type) async throws -> Result) async throws -> Result {
    switch kind.id {
    case .org: try await body(OrgTenant.self)
    case .agency: try await body(AgencyTenant.self)
    }
  }
}
