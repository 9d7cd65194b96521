import ArgumentParser
import TestSupport
import Testing

@testable import vetchium

/// The exit codes that scripts rely on.
@Suite struct CommandLineTests {
  private func exitCode(of arguments: String...) async -> Int32 { await exitCode(of: arguments) }

  private func exitCode(of arguments: [String]) async -> Int32 {
    do {
      var command = try Vetchium.parseAsRoot(arguments)
      if var command = command as? any AsyncParsableCommand {
        try await command.run()
      } else {
        try command.run()
      }
      return 0
    } catch {
      return Vetchium.exitCode(for: error).rawValue
    }
  }

  @Test func wrongUsageIs64() async throws {
    let scratch = try await Scratch.make()
    #expect(await exitCode(of: "migrate", "up", "--database", "other") == 64)
    #expect(await exitCode(of: "migrate", "down", "--to", "-1") == 64)
    #expect(await exitCode(of: "grant", "--region", "IND1;") == 64)
    #expect(await exitCode(of: "seed", "--global-url", "x", "--region-url", "ind1") == 64)
    let twice = ["--region-url", "ind1=dbname=x", "--region-url", "ind1=dbname=y"]
    #expect(await exitCode(of: ["audit", "--global-url", "dbname=x"] + twice) == 64)
    #expect(await exitCode(of: ["seed", "--global-url", "dbname=x"] + twice) == 64)
    // Its name does not tell what it is.
    #expect(await exitCode(of: "migrate", "status", "--database-url", scratch.url()) == 64)
  }

  @Test(arguments: [
    ["migrate", "up", "--database-url", "postgres://u:s3cret@[/vetchium_global"],
    ["migrate", "up", "--database-url", "postgres://u:s3cret%zz@localhost/vetchium_global"],
    ["migrate", "up", "--database-url", "password s3cret"],
    ["migrate", "up", "--database-url", "postgres://u:s3cret/x@localhost/vetchium_global"],
    ["migrate", "up", "--database-url", "postgres://u:s3cret@x@localhost/vetchium_global"],
    ["migrate", "up", "--database-url", "postgres://u:x@s3cret@localhost/vetchium_global"],
    ["migrate", "up", "--database-url", "postgres://u:x#s3cret@localhost/vetchium_global"],
    ["migrate", "up", "--database-url", "postgres://u:x?s3cret@localhost/vetchium_global"],
    ["migrate", "up", "--database-url", "postgres://u@localhost:s3cret/vetchium_global"],
    ["grant", "--database-url", "host=x sslmode=s3cret"],
    [
      "audit", "--global-url", "dbname=x", "--region-url",
      "ind1=postgres://u:x/s3cret@localhost/vetchium_ind1",
    ],
    ["seed", "--global-url", "s3cret"],
    ["seed", "--global-url", "dbname=x", "--region-url", "s3cret"],
    ["seed", "--global-url", "dbname=x", "--region-url", "ind1=postgres://u:s3cret@[/vetchium_ind1"],
  ])
  func aMalformedConnectionStringIsNotRepeated(arguments: [String]) async throws {
    var message = ""
    do {
      var command = try Vetchium.parseAsRoot(arguments) as? any AsyncParsableCommand
      try await command?.run()
    } catch {
      message = Vetchium.fullMessage(for: error)
      #expect(Vetchium.exitCode(for: error).rawValue == 64)
    }
    #expect(message.contains("Error: --"))
    #expect(!message.contains("s3cret"))
  }

  @Test func anUnavailableDatabaseIs69() async {
    #expect(
      await exitCode(of: "migrate", "up", "--database-url", "host=/nowhere dbname=vetchium_global") == 69
    )
  }

  @Test func whatIsRefusedIs1() async throws {
    let scratch = try await Scratch.make()
    #expect(
      await exitCode(of: "migrate", "up", "--database", "regional", "--database-url", scratch.url()) == 0
    )
    #expect(await exitCode(of: "migrate", "up", "--database", "global", "--database-url", scratch.url()) == 1)
    #expect(await exitCode(of: "grant", "--database", "global", "--database-url", scratch.url()) == 1)
  }

  @Test(arguments: [[], ["migrate"], ["migrate", "up"], ["grant"], ["seed"], ["hash-password"]])
  func everyCommandExplainsItself(command: [String]) async {
    #expect(await exitCode(of: command + ["--help"]) == 0)
  }
}
