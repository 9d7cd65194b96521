import API
import FoundationEssentials
import GlobalDatabase
import HTTP1
import PostgresClient
import SystemPrimitives

/// Who changes a domain, why and from where: what the entries of one request have in common.
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
