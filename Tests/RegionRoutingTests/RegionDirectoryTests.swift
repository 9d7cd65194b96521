import HTTP1
import Logging
import NIOConcurrencyHelpers
import Testing
import Vocabulary

@testable import RegionRouting

@Suite struct RegionDirectoryTests {
  struct DatabaseDown: Error {}

  let ind1, usa1, deu1, sgp1: RegionCode
  let fromSettings, fromDatabase: HTTPEndpoint

  init() throws {
    ind1 = try #require(RegionCode(rawValue: "ind1"))
    usa1 = try #require(RegionCode(rawValue: "usa1"))
    deu1 = try #require(RegionCode(rawValue: "deu1"))
    sgp1 = try #require(RegionCode(rawValue: "sgp1"))
    fromSettings = try HTTPEndpoint("http://from-settings:1")
    fromDatabase = try HTTPEndpoint("http://from-database:2")
  }

  private func directory(
    load: @escaping @Sendable () async throws -> [RegionRecord]
  ) -> RegionDirectory {
    RegionDirectory(
      ownRegion: ind1,
      endpoints: [usa1: [fromSettings]],
      logger: Logger(label: "test"),
      load: load
    )
  }

  @Test func withoutTheDatabaseTheSettingsCount() async {
    let directory = directory { throw DatabaseDown() }
    await directory.refresh()
    #expect(directory.look(up: ind1) == .own)
    #expect(directory.look(up: usa1) == .active([fromSettings]))
    #expect(directory.look(up: deu1) == .unknown)
  }

  @Test func theDatabaseSaysWhichAndTheSettingsSayWhere() async {
    let records = [
      RegionRecord(region: usa1, isActive: true, endpoints: [fromDatabase]),
      RegionRecord(region: deu1, isActive: true, endpoints: [fromDatabase]),
      RegionRecord(region: sgp1, isActive: false, endpoints: [fromDatabase]),
    ]
    let directory = directory { records }
    await directory.refresh()
    #expect(directory.look(up: usa1) == .active([fromSettings]))
    #expect(directory.look(up: deu1) == .active([fromDatabase]))
    #expect(directory.look(up: sgp1) == .inactive)
  }

  /// As the other regions' servers see it.
  @Test func theOwnRegionIsInServiceUntilTheDatabaseSaysOtherwise() async {
    let isActive = NIOLockedValueBox(true)
    let directory = directory {
      [
        RegionRecord(region: ind1, isActive: isActive.withLockedValue { $0 }, endpoints: []),
        RegionRecord(region: deu1, isActive: true, endpoints: [fromDatabase]),
      ]
    }
    #expect(directory.reachableRegions.contains(ind1))
    await directory.refresh()
    #expect(directory.look(up: ind1) == .own)
    isActive.withLockedValue { $0 = false }
    await directory.refresh()
    #expect(directory.look(up: ind1) == .inactive)
    #expect(directory.reachableRegions == [deu1])
  }

  @Test func aFailureKeepsTheLastCopy() async {
    let isDown = NIOLockedValueBox(false)
    let record = RegionRecord(region: deu1, isActive: true, endpoints: [fromDatabase])
    let directory = directory {
      if isDown.withLockedValue({ $0 }) { throw DatabaseDown() }
      return [record]
    }
    await directory.refresh()
    isDown.withLockedValue { $0 = true }
    await directory.refresh()
    #expect(directory.look(up: deu1) == .active([fromDatabase]))
  }

  @Test(.timeLimit(.minutes(1)))
  func anUnknownRegionAsksForOneRenewal() async {
    let (loads, signal) = AsyncStream<Void>.makeStream()
    let count = NIOLockedValueBox(0)
    let record = RegionRecord(region: sgp1, isActive: true, endpoints: [fromDatabase])
    let directory = directory {
      count.withLockedValue { $0 += 1 }
      signal.yield()
      return [record]
    }
    // A flood of invalid tokens within one second.
    for _ in 0..<1000 { _ = directory.look(up: deu1) }
    for await _ in loads { break }
    #expect(count.withLockedValue { $0 } == 1)
  }

  @Test func renewalsAreAskedForOncePerPause() {
    var state = DirectoryState(regions: [:])
    let start = ContinuousClock.now
    let claims = [0, 999, 1000].map { state.claimsRefresh(at: start + .milliseconds($0), pause: .seconds(1)) }
    #expect(claims == [true, false, true])
    let begins = [1, 9].map { state.beginRefresh(at: start + .seconds($0)) }
    #expect(begins == [true, false])
    let claimsMeanwhile = state.claimsRefresh(at: start + .seconds(9), pause: .seconds(1))
    #expect(!claimsMeanwhile)
  }
}
