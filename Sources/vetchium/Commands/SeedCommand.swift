import ArgumentParser
import PasswordHashing
import PostgresClient
import SharedQueries
import Vocabulary

struct SeedCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "seed",
    abstract: "Puts the well-known accounts for development and tests into freshly migrated databases.",
    discussion: """
      Never for production: everybody knows their password, \(Seed.password). Two administrators, and one professional \
      each in ind1 and usa1, written only if their region's database is named. Running it again changes nothing. A \
      database that already holds accounts, but none of these, is refused, and so is one that is another's.
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
  var regionURL: [String] = []

  @Flag(help: "Write also into databases that hold other people's accounts.")
  var force = false

  func run() async throws {
    try await Outcome.reporting {
      let globalURL = try ConnectionString(globalURL, from: "--global-url").text
      let regional = Dictionary(
        uniqueKeysWithValues: try RegionURL.all(regionURL).map { ($0.region, $0.url) }
      )
      let addresses = try AddressKeys.read()
      let users = Seed.users.filter { regional[$0.region] != nil }
      let global = OneShotConnection(globalURL, .global)
      func connection(_ user: SeedUser) throws -> OneShotConnection {
        guard let url = regional[user.region] else {
          throw ValidationError("There is no URL for \(user.region).")
        }
        return OneShotConnection(url, .regional(user.region))
      }
      if !force {
        try await SeedCheck.global(global, users: users)
        for user in users { try await SeedCheck.regional(connection(user), user: user) }
      }
      let hasher = PasswordHasher(threads: 1)
      // The regional row first: a routing row never points at nothing.
      for user in users {
        let hash = try await hasher.hash(try Seed.parsedPassword())
        try await connection(user).use { try await user.insertRegional(passwordHash: hash, on: $0) }
        try await global.use { try await user.insertGlobal(addresses, on: $0) }
      }
      for admin in Seed.admins {
        let hash = try await hasher.hash(try Seed.parsedPassword())
        try await global.use { try await admin.insert(passwordHash: hash, on: $0) }
      }
    }
  }
}

/// `ind1=postgres://…`
struct RegionURL {
  let region: RegionCode
  let url: String

  /// The databases of regions that the arguments name.
  ///
  /// A region that is named twice, because a line was copied and not changed, means that another one is missing.
  static func all(_ arguments: [String]) throws(ValidationError) -> [RegionURL] {
    var urls: [RegionURL] = []
    for argument in arguments {
      let url = try RegionURL(argument: argument)
      guard !urls.contains(where: { $0.region == url.region }) else {
        throw ValidationError("--region-url names \(url.region) twice.")
      }
      urls.append(url)
    }
    return urls
  }

  private init(argument: String) throws(ValidationError) {
    // Not repeated in the message: it may hold a password.
    guard let equals = argument.firstIndex(of: "="),
      let region = RegionCode(rawValue: String(argument[..<equals]))
    else {
      throw ValidationError("--region-url must begin with a region's code and '=', as in ind1=postgres://…")
    }
    self.region = region
    let url = String(argument[argument.index(after: equals)...])
    self.url = try ConnectionString(url, from: "--region-url of \(region)").text
  }
}
