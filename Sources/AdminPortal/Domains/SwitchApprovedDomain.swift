import API
import FoundationEssentials
import GlobalDatabase
import HTTP1
import HTTPTypes
import JSON
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
