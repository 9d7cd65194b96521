import GlobalDatabase
import PostgresClient
import RegionalDatabase

// The generated queries of both kinds of tenant, from one template each: their rows have the same members and no type in common.

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
