import Testing
import Vocabulary

/// What a stolen credential reaches besides the databases it was made for.
@Suite struct OtherDatabaseTests {
  @Test func aStolenRoleLogsInToNoOtherDatabase() async throws {
    let platform = try await AttackedPlatform.make()
    let own = try #require(platform.regional[platform.stolen])
    let others = try #require(platform.regional[platform.other])
    let api = AttackedPlatform.api(platform.stolen)
    let worker = AttackedPlatform.worker(platform.stolen)
    for (role, database, isAllowed) in [
      (api, platform.global, true), (api, own, true), (api, others, false),
      (worker, platform.global, false), (worker, own, true), (worker, others, false),
    ] {
      let refusal = try await platform.refusal("SELECT 'in'", as: role, in: database)
      #expect(refusal == (isAllowed ? nil : "login"), "\(role) in \(database)")
    }
  }
}
