import ArgumentParser
import ConsistencyAudit
import FoundationEssentials
import PostgresClient
import Sagas
import SharedQueries
import Vocabulary

struct AuditCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "audit",
    abstract: "Compares the global database with regions: whether they agree about who exists.",
    discussion: """
      Reads everything once (twice with --release-routing), in constant memory, also beside a running system: what a \
      saga is just writing is no finding. Exit code 0: they agree, or do by now. 1: they do not. 2: the audit could \
      not be finished, or was refused.

      --repair puts right what has exactly one right answer: hashes that do not fit the address, handles, display \
      names, missing routing rows, expired sagas. No person's data is deleted.
      """
  )

  @Option(help: ArgumentHelp("The global database with its owner's credentials.", valueName: "url"))
  var globalURL: String

  @Option(
    help: ArgumentHelp(
      "A region's database with its owner's credentials, as ind1=<url>; once per region.",
      valueName: "region=url"
    )
  )
  var regionURL: [String]

  @Flag(help: "Print one JSON object instead of lines.")
  var json = false

  @Flag(help: "Put right what has exactly one right answer.")
  var repair = false

  @Flag(
    help: """
      With --repair: also delete routing rows of whom or what the region does not have, so that the address, handle or \
      domain is free. Not after a region's database was restored from a backup: there the record is what is missing. \
      Asks before it deletes more than \(AuditCommand.handful), or more than 1 % of a region.
      """
  )
  var releaseRouting = false

  @OptionGroup var consent: Consent

  /// As many deletions as nobody has to confirm.
  static let handful = 5

  func validate() throws {
    guard !regionURL.isEmpty else { throw ValidationError("Name at least one region: --region-url.") }
    guard repair || !releaseRouting else { throw ValidationError("--release-routing needs --repair.") }
  }

  func run() async throws {
    let globalURL = try ConnectionString(globalURL, from: "--global-url").text
    let regions = try RegionURL.all(regionURL)
    let addresses = try AddressKeys.read()
    do {
      // Before anything is repaired: every URL leads where it should.
      try await OneShotConnection(globalURL, .global).use { _ in }
      for region in regions { try await OneShotConnection(region.url, .regional(region.region)).use { _ in } }
      var releases: [RegionCode: Int] = [:]
      for region in regions where releaseRouting {
        releases[region.region] = try await permittedReleases(region, globalURL, addresses)
      }
      let output = AuditOutput(isJSON: json)
      for region in regions {
        let mode: Audit.Mode = repair ? .repair(releasesAtMost: releases[region.region] ?? 0) : .report
        do {
          let count = try await audit(region, globalURL, addresses, mode, output) { output.add($0) }
          output.add(count, of: region.region.rawValue)
        } catch {
          output.clearProgress()
          throw error
        }
      }
      output.finish()
      if output.remaining > 0 { throw ExitCode(1) }
    } catch let error as PostgresError {
      // Whoever runs this owns the databases; the server's words hold no password.
      Outcome.say(error.isRefusal ? "Refused. \(error)" : "\(String(reflecting: error))")
      throw ExitCode(2)
    } catch let error as NoConsent {
      Outcome.say("Refused. \(error)")
      throw ExitCode(2)
    } catch let error as UnknownAddressKey {
      Outcome.say("Refused. \(error)")
      throw ExitCode(2)
    }
  }

  /// How many routing rows of a region may be deleted. It counts them first, without repairing anything, and asks if
  /// they are many: a wrong region, or one that lacks its data, looks as if nobody were there.
  private func permittedReleases(
    _ region: RegionURL,
    _ globalURL: String,
    _ addresses: AddressHasher
  ) async throws -> Int {
    if consent.yes { return .max }
    var lost = 0
    let count = try await audit(region, globalURL, addresses, .report, nil) { finding in
      if finding.problem == .routingWithoutRecord { lost += 1 }
    }
    if Self.isMuch(lost, of: count) {
      try consent.ask(
        "\(region.region): \(lost) of \(count) entities have no record, and their routing would be deleted."
      )
    }
    return lost
  }

  /// Tells whether so many deletions have to be confirmed. A single one never has to be.
  static func isMuch(_ deletions: Int, of count: Int) -> Bool {
    deletions > handful || (deletions > 1 && deletions * 100 > count)
  }

  private func audit(
    _ region: RegionURL,
    _ globalURL: String,
    _ addresses: AddressHasher,
    _ mode: Audit.Mode,
    _ output: AuditOutput?,
    found: (AuditFinding) -> Void
  ) async throws -> Int {
    try await Self.withDatabases(region, globalURL, addresses) { databases in
      try await Audit(databases, mode: mode, kinds: .all, logger: .commandLine)
        .run(progress: { output?.show(region.region.rawValue, $0, $1) }, found: found)
    }
  }

  /// Opens the global database and a region's for the time of the work.
  static func withDatabases<R>(
    _ region: RegionURL,
    _ globalURL: String,
    _ addresses: AddressHasher,
    _ work: (AuditDatabases) async throws -> R
  ) async throws -> R {
    let global = pool(globalURL, .global)
    let regional = pool(region.url, .regional(region.region))
    let databases = AuditDatabases(
      region: region.region.rawValue,
      global: global,
      regional: regional,
      addresses: addresses
    )
    let result: Result<R, any Error>
    do {
      result = .success(try await work(databases))
    } catch {
      result = .failure(error)
    }
    await global.shutdown()
    await regional.shutdown()
    return try result.get()
  }

  private static func pool(_ url: String, _ wanted: DatabaseIdentity) -> PostgresPool {
    var configuration = PostgresPoolConfiguration(
      connectionString: url,
      size: 2,
      acquireTimeout: .seconds(10),
      statementTimeout: .seconds(120),
      connectTimeout: .seconds(5),
      applicationName: "vetchium audit",
      sharedConnections: 0
    )
    configuration.admit(wanted)
    return PostgresPool(configuration, logger: .commandLine)
  }
}
