import ArgumentParser
import Migrations

struct MigrateCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "migrate",
    abstract: "Brings a database's schema to this program's version, or back.",
    discussion: """
      Each file runs in a transaction of its own: whatever goes wrong, the schema is that of a whole version. Safe \
      when two run at once. An applied file that has been changed is refused.
      """,
    subcommands: [Up.self, Down.self, Status.self]
  )

  struct Up: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Applies every migration that is not applied yet."
    )
    @OptionGroup var options: DatabaseOptions

    func run() async throws {
      try await Outcome.reporting {
        let applied = try await options.migrator().up()
        for migration in applied { print("applied  \(migration.name)") }
        if applied.isEmpty { print("Nothing to do.") }
      }
    }
  }

  struct Down: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Undoes the newest migration, or all above a version. This deletes data."
    )
    @OptionGroup var options: DatabaseOptions
    @Option(help: "The version to go back to; 0 undoes everything.") var to: Int64?
    @OptionGroup var consent: Consent

    func validate() throws {
      if let to, to < 0 { throw ValidationError("--to must not be negative.") }
    }

    func run() async throws {
      try await Outcome.reporting {
        let migrator = try await options.migrator()
        let planned = try await migrator.plannedDown(to: to)
        guard !planned.isEmpty else { return print("Nothing to do.") }
        try consent.ask(
          "This undoes \(planned.map(\.name).joined(separator: ", ")) and deletes the data that came with it."
        )
        let undone = try await migrator.down(to: to ?? planned.last.map { $0.version - 1 })
        for migration in undone { print("undone   \(migration.name)") }
      }
    }
  }

  struct Status: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Lists every version and its state: applied, pending, changed, unknown."
    )
    @OptionGroup var options: DatabaseOptions

    func run() async throws {
      try await Outcome.reporting {
        for line in try await options.migrator().status() {
          let state = line.state.rawValue
          let padding = String(repeating: " ", count: max(1, 9 - state.count))
          print(state + padding + (line.name ?? "version \(line.version), not known to this program"))
        }
      }
    }
  }
}

extension DatabaseOptions {
  fileprivate func migrator() async throws -> Migrator {
    Migrator(
      connectionString: try connectionString(),
      migrations: try await identity().kind.migrations(),
      logger: .commandLine
    )
  }
}
