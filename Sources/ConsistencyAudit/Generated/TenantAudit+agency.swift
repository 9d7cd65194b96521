// Expanded from db/templates/TenantAudit.swift.template; edit that and run `make generate`.

import GlobalDatabase
import PostgresClient
import RegionalDatabase

// The audit's queries of one kind of tenant.

extension TenantAudit {
  static func agency(_ databases: AuditDatabases) -> TenantAudit {
    let (global, regional) = (databases.globalQueries, databases.regionalQueries)
    return TenantAudit(
      tenant: "agency",
      user: "agency_user",
      domain: "agency_domain",
      routedTenants: {
        try await global.auditAgencyTenants(first: $0, region: $1, rowLimit: $2).map {
          AuditRow(key: $0.tenantID.auditKey, text: $0.tenantName, home: $0.region)
        }
      },
      routedUsers: {
        try await global.auditAgencyUsers(first: $0, region: $1, rowLimit: $2).map {
          AuditRow(
            key: $0.userID.auditKey,
            hash: $0.emailAddressHash,
            text: $0.tenantID.auditKey,
            home: $0.region
          )
        }
      },
      routedDomains: {
        try await global.auditAgencyDomains(first: $0, region: $1, rowLimit: $2).map {
          AuditRow(key: $0.domain, text: $0.tenantID.auditKey, home: $0.region)
        }
      },
      recordedTenants: {
        try await regional.auditAgencyTenants(first: $0, rowLimit: $1).map {
          AuditRow(key: $0.tenantID.auditKey, text: $0.tenantName)
        }
      },
      recordedUsers: {
        try await regional.auditAgencyUsers(first: $0, rowLimit: $1).map {
          AuditRow(key: $0.userID.auditKey, hash: $0.emailAddressHash, text: $0.tenantID.auditKey)
        }
      },
      recordedDomains: {
        try await regional.auditAgencyDomains(first: $0, rowLimit: $1).map {
          AuditRow(key: $0.domain, text: $0.tenantID.auditKey)
        }
      }
    )
  }
}
