import API
import FoundationEssentials
import GlobalDatabase
import HTTP1
import JSON
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
  func getApprovedDomain(_: Administrator, _ input: DomainDetailsInput, _: AdminCall) async throws -> Response
  {
    guard let row = try await queries.findApprovedDomain(domainName: input.name.name) else {
      throw Problem.noSuchDomain
    }
    let domain = ApprovedDomain(row)
    let entries = try await queries.listApprovedDomainAudits(
      domainID: row.domainID,
      afterCreatedAt: input.cursor?.createdAt,
      afterAuditID: input.cursor?.id,
      rowCount: input.size.rowsToRead
    )
    let page = Page(entries, input.size)
    return .json { json in
      json.member("domain", object: { domain.write(to: &$0) })
      json.member(
        "audit_logs",
        array: { list in for entry in page.rows { list.object { entry.write(to: &$0) } } }
      )
      json.member(
        "next_audit_cursor",
        page.nextCursor { NewestFirstCursor(createdAt: $0.createdAt, id: $0.auditID) }
      )
      json.member("has_more_audit", page.hasMore)
    }
  }
}

extension ListApprovedDomainAudits.Row {
  fileprivate func write(to json: inout JSONWriter) {
    json.member("admin_email", adminEmail)
    json.member("action", action.rawValue)
    json.member("created_at", RFC3339.seconds(createdAt))
    if let targetDomainName { json.member("target_domain_name", targetDomainName) }
    if let reason { json.member("reason", reason) }
    if let ipAddress { json.member("ip_address", ipAddress.address.description) }
    if let userAgent { json.member("user_agent", userAgent) }
    if let requestID { json.member("request_id", requestID) }
    if let oldValue { json.member("old_value", json: oldValue.text) }
    if let newValue { json.member("new_value", json: newValue.text) }
  }
}
