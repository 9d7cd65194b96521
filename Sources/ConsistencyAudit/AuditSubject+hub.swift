import FoundationEssentials
import GlobalDatabase
import PostgresClient
import RegionalDatabase

extension AuditSubject {
  static func hubUsers(_ databases: AuditDatabases) -> AuditSubject {
    func routing(_ region: String?) -> Read {
      { first, limit in
        try await databases.globalQueries.auditHubUsers(
          first: UUID(auditKey: first),
          region: region,
          rowLimit: limit
        ).map {
          AuditRow(
            key: $0.hubUserGlobalID.auditKey,
            hash: $0.emailAddressHash,
            text: $0.handle,
            home: $0.homeRegion
          )
        }
      }
    }
    return AuditSubject(
      entity: "hub_user",
      text: .handleMismatch,
      routing: routing(databases.region),
      anyRouting: routing(nil),
      records: { first, limit in
        try await databases.regionalQueries.auditHubUsers(first: UUID(auditKey: first), rowLimit: limit).map {
          AuditRow(key: $0.hubUserGlobalID.auditKey, hash: $0.emailAddressHash, text: $0.handle)
        }
      }
    )
  }
}
