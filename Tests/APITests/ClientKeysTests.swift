import API
import HTTP1
import HTTPTypes
import SystemPrimitives
import Testing

/// Who counts as one client when something is divided.
@Suite struct ClientKeysTests {
  private static func keys(_ address: String?, _ credentials: String?) -> ClientKeys {
    let fields = credentials.map { [(name: "Authorization", value: $0)] } ?? []
    return ClientKeys(address.flatMap { IPAddress($0) }, HeaderFields(fields))
  }

  @Test(
    arguments: [
      ("192.0.2.1", "192.0.2.1", true), ("192.0.2.1", "192.0.2.2", false),
      ("192.0.2.1", "::ffff:192.0.2.1", true), ("2001:db8::1", "2001:db8::ffff:2", true),
      ("2001:db8::1", "2001:db8:0:1::1", false),
    ]
  )
  func aNetworkIsAnAddressOrASlash64(_ one: String, _ other: String, _ isSame: Bool) {
    let (first, second) = (Self.keys(one, nil), Self.keys(other, nil))
    #expect(first.network != nil && (first.network == second.network) == isSame)
    #expect(first.session == nil)
  }

  @Test(
    arguments: [
      ("Bearer IND1-a", "Bearer IND1-a", true), ("Bearer IND1-a", "bearer  IND1-a", true),
      ("Bearer IND1-a", "IND1-a", true), ("Bearer IND1-a", "Bearer IND1-b", false),
    ]
  )
  func aSessionIsItsToken(_ one: String, _ other: String, _ isSame: Bool) {
    let (first, second) = (Self.keys(nil, one), Self.keys("192.0.2.1", other))
    #expect(first.session != nil && (first.session == second.session) == isSame)
    #expect(first.network == nil)
  }

  @Test func whoHasNeitherIsNobody() {
    #expect(Self.keys(nil, nil) == .nobody && Self.keys(nil, "Basic eDp5") == .nobody)
  }

  @Test func theRefusalSaysWhenToComeBack() {
    let response = Problem.tooMuchAtOnce.response
    #expect(response.status.code == 429 && response.headers[.retryAfter] == "1")
  }
}
