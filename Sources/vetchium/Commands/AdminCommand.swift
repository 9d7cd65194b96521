import ArgumentParser
import GlobalDatabase
import Migrations
import PasswordHashing
import PostgresClient
import SharedQueries
import Vocabulary

struct AdminCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "admin",
    abstract: "Makes administrators and gives them roles, where nobody can do it over the API.",
    subcommands: [Create.self, AssignRole.self]
  )

  struct Create: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Makes an active administrator with all roles: the first one of an installation.",
      discussion: """
        Asks for the password on the terminal, or takes it from standard input, one line: never from the command line, \
        which every user of the machine can read. An address that is taken is refused.
        """
    )

    @OptionGroup var database: GlobalDatabaseOption
    @Argument(help: "The administrator's e-mail address.", transform: EmailAddress.init(argument:))
    var email: EmailAddress
    @Option(
      help: "First and last name, for the mails with which they invite others.",
      transform: FullName.init(argument:)
    )
    var fullName: FullName?

    func run() async throws {
      try await Outcome.reporting {
        let connectionString = try database.connectionString()
        let password = try NewPassword.ask(for: email)
        let hash = try await PasswordHasher(threads: 1).hash(password)
        let created = try await OneShotConnection(connectionString, .global).use { connection in
          try await connection.execute(
            InsertActiveAdmin.query(
              emailAddress: email.address,
              fullName: fullName?.name,
              passwordHash: hash
            )
          ).rowCount
        }
        guard created == 1 else { throw AdminRefusal.addressTaken }
        print("The administrator was created, with all roles.")
      }
    }
  }

  struct AssignRole: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "assign-role",
      abstract: "Gives an administrator a role: the way back when the last one who could has given it away."
    )

    @OptionGroup var database: GlobalDatabaseOption
    @Argument(help: "The administrator's e-mail address.", transform: EmailAddress.init(argument:))
    var email: EmailAddress
    @Argument(help: "Such as admin:manage_users.")
    var role: String

    func validate() throws {
      guard role.hasPrefix("admin:") else {
        throw ValidationError("Roles of administrators begin with admin:.")
      }
    }

    func run() async throws {
      try await Outcome.reporting {
        try await OneShotConnection(try database.connectionString(), .global).use { connection in
          let queries = GlobalQueries(connection)
          guard let admin = try await queries.findAdminByAddress(emailAddress: email.address) else {
            throw AdminRefusal.nobody
          }
          let outcome = try await queries.assignAdminRole(
            targetAdminUserID: admin.adminUserID,
            roleName: role
          )
          guard outcome?.isChanged == true else { throw AdminRefusal.roleUnchanged }
        }
        print("The role was assigned.")
      }
    }
  }
}

/// Why nothing was done.
enum AdminRefusal: Error, CustomStringConvertible {
  case addressTaken, nobody, roleUnchanged

  var description: String {
    switch self {
    case .addressTaken: "There is an administrator with this address already."
    case .nobody: "There is no administrator with this address."
    case .roleUnchanged: "There is no such role, or the administrator has it already."
    }
  }
}

extension EmailAddress {
  init(argument: String) throws {
    do { try self.init(argument) } catch { throw ValidationError("The address \(error.message).") }
  }
}

extension FullName {
  fileprivate init(argument: String) throws {
    do { try self.init(argument) } catch { throw ValidationError("The name \(error.message).") }
  }
}
