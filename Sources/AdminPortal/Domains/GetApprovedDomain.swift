import API
import FoundationEssentials
import GlobalDatabase
import PostgresClient
import SystemPrimitives
import Vocabulary

/// The body of `get-approved-domain`.
struct DomainDetailsInput: RequestInput {
  let name: DomainName
  let size: PageSize
  let cursor: NewestFirstCursor?

  init?(_ decoder: inout InputDecoder) {
    let name = decoder.required("domain_name", as: DomainName.self)
    let size = decoder.pageSize("audit_limit", excess: .refused)
    let cursor = decoder.cursor("audit_cursor", as: NewestFirstCursor.self)
    guard let name, let size, let cursor else { return nil }
    self.name = name
    self.size = size
    self.cursor = cursor
  }
}

extension AdminPortal {
  /// `POST /admin/get-approved-domain`: a domain in any status, and a page of its audit log.
  func getApprovedDomain(_: Administrator, _ input: DomainDetailsInput, _: Call) async throws -> DomainDetails
  {
    guard let row = try await queries.findApprovedDomain(domainName: input.name.name) else {
      throw Problem.noSuchDomain
    }
    let entries = try await queries.listApprovedDomainAudits(
      domainID: row.domainID,
      afterCreatedAt: input.cursor?.createdAt,
      afterAuditID: input.cursor?.id,
      rowCount: input.size.rowsToRead
    )
    let page = Page(entries, input.size)
    return DomainDetails(domain: ApprovedDomain(row), audits: page)
  }
}

/// A domain and a page of its audit log.
struct DomainDetails: ResponseContent {
  let domain: ApprovedDomain
  let audits: Page<ListApprovedDomainAudits.Row>

  static let members: [ResponseMember<DomainDetails>] = [
    .object("domain", \.domain),
    .objects("audit_logs") { $0.audits.rows.map(DomainAuditEntry.init) },
    .cursor("next_audit_cursor") { details in
      details.audits.nextCursor { NewestFirstCursor(createdAt: $0.createdAt, id: $0.auditID) }
    },
    .boolean("has_more_audit", \.audits.hasMore),
  ]
}

/// An entry of a domain's audit log. The row as it was and as it became are JSON texts of the log's own.
private struct DomainAuditEntry: ResponseContent {
  let row: ListApprovedDomainAudits.Row

  static let members: [ResponseMember<DomainAuditEntry>] = [
    .string("admin_email", is: "an e-mail address", \.row.adminEmail),
    .choice("action", \.row.action),
    .time("created_at", \.row.createdAt),
    .optionalString("target_domain_name", is: "a domain name", \.row.targetDomainName),
    .optionalString("reason", \.row.reason),
    .optionalString("ip_address", is: "an IP address") { $0.row.ipAddress?.address.description },
    .optionalString("user_agent", \.row.userAgent),
    .optionalString("request_id", \.row.requestID),
    .optionalJSON("old_value") { $0.row.oldValue?.text },
    .optionalJSON("new_value") { $0.row.newValue?.text },
  ]
}
