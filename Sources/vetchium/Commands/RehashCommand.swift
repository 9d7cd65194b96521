import ArgumentParser
import ConsistencyAudit
import FoundationEssentials
import PostgresClient
import ServiceRuntime
import SharedQueries
import Vocabulary

struct RehashCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "rehash",
    abstract:
      "Moves what the global database knows of addresses and names to the newest key of EMAIL_HASH_KEYS.",
    discussion: """
      Hashes of addresses, and sealed display names. Goes through one region after the other, since only the region \
      knows its people's, in constant memory and beside a running system. It may be stopped at any moment; the next \
      run goes on with what is left. Keys that are lost are not needed. Exit code 0: every row has the newest key. 1: \
      some could not be moved, which is said with their ids. 2: it could not be finished, or was refused.
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

  @Flag(help: "Only say what would be moved.")
  var dryRun = false

  func validate() throws {
    guard !regionURL.isEmpty else { throw ValidationError("Name at least one region: --region-url.") }
  }

  func run() async throws {
    let globalURL = try ConnectionString(globalURL, from: "--global-url").text
    let regions = try RegionURL.all(regionURL)
    let addresses = try AddressKeys.read()
    guard addresses.isKeyed else {
      throw ValidationError(
        "Set EMAIL_HASH_KEYS, as the API servers have it: its first key makes the hashes."
      )
    }
    do {
      // Before anything is changed: every URL leads where it should.
      try await OneShotConnection(globalURL, .global).use { _ in }
      for region in regions { try await OneShotConnection(region.url, .regional(region.region)).use { _ in } }
      var left = 0
      for region in regions {
        try await AuditCommand.withDatabases(region, globalURL, addresses) { databases in
          try await Rehash(databases, isDry: dryRun).run { table, count in
            report(region.region, table, count)
            left += count.left
          }
        }
      }
      if left > 0 { throw ExitCode(1) }
    } catch let error as PostgresError {
      // Whoever runs this owns the databases; the server's words hold no password.
      Outcome.say(error.isRefusal ? "Refused. \(error)" : "\(String(reflecting: error))")
      throw ExitCode(2)
    }
  }

  private func report(_ region: RegionCode, _ table: String, _ count: Rehash.Count) {
    for id in count.disagreeing { print("disagrees  \(region)  \(table)  \(id.text)") }
    for id in count.doubled { print("doubled  \(region)  \(table)  \(id.text)") }
    let moved = dryRun ? "to move" : "moved"
    print("\(region)  \(table)  \(moved): \(count.moved), changing: \(count.changing)")
  }
}

/// The keys that hash addresses, from the environment, as services read them.
enum AddressKeys {
  static func read() throws(ValidationError) -> AddressHasher {
    var reader = SettingsReader(ProcessInfo.processInfo.environment)
    let addresses = reader.read(KeySettings.emailHashKeys)
    do {
      try reader.finish()
    } catch {
      throw ValidationError(error.problems.joined(separator: "\n"))
    }
    return addresses
  }
}
