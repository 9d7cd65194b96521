import API
import Accounts
import FoundationEssentials
import Mail
import MailSealing
import PasswordHashing
import PostgresClient
import RegionRouting
import ServiceRuntime
import Synchronization
import TestSupport
import Vocabulary

@testable import HubPortal
@testable import Sagas

/// What an API server of a region is to a saga: two pools, under a name by which its connections are found.
final class SimulatedProcess: Sendable {
  private static let lastNumber = Atomic(0)
  private static let hasher = PasswordHasher(threads: 1)

  let region: String
  let name: String
  let regional: PostgresPool
  let global: PostgresPool
  private let dead = Atomic(false)

  init(_ region: String, _ world: ScheduleWorld) {
    let name = "process \(Self.lastNumber.wrappingAdd(1, ordering: .relaxed).newValue)"
    func pool(_ database: String) -> PostgresPool {
      let server = world.server.connectionString(database: database, user: "vetchium_api_\(region)")
      return ScheduleWorld.pool(server, size: 2, name: name)
    }
    self.region = region
    self.name = name
    regional = pool(ScheduleWorld.database(region))
    global = pool(ScheduleWorld.database(nil))
  }

  var isDead: Bool { dead.load(ordering: .acquiring) }

  /// Closes its connections.
  func shutdown() async {
    await regional.shutdown()
    await global.shutdown()
  }

  /// From now on nothing that its code does reaches a database.
  func kill(_ world: ScheduleWorld) async throws {
    dead.store(true, ordering: .releasing)
    await shutdown()
    try await world.cut(name)
  }

  func runner(_ failpoints: FailpointHandler?, deadline: Duration = SagaRunner.standardDeadline) -> SagaRunner
  {
    SagaRunner(
      regional: regional,
      global: global,
      deadline: deadline,
      failpoints: failpoints
    )
  }

  func recovery(_ failpoints: FailpointHandler?) -> SagaRecovery {
    SagaRecovery(
      regional: regional,
      global: global,
      kinds: .all,
      failpoints: failpoints
    )
  }

  func portal(_ failpoints: FailpointHandler?) throws -> HubPortal {
    var reader = SettingsReader([:])
    guard let code = RegionCode(rawValue: region) else { throw SagaError.lostOutcome }
    return HubPortal(
      region: code,
      settings: HubSettings(&reader),
      shared: AccountSettings(&reader),
      global: global,
      regional: regional,
      hasher: Self.hasher,
      sagas: runner(failpoints),
      mail: try MailComposer(uiURL: "http://localhost"),
      sealing: .off
    )
  }
}
