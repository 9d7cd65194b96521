import API
import FoundationEssentials
import GlobalDatabase
import HTTP1
import JSON
import PostgresClient
import SystemPrimitives
import Vocabulary

/// A domain in the list, as clients see it.
struct ApprovedDomain: ResponseContent {
  let name: String
  /// The address of the administrator who added it.
  let createdByEmail: String
  var status: ApprovedDomainStatus
  let createdAt: Date
  var updatedAt: Date

  static let members: [ResponseMember<ApprovedDomain>] = [
    .string("domain_name", is: "a domain name", \.name),
    .string("created_by_admin_email", is: "an e-mail address", \.createdByEmail),
    .choice("status", \.status),
    .time("created_at", \.createdAt),
    .time("updated_at", \.updatedAt),
  ]
}

/// The columns that every query of domains gives.
protocol ApprovedDomainRow {
  var domainName: String { get }
  var createdByAdminEmail: String { get }
  var status: ApprovedDomainStatus { get }
  var createdAt: Date { get }
  var updatedAt: Date { get }
}

extension FindApprovedDomain.Row: ApprovedDomainRow {}
extension LockApprovedDomain.Row: ApprovedDomainRow {}
extension GlobalDatabase.ListApprovedDomains.Row: ApprovedDomainRow {}
extension SearchApprovedDomains.Row: ApprovedDomainRow {}

extension ApprovedDomain {
  init(_ row: some ApprovedDomainRow) {
    self.init(
      name: row.domainName,
      createdByEmail: row.createdByAdminEmail,
      status: row.status,
      createdAt: row.createdAt,
      updatedAt: row.updatedAt
    )
  }
}

/// The domain's row, as the audit log keeps it.
struct ApprovedDomainRecord: Sendable {
  let id: UUID
  let createdBy: UUID
  var domain: ApprovedDomain

  var json: PostgresJSON {
    var json = JSONWriter()
    json.object {
      $0.member("domain_id", id.text)
      $0.member("domain_name", domain.name)
      $0.member("created_by_admin_id", createdBy.text)
      $0.member("status", domain.status.rawValue)
      $0.member("created_at", RFC3339.seconds(domain.createdAt))
      $0.member("updated_at", RFC3339.seconds(domain.updatedAt))
    }
    return PostgresJSON(text: String(decoding: json.bytes, as: UTF8.self))
  }
}

/// The administrator who changes a domain, the reason and the client: the columns that all entries of one request
/// share.
struct DomainAudit: Sendable {
  private static let longestUserAgent = 1024

  private let adminID: UUID
  private let reason: Reason
  private let address: PostgresInet?
  private let userAgent: String?
  private let requestID: String

  init(_ admin: Administrator, _ reason: Reason, _ call: Call) {
    adminID = admin.id
    self.reason = reason
    address = call.client.map { PostgresInet($0) }
    userAgent = call.inbound.headers.first("user-agent").map { header in
      String(header.unicodeScalars.prefix(Self.longestUserAgent))
    }
    requestID = call.inbound.id
  }

  /// The statement that writes it down; it runs in the transaction of the change.
  func entry(
    _ action: ApprovedDomainAction,
    from old: ApprovedDomainRecord?,
    to new: ApprovedDomainRecord
  ) -> PostgresQuery {
    InsertApprovedDomainAudit.query(
      adminID: adminID,
      action: action,
      targetDomainID: new.id,
      targetDomainName: new.domain.name,
      oldValue: old?.json,
      newValue: new.json,
      reason: reason.text,
      ipAddress: address,
      userAgent: userAgent,
      requestID: requestID,
      createdAt: new.domain.updatedAt
    )
  }
}
