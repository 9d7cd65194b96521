import API
import FoundationEssentials
import GlobalDatabase
import HTTPTypes
import PostgresClient
import Vocabulary

/// The change of status that an endpoint makes, and its name in the audit log.
struct DomainSwitch: Sendable {
  let status: ApprovedDomainStatus
  let action: ApprovedDomainAction

  static let disabling = DomainSwitch(status: .inactive, action: .disabled)
  static let enabling = DomainSwitch(status: .active, action: .enabled)
}

extension AdminPortal {
  /// `POST /admin/disable-approved-domain` and `/admin/enable-approved-domain`. Only new signups are affected.
  func switchApprovedDomain(
    _ wanted: DomainSwitch,
    _ admin: Administrator,
    _ input: DomainChangeInput,
    _ call: Call
  ) async throws -> ApprovedDomain {
    let audit = DomainAudit(admin, input.reason, call)
    let switched = try await global.withTransaction { transaction in
      let queries = GlobalQueries(transaction)
      guard let row = try await queries.lockApprovedDomain(domainName: input.name.name) else {
        throw Problem.noSuchDomain
      }
      let old = ApprovedDomainRecord(
        id: row.domainID,
        createdBy: row.createdByAdminID,
        domain: ApprovedDomain(row)
      )
      guard let change = try await queries.switchApprovedDomain(status: wanted.status, domainID: old.id)
      else {
        throw Problem.domainStatusUnchanged
      }
      var new = old
      new.domain.status = wanted.status
      new.domain.updatedAt = change.updatedAt
      try await transaction.commit(executing: [audit.entry(wanted.action, from: old, to: new)])
      return new
    }
    return switched.domain
  }
}

extension Problem {
  static let domainStatusUnchanged = Problem(
    .unprocessableContent,
    .statusUnchanged,
    "The domain is in this status already."
  )
}

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

/// The body of the three endpoints that change the list.
struct DomainChangeInput: RequestInput {
  let name: DomainName
  let reason: Reason

  init?(_ decoder: inout InputDecoder) {
    let name = decoder.required("domain_name", as: DomainName.self)
    let reason = decoder.required("reason", as: Reason.self)
    guard let name, let reason else { return nil }
    self.name = name
    self.reason = reason
  }
}
