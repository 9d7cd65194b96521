import FoundationEssentials

/// How one kind of tenant, its users and its domains are read; what they are called.
struct TenantAudit: Sendable {
  typealias ReadIDs<Row> = @Sendable (_ first: UUID, _ region: String?, _ limit: Int32) async throws -> [Row]

  let tenant: String
  let user: String
  let domain: String
  let routedTenants: ReadIDs<AuditRow>
  let routedUsers: ReadIDs<AuditRow>
  let routedDomains: @Sendable (_ first: String, _ region: String?, _ limit: Int32) async throws -> [AuditRow]
  let recordedTenants: @Sendable (_ first: UUID, _ limit: Int32) async throws -> [AuditRow]
  let recordedUsers: @Sendable (_ first: UUID, _ limit: Int32) async throws -> [AuditRow]
  let recordedDomains: @Sendable (_ first: String, _ limit: Int32) async throws -> [AuditRow]

  func subjects(_ region: String) -> [AuditSubject] {
    [
      AuditSubject(
        entity: tenant,
        text: .nameMismatch,
        isRecordOptional: true,
        routing: { try await routedTenants(UUID(auditKey: $0), region, $1) },
        anyRouting: { try await routedTenants(UUID(auditKey: $0), nil, $1) },
        records: { try await recordedTenants(UUID(auditKey: $0), $1) }
      ),
      AuditSubject(
        entity: user,
        text: .ownerMismatch,
        routing: { try await routedUsers(UUID(auditKey: $0), region, $1) },
        anyRouting: { try await routedUsers(UUID(auditKey: $0), nil, $1) },
        records: { try await recordedUsers(UUID(auditKey: $0), $1) }
      ),
      AuditSubject(
        entity: domain,
        text: .ownerMismatch,
        routing: { try await routedDomains($0 ?? "", region, $1) },
        anyRouting: { try await routedDomains($0 ?? "", nil, $1) },
        records: { try await recordedDomains($0 ?? "", $1) }
      ),
    ]
  }
}
