import Testing

@testable import DomainVerification

struct DomainProofTests {
  private static let token = String(repeating: "0123456789abcdef", count: 4)

  @Test func theRecordHasItsPlace() {
    #expect(DomainProof.recordName(of: "acme.com") == "_vetchium-verify.acme.com")
  }

  @Test(arguments: [
    ("", true), (" ", true), ("\"", true), (" \" ", true), ("\t\n", true), ("'", false), ("\"\"", false),
    ("x", false),
  ])
  func whiteSpaceAndQuotationMarksAroundTheTokenAreForgiven(around: String, isToken: Bool) {
    #expect(DomainProof.isToken(around + Self.token + around, Self.token) == isToken)
  }

  @Test(arguments: [
    "", "\"", "\"\"", token + token, String(token.dropLast()), token.uppercased(), "vetchium=" + token,
    "\"" + token,
    token.prefix(32) + " " + token.suffix(32),
  ])
  func anythingElseIsNotTheToken(record: String) {
    #expect(!DomainProof.isToken(record, Self.token))
  }
}
