import FoundationEssentials
import Testing

@testable import Migrations

@Suite struct RolePasswordTests {
  /// Password and salt of RFC 7677 §3; the keys were computed with Python's hashlib.
  @Test func theServerGetsAVerifierNotThePassword() throws {
    let salt = try #require(Data(base64Encoded: "W22ZaJ0SNY7soEsUEjb6gQ=="))
    let keys = "WG5d8oPm3OtcPnkdi4Uo7BkeZkBFzpcXkuLmtbsT4qY=:wfPLwcE6nTWhTAmQ7tl2KeoiWGPlZqQxSrmfPwDl2dU="
    #expect(
      SCRAMVerifier(password: "pencil", salt: Array(salt)).text
        == "SCRAM-SHA-256$4096:W22ZaJ0SNY7soEsUEjb6gQ==$" + keys
    )
    let statement = try #require(RolePassword(role: "vetchium_global", password: "it's a \\ secret"))
      .statement
    #expect(statement.hasPrefix("ALTER ROLE vetchium_global PASSWORD 'SCRAM-SHA-256$4096:"))
    #expect(!statement.contains("secret"))
  }

  @Test func aFileIsLinesOfRoleAndPassword() throws {
    let text = "# made by the operator\n\nvetchium_api_ind1=one=two\nvetchium_worker_ind1= three \n"
    let passwords = try #require(RolePassword.parse(text))
    #expect(passwords.map(\.role) == ["vetchium_api_ind1", "vetchium_worker_ind1"])
    #expect(passwords.map(\.password) == ["one=two", " three "])
  }

  @Test(arguments: [
    "vetchium_api_ind1", "vetchium_api_ind1=", "postgres=secret", "vetchium_x;DROP=secret",
    "vetchium_X=secret",
    "vetchium_api_ind1=a\tb", "vetchium_api_ind1=ä", "=secret",
  ])
  func anythingElseIsRefused(line: String) {
    #expect(RolePassword.parse(line) == nil)
  }
}
