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

  @Test(arguments: ["a.example", "https://", "https://a.example/", "*, https://a.example", ","])
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
