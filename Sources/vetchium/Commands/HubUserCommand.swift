import ArgumentParser
import PostgresClient
import RegionalDatabase
import SharedQueries
import Vocabulary

struct HubUserCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "hub-user",
    abstract: "Disables and enables a person, which no portal can.",
    subcommands: [Disable.self, Enable.self]
  )

  struct Disable: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract:
        "Switches a person off and ends their sessions, unfinished logins and links, in one transaction."
    )

    @OptionGroup var person: HubUserOptions

    func run() async throws {
      try await person.turn(HubUserSwitch.disable, unchanged: .notActive)
      print("The person was disabled.")
    }
  }

  struct Enable: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Switches a disabled person on again; they have to log in anew."
    )

    @OptionGroup var person: HubUserOptions

    func run() async throws {
      try await person.turn(HubUserSwitch.enable, unchanged: .notDisabled)
      print("The person was enabled.")
    }
  }
}

/// Who is meant, and where their data is.
struct HubUserOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "The database of the person's home region with its owner's credentials. Default: $DATABASE_URL.",
      valueName: "url"
    )
  )
  var databaseURL: String?

  @Argument(help: "The person's e-mail address.", transform: EmailAddress.init(argument:))
  var email: EmailAddress

  func turn(
    _ work: @Sendable (String, PostgresTransaction) async throws -> HubUserSwitch.Outcome,
    unchanged: HubUserRefusal
  ) async throws {
    try await Outcome.reporting {
      let connectionString = try ConnectionString.given(databaseURL).text
      let outcome = try await OneShotConnection(connectionString, .regional(nil)).use { connection in
        try await connection.withTransaction { try await work(email.address, $0) }
      }
      switch outcome {
      case .done: break
      case .nobody: throw HubUserRefusal.nobody
      case .unchanged: throw unchanged
      }
    }
  }
}

/// Why nothing was done.
enum HubUserRefusal: Error, CustomStringConvertible {
  case nobody, notActive, notDisabled

  var description: String {
    switch self {
    case .nobody: "This region has nobody with this address; their home may be another one."
    case .notActive: "The person is not active."
    case .notDisabled: "The person is not disabled."
    }
  }
}
