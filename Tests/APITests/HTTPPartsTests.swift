import HTTP1
import HTTPTypes
import NIOCore
import SystemPrimitives
import Testing

@testable import API
@testable import PostgresClient
@testable import SystemPrimitives

struct RequestIDTests {
  @Test(arguments: ["a", "A-b_c.1", String(repeating: "x", count: 128)]) func accepts(id: String) {
    #expect(RequestID.isAcceptable(id))
  }

  @Test(arguments: ["", "a b", "a\nb", "ü", "a\"b", String(repeating: "x", count: 129)]) func refuses(
    id: String
  ) {
    #expect(!RequestID.isAcceptable(id))
  }

  @Test func freshOnesAreUniqueAndAcceptable() {
    let ids = (0..<1000).map { _ in RequestID.fresh() }
    #expect(Set(ids).count == 1000)
    #expect(ids.allSatisfy(RequestID.isAcceptable))
  }
}

struct CORSPolicyTests {
  @Test func anyOriginIsAStar() {
    #expect(CORSPolicy("*") == .anyOrigin)
    #expect(CORSPolicy.anyOrigin.headers(origin: "https://x.example")[.accessControlAllowOrigin] == "*")
  }

  @Test func aListEchoesItsMembersOnly() throws {
    let policy = try #require(CORSPolicy("https://a.example, http://b.example:3000"))
    #expect(
      policy.headers(origin: "http://b.example:3000")[.accessControlAllowOrigin] == "http://b.example:3000"
    )
    #expect(policy.headers(origin: "https://evil.example")[.accessControlAllowOrigin] == nil)
    #expect(policy.headers(origin: nil)[.accessControlAllowOrigin] == nil)
    #expect(policy.headers(origin: nil)[.vary] == "Origin")
  }

  /// Origins as browsers send them (HTML Standard, "serialization of an origin").
  @Test(arguments: [
    "https://app.example.com", "http://localhost", "http://localhost:3000", "https://app.example.com:8443",
    "http://a.example:443", "https://a.example:80", "http://127.0.0.1:8080", "http://[::1]:3000",
    "https://[2001:db8::1]",
    "https://xn--mnchen-3ya.example", "https://1.a.example",
  ])
  func readsWhatBrowsersSend(origin: String) {
    #expect(CORSPolicy(origin) == .origins([origin]))
    #expect(CORSPolicy(" \(origin)\t, https://b.example ") == .origins([origin, "https://b.example"]))
  }

  @Test(arguments: [
    "", ",", "a.example", "https://", "https://a.example/", "https://a.example/path", "https://a.example?x",
    "*, https://a.example", "*.example.com", "https://*.example.com", "https://App.Example.com",
    "HTTPS://app.example.com",
    "https://app.example.com:443", "http://app.example.com:80", "https://app.example.com:",
    "https://a.example:0",
    "https://a.example:08443", "https://a.example:+8443", "https://a.example:65536", "https://a.example:x",
    "https://m\u{FC}nchen.example", "https://user@app.example.com", "https://a..example", "https://.example",
    "https://a.example.", "https://-a.example", "https://127.1", "http://127.0.0.01", "http://0x7f.1",
    "http://2130706433",
    "http://[::1", "http://[::0001]", "http://[2001:DB8::1]", "http://[2001:db8:0::1]", "http://[::1]3000",
    "http://[127.0.0.1]", "https://a b.example", "null", "file://", "ftp://a.example", "https://a.example\0",
    "https://a_b.example",
    "https://\(String(repeating: "a", count: 64)).example",
  ])
  func refuses(text: String) {
    #expect(CORSPolicy(text) == nil)
  }
}

struct ProblemTests {
  private struct NoBody: Error {}

  @Test func hasTheShapeOfRFC9457() throws {
    let response = Problem.invalidFields([FieldError(field: "a", message: "is required")]).response
    #expect(response.status == .badRequest)
    #expect(response.headers[.contentType] == "application/problem+json")
    guard case .whole(let body) = response.body else { throw NoBody() }
    #expect(body.readableBytes == 174)
  }

  @Test func unavailableTellsWhenToRetry() {
    let response = Problem.databaseUnavailable.response
    #expect(response.status.code == 503)
    #expect(response.headers[.retryAfter] == "2")
  }

  /// What PostgreSQL reports; the last two mean that the same request may succeed now.
  @Test(arguments: [
    ("23505", 500), ("42501", 500), ("53300", 503), ("57P01", 503), ("40P01", 503), ("40001", 503),
  ])
  func failuresOfTheDatabase(sqlState: String, status: Int) {
    let error = PostgresError(.server(sqlState: sqlState), server: .init(sqlState: sqlState))
    let response = error.problem.response
    #expect(response.status.code == status)
    #expect((response.headers[.retryAfter] != nil) == (status == 503))
  }

  @Test func codesAreUniqueTexts() {
    #expect(Set(ProblemCode.allCases.map(\.title)).count == ProblemCode.allCases.count)
  }
}

struct MillisecondsTests {
  @Test(arguments: [
    (412_900, "0.412"), (1_500_000_000, "1500.000"), (1_002_000, "1.002"),
  ])
  func milliseconds(nanoseconds: Int64, text: String) {
    var written: [UInt8] = []
    Milliseconds.write(nanoseconds: nanoseconds, to: &written)
    #expect(String(decoding: written, as: UTF8.self) == text)
  }
}

extension CORSPolicy {
  fileprivate func headers(origin: String?) -> HTTPFields {
    HTTPFields(
      fields(origin: origin).compactMap { field in
        HTTPField.Name(field.name).map { HTTPField(name: $0, value: field.value) }
      }
    )
  }
}
