import API
import FoundationEssentials
import GlobalDatabase
import HTTP1
import HTTPTypes
import JSON
import PostgresClient
import Vocabulary

extension AdminPortal {
  /// `POST /admin/add-approved-domain`: people with addresses of this domain may sign up from now on.
  func addApprovedDomain(
    _ admin: Administrator,
    _ input: DomainChangeInput,
    _ call: Call
  ) async throws -> ApprovedDomain {
    let audit = DomainAudit(admin, input.reason, call)
    let added = try await global.withTransaction { transaction in
      let row = try await GlobalQueries(transaction).insertApprovedDomain(
        domainName: input.name.name,
        createdByAdminID: admin.id
      )
      guard let row else { throw Problem.alreadyApproved }
      let record = ApprovedDomainRecord(row, createdByEmail: admin.emailAddress)
      try await transaction.commit(executing: [audit.entry(.created, from: nil, to: record)])
      return record
    }
    return added.domain
  }
}

extension ApprovedDomainRecord {
  fileprivate init(_ row: InsertApprovedDomain.Row, createdByEmail: String) {
    self.init(
      id: row.domainID,
      createdBy: row.createdByAdminID,
      domain: ApprovedDomain(
        name: row.domainName,
        createdByEmail: createdByEmail,
        status: row.status,
        createdAt: row.createdAt,
        updatedAt: row.updatedAt
      )
    )
  }
}

extension Problem {
  static let alreadyApproved = Problem(
    .conflict,
    .alreadyApproved,
    "This domain is in the list already; a domain that is inactive can be enabled."
  )
  static let noSuchDomain = Problem(.notFound, .noSuchDomain, "This domain is not in the list.")
}
