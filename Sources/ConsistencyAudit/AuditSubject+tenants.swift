import FoundationEssentials
import PostgresClient
import SharedQueries
import Vocabulary

extension AuditSubject {
  /// One kind of tenant, its users and its domains.
  /// - Parameters:
  ///   - tenant: what findings call a tenant; its domain is `<tenant>_domain`
  ///   - user: what findings call a user
  ///   - routing: the global tables
  ///   - records: the tables of the region
  static func tenants(
    _ databases: AuditDatabases,
    _ tenant: String,
    user: String,
    routing: any (AuditedTenantRouting & TenantRoutingTables).Type,
    records: any AuditedTenantRecords.Type
  ) -> [AuditSubject] {
    func tenantRouting(_ region: String?) -> Read {
      { first, limit in
        try await routing.auditTenantRouting(
          databases.global,
          first: UUID(auditKey: first),
          region: region,
          rowLimit: limit
        ).map { AuditRow(key: $0.tenantID.auditKey, text: $0.tenantName, home: $0.region) }
      }
    }
    func userRouting(_ region: String?) -> Read {
      { first, limit in
        try await routing.auditUserRouting(
          databases.global,
          first: UUID(auditKey: first),
          region: region,
          rowLimit: limit
        ).map {
          AuditRow(
            key: $0.userID.auditKey,
            hash: try databases.hash($0.emailAddressHash, $0.hashingAlgorithm),
            text: $0.tenantID.auditKey,
            home: $0.region
          )
        }
      }
    }
    func domainRouting(_ region: String?) -> Read {
      { first, limit in
        try await routing.auditDomainRouting(
          databases.global,
          first: first ?? "",
          region: region,
          rowLimit: limit
        ).map { AuditRow(key: $0.domain, text: $0.tenantID.auditKey, home: $0.region) }
      }
    }
    return [
      AuditSubject(
        entity: tenant,
        text: .nameMismatch,
        hasOtherRecords: { key in
          try await records.hasTenantRecords(databases.regional, tenantID: UUID(auditKey: key))?.hasRecords
            ?? false
        },
        routing: tenantRouting(databases.region),
        anyRouting: tenantRouting(nil),
        records: { first, limit in
          try await records.auditTenantRecords(
            databases.regional,
            first: UUID(auditKey: first),
            rowLimit: limit
          ).map { AuditRow(key: $0.tenantID.auditKey, text: $0.tenantName) }
        },
        repair: AuditRepair(
          restore: { record in
            try await routing.insertTenantRouting(
              databases.global,
              tenantID: UUID(auditKey: record.key),
              tenantName: record.text,
              region: databases.region
            )
            return true
          },
          release: { global in
            try await routing.releaseTenantRouting(
              databases.global,
              tenantID: UUID(auditKey: global.key),
              homeRegion: databases.region
            ) == 1
          }
        )
      ),
      AuditSubject(
        entity: user,
        text: .ownerMismatch,
        routing: userRouting(databases.region),
        anyRouting: userRouting(nil),
        records: { first, limit in
          try await records.auditUserRecords(
            databases.regional,
            first: UUID(auditKey: first),
            rowLimit: limit
          ).map {
            AuditRow(key: $0.userID.auditKey, address: $0.emailAddress, text: $0.tenantID.auditKey)
          }
        },
        repair: AuditRepair(
          restore: { record in
            guard let address = record.address else { return false }
            let hash = databases.addresses.hash(stored: address)
            try await routing.insertUserRouting(
              databases.global,
              userID: UUID(auditKey: record.key),
              emailAddressHash: hash.bytes,
              hashingAlgorithm: hash.algorithm,
              tenantID: UUID(auditKey: record.text),
              homeRegion: databases.region
            )
            return true
          },
          release: { global in
            guard let found = global.hash?.bytes else { return false }
            return try await routing.releaseUserRouting(
              databases.global,
              userID: UUID(auditKey: global.key),
              foundHash: found,
              homeRegion: databases.region
            ) == 1
          }
        )
      ),
      AuditSubject(
        entity: "\(tenant)_domain",
        text: .ownerMismatch,
        routing: domainRouting(databases.region),
        anyRouting: domainRouting(nil),
        records: { first, limit in
          try await records.auditDomainRecords(databases.regional, first: first ?? "", rowLimit: limit)
            .map { AuditRow(key: $0.domain, text: $0.tenantID.auditKey) }
        },
        repair: AuditRepair(
          restore: { record in
            try await routing.insertDomainRouting(
              databases.global,
              domain: record.key,
              region: databases.region,
              tenantID: UUID(auditKey: record.text)
            )
            return true
          },
          release: { global in
            try await routing.deleteDomainRouting(
              databases.global,
              domain: global.key,
              tenantID: UUID(auditKey: global.text)
            ) == 1
          }
        )
      ),
    ]
  }
}
