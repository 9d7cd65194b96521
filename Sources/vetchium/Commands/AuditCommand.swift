import ArgumentParser
import ConsistencyAudit
import FoundationEssentials
import Migrations
import PostgresClient
import Sagas
import Vocabulary

struct AuditCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "audit",
    abstract: "Compares the global database with regions: whether they agree about who exists.",
    discussion: """
      Reads everything once, in constant memory, also beside a running system: what a saga is just writing is no \
      finding. Exit code 0: they agree, or do by now. 1: they do not. 2: the audit could not be finished.

      --repair puts right what has exactly one right answer: hashes that do not fit the address, handles, missing \
      routing rows, expired sagas. No person's data is deleted.
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
      With --repair: also delete routing rows without a person, so that the address can sign up. Not after a region's \
      database was restored from a backup: there the person is what is missing.
      """
  )
  var releaseRouting = false

  func validate() throws {
    guard !regionURL.isEmpty else { throw ValidationError("Name at least one region: --region-url.") }
    guard repair || !releaseRouting else { throw ValidationError("--release-routing needs --repair.") }
  }

  func run() async throws {
    let globalURL = try ConnectionString(globalURL, from: "--global-url").text
    let regions = try regionURL.map(RegionURL.init(argument:))
    let output = AuditOutput(isJSON: json)
    do {
      for region in regions { try await audit(region, globalURL, output) }
      output.finish()
    } catch let error as PostgresError {
      output.clearProgress()
      // Whoever runs this owns the databases; the server's words hold no password.
      Outcome.say("\(String(reflecting: error))")
      throw ExitCode(2)
    }
    if output.remaining > 0 { throw ExitCode(1) }
  }

  private func audit(_ region: RegionURL, _ globalURL: String, _ output: AuditOutput) async throws {
    let global = Self.pool(globalURL, .global)
    let regional = Self.pool(region.url, .regional)
    let audit = Audit(
      AuditDatabases(region: region.region.rawValue, global: global, regional: regional),
      mode: repair ? .repair(releasingRouting: releaseRouting) : .report,
      kinds: .all,
      logger: .commandLine
    )
    do {
      let count = try await audit.run(
        progress: { output.show(region.region.rawValue, $0, $1) },
        found: { output.add($0) }
      )
      output.add(count, of: region.region.rawValue)
    } catch {
      await global.shutdown()
      await regional.shutdown()
      throw error
    }
    await global.shutdown()
    await regional.shutdown()
  }

  private static func pool(_ url: String, _ kind: DatabaseKind) -> PostgresPool {
    var configuration = PostgresPoolConfiguration(
      connectionString: url,
      size: 2,
      acquireTimeout: .seconds(10),
      statementTimeout: .seconds(120),
      connectTimeout: .seconds(5),
      applicationName: "vetchium audit",
      sharedConnections: 0
    )
    configuration.database = kind.rawValue
    configuration.admission = .schema(kind)
    return PostgresPool(configuration, logger: .commandLine)
  }
}
