import Testing

@testable import SQLCodeGeneration

struct SwiftNamesTests {
  let names = SwiftNames(initialisms: ["id", "tfa"])

  @Test(arguments: [
    ("hub_user_global_id", "hubUserGlobalID"),
    ("id", "id"),
    ("tfa_code", "tfaCode"),
    ("saga_ids", "sagaIDs"),
    ("identity_valid", "identityValid"),
    ("PENDING", "pending"),
    ("admin:invite_users", "adminInviteUsers"),
    ("sha-256", "sha256"),
    ("2_factor", "_2Factor"),
    ("?", ""),
  ])
  func values(databaseName: String, swiftName: String) {
    #expect(names.value(databaseName) == swiftName)
  }

  @Test(arguments: [
    ("hub_user_status", "HubUserStatus"),
    ("hub_tfa_tokens", "HubTFATokens"),
    ("id_kind", "IDKind"),
  ])
  func types(databaseName: String, swiftName: String) {
    #expect(names.type(databaseName) == swiftName)
  }

  @Test(arguments: [
    ("FindHubUserByID", "findHubUserByID"),
    ("TFATokenExists", "tfaTokenExists"),
    ("TFA", "tfa"),
    ("A", "a"),
  ])
  func functions(queryName: String, swiftName: String) {
    #expect(names.function(queryName) == swiftName)
  }

  @Test func reservedWordsStandBetweenBackticks() {
    #expect(SwiftNames.escaped("default") == "`default`")
    #expect(SwiftNames.escaped("handle") == "handle")
    #expect(SwiftNames.escapedParameter("default") == "default")
    #expect(SwiftNames.escapedParameter("let") == "`let`")
    #expect(SwiftNames.escapedLabel("let") == "let")
    #expect(SwiftNames.escapedLabel("inout") == "`inout`")
  }
}
