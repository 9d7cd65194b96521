import ArgumentParser
import FoundationEssentials
import Migrations
import RegionalDatabase
import SharedQueries
import Vocabulary

struct GrantCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "grant",
    abstract: "Creates the services' login roles and gives each exactly the rights it needs.",
    discussion: """
      Run it after every `migrate up`; repeating it changes nothing. In the global database it serves vetchium_global \
      and, per --region, vetchium_api_<region>; in a regional one vetchium_api_<region> and vetchium_worker_<region>. \
      The first one writes into a regional database which region's it is; one that says it is another's is refused. \
      Roles that exist keep their password unless the password file names them.
      """
  )

  @OptionGroup var options: DatabaseOptions

  @Option(
    help:
      "A region's code. Regional: exactly one, by default the database's own, else from its name. Global: any number.",
    transform: { text in
      guard let region = RegionCode(rawValue: text) else {
        throw ValidationError("'\(text)' is no region code.")
      }
      return region
    }
  )
  var region: [RegionCode] = []

  @Option(
    help: ArgumentHelp(
      "A file of role=password lines, or - for standard input. Without it roles are created without a password.",
      valueName: "path"
    )
  )
  var passwordFile: String?

  @Option(
    help: ArgumentHelp(
      "How many connections each role may have on the server: more than its services' pools together.",
      valueName: "number"
    )
  )
  var connectionLimit = Grants.connectionLimit

  func validate() throws {
    guard (10...10_000).contains(connectionLimit) else {
      throw ValidationError("--connection-limit must be between 10 and 10000.")
    }
  }

  func run() async throws {
    try await Outcome.reporting {
      let connectionString = try options.connectionString()
      let grants = Grants(
        connectionString: connectionString,
        connectionLimit: connectionLimit,
        logger: .commandLine
      )
      let passwords = try readPasswords()
      let (kind, ownRegion) = try await options.identity()
      let regions = kind == .regional ? [try onlyRegion(ownRegion)] : region
      let identity: DatabaseIdentity = kind == .regional ? .regional(regions[0]) : .global
      // Nothing is granted in a database that says it is another one, or has no tables of this version to grant.
      try await OneShotConnection(connectionString, identity).use { _ in }
      let verbose =
        switch kind {
        case .global: try await grants.applyGlobal(regions: regions, passwords: passwords)
        case .regional: try await grants.applyRegional(regions[0], passwords: passwords)
        }
      for role in verbose {
        Outcome.say(
          "PostgreSQL's log gets values of rows, such as addresses, with errors of \(role). "
            + "As a superuser: ALTER ROLE \(role) SET log_error_verbosity = terse"
        )
      }
    }
  }

  private func onlyRegion(_ own: RegionCode?) throws -> RegionCode {
    if region.count == 1 { return region[0] }
    if region.isEmpty, let own { return own }
    throw ValidationError("A regional database belongs to one region: name it with --region.")
  }

  private func readPasswords() throws -> [RolePassword] {
    guard let passwordFile else { return [] }
    let text =
      if passwordFile == "-" {
        StandardInput.readAll()
      } else {
        try? String(contentsOf: URL(filePath: passwordFile), encoding: .utf8)
      }
    guard let text else { throw ValidationError("The password file cannot be read.") }
    guard let passwords = RolePassword.parse(text) else {
      throw ValidationError("The password file must have lines of the form vetchium_…=password.")
    }
    return passwords
  }
}
