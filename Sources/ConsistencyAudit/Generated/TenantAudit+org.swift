// Expanded from db/templates/TenantAudit.swift.template; edit that and run `make generate`.

import GlobalDatabase
import PostgresClient
import RegionalDatabase

// The audit's queries of one kind of tenant.

extension TenantAudit {
  static func org(_ databases: AuditDatabases) -> TenantAudit {
    let (global, regional) = (databases.globalQueries, databases.regionalQueries)
    return TenantAudit(
      tenant: "employer",
      user: "org_user",
      domain: "employer_domain",
      routedTenants: {
        try await global.auditOrgTenants(first: $0, region: $1, rowLimit: $2).map {
          AuditRow(key: $0.tenantID.auditKey, text: $0.tenantName, home: $0.region)
        }
      },
      routedUsers: {
        try await global.auditOrgUsers(first: $0, region: $1, rowLimit: $2).map {
          AuditRow(
            key: $0.userID.auditKey,
            hash: $0.emailAddressHash,
            text: $0.tenantID.auditKey,
            home: $0.region
          )
        }
      },
      routedDomains: {
        try await global.auditOrgDomains(first: $0, region: $1, rowLimit: $2).map {
          AuditRow(key: $0.domain, text: $0.tenantID.auditKey, home: $0.region)
        }
      },
      recordedTenants: {
        try await regional.auditOrgTenants(first: $0, rowLimit: $1).map {
          AuditRow(key: $0.tenantID.auditKey, text: $0.tenantName)
        }
      },
      recordedUsers: {
        try await regional.auditOrgUsers(first: $0, rowLimit: $1).map {
          AuditRow(key: $0.userID.auditKey, hash: $0.emailAddressHash, text: $0.tenantID.auditKey)
        }
      },
      recordedDomains: {
        try await regional.auditOrgDomains(first: $0, rowLimit: $1).map {
          AuditRow(key: $0.domain, text: $0.tenantID.auditKey)
        }
      }
    )
  }
}
