import FoundationEssentials
import GlobalDatabase
import PostgresClient
import RegionalDatabase

// Agencies: the tenants, their users and their domains.
extension AuditSubject {
  static func agencies(_ databases: AuditDatabases) -> AuditSubject {
    func routing(_ region: String?) -> Read {
      { first, limit in
        try await databases.globalQueries.auditAgencies(
          first: UUID(auditKey: first),
          region: region,
          rowLimit: limit
        )
        .map {
          AuditRow(key: $0.agencyID.auditKey, text: $0.agencyName, home: $0.region)
        }
      }
    }
    return AuditSubject(
      entity: "agency",
      text: .nameMismatch,
      isRecordOptional: true,
      routing: routing(databases.region),
      anyRouting: routing(nil),
      records: { first, limit in
        try await databases.regionalQueries.auditAgencies(first: UUID(auditKey: first), rowLimit: limit).map {
          AuditRow(key: $0.agencyID.auditKey, text: $0.agencyName)
        }
      }
    )
  }

  static func agencyUsers(_ databases: AuditDatabases) -> AuditSubject {
    func routing(_ region: String?) -> Read {
      { first, limit in
        try await databases.globalQueries.auditAgencyUsers(
          first: UUID(auditKey: first),
          region: region,
          rowLimit: limit
        )
        .map {
          AuditRow(
            key: $0.agencyUserID.auditKey,
            hash: $0.emailAddressHash,
            text: $0.agencyID.auditKey,
            home: $0.homeRegion
          )
        }
      }
    }
    return AuditSubject(
      entity: "agency_user",
      text: .ownerMismatch,
      routing: routing(databases.region),
      anyRouting: routing(nil),
      records: { first, limit in
        try await databases.regionalQueries.auditAgencyUsers(first: UUID(auditKey: first), rowLimit: limit)
          .map {
            AuditRow(key: $0.agencyUserID.auditKey, hash: $0.emailAddressHash, text: $0.agencyID.auditKey)
          }
      }
    )
  }

  static func agencyDomains(_ databases: AuditDatabases) -> AuditSubject {
    func routing(_ region: String?) -> Read {
      { first, limit in
        try await databases.globalQueries.auditAgencyDomains(
          first: first ?? "",
          region: region,
          rowLimit: limit
        )
        .map {
          AuditRow(key: $0.domain, text: $0.agencyID.auditKey, home: $0.region)
        }
      }
    }
    return AuditSubject(
      entity: "agency_domain",
      text: .ownerMismatch,
      routing: routing(databases.region),
      anyRouting: routing(nil),
      records: { first, limit in
        try await databases.regionalQueries.auditAgencyDomains(first: first ?? "", rowLimit: limit).map {
          AuditRow(key: $0.domain, text: $0.agencyID.auditKey)
        }
      }
    )
  }
}
