import FoundationEssentials
import GlobalDatabase
import PostgresClient
import RegionalDatabase

// Employers: the tenants, their users and their domains.
extension AuditSubject {
  static func employers(_ databases: AuditDatabases) -> AuditSubject {
    func routing(_ region: String?) -> Read {
      { first, limit in
        try await databases.globalQueries.auditEmployers(
          first: UUID(auditKey: first),
          region: region,
          rowLimit: limit
        )
        .map {
          AuditRow(key: $0.employerID.auditKey, text: $0.employerName, home: $0.region)
        }
      }
    }
    return AuditSubject(
      entity: "employer",
      text: .nameMismatch,
      isRecordOptional: true,
      routing: routing(databases.region),
      anyRouting: routing(nil),
      records: { first, limit in
        try await databases.regionalQueries.auditEmployers(first: UUID(auditKey: first), rowLimit: limit).map
        {
          AuditRow(key: $0.employerID.auditKey, text: $0.employerName)
        }
      }
    )
  }

  static func orgUsers(_ databases: AuditDatabases) -> AuditSubject {
    func routing(_ region: String?) -> Read {
      { first, limit in
        try await databases.globalQueries.auditOrgUsers(
          first: UUID(auditKey: first),
          region: region,
          rowLimit: limit
        )
        .map {
          AuditRow(
            key: $0.orgUserID.auditKey,
            hash: $0.emailAddressHash,
            text: $0.employerID.auditKey,
            home: $0.homeRegion
          )
        }
      }
    }
    return AuditSubject(
      entity: "org_user",
      text: .ownerMismatch,
      routing: routing(databases.region),
      anyRouting: routing(nil),
      records: { first, limit in
        try await databases.regionalQueries.auditOrgUsers(first: UUID(auditKey: first), rowLimit: limit).map {
          AuditRow(key: $0.orgUserID.auditKey, hash: $0.emailAddressHash, text: $0.employerID.auditKey)
        }
      }
    )
  }

  static func employerDomains(_ databases: AuditDatabases) -> AuditSubject {
    func routing(_ region: String?) -> Read {
      { first, limit in
        try await databases.globalQueries.auditEmployerDomains(
          first: first ?? "",
          region: region,
          rowLimit: limit
        )
        .map {
          AuditRow(key: $0.domain, text: $0.employerID.auditKey, home: $0.region)
        }
      }
    }
    return AuditSubject(
      entity: "employer_domain",
      text: .ownerMismatch,
      routing: routing(databases.region),
      anyRouting: routing(nil),
      records: { first, limit in
        try await databases.regionalQueries.auditEmployerDomains(first: first ?? "", rowLimit: limit).map {
          AuditRow(key: $0.domain, text: $0.employerID.auditKey)
        }
      }
    )
  }
}
