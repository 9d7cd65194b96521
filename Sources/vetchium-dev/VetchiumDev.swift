// The developer's command line: a whole system on this machine. Nothing of it belongs to production, so it is a program
// beside `vetchium`. Exit codes: 0 stopped as asked, 1 refused or failed, 64 wrong usage.

import ArgumentParser
import FoundationEssentials
import Glibc
import LocalStack
import UnixSignals

@main
struct VetchiumDev: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "vetchium-dev",
    abstract: "Runs a whole Vetchium system on this machine, for development.",
    discussion: """
      Run it in the source tree; scripts/dev does, after building it. The variables VETCHIUM_RUN_DIR, \
      VETCHIUM_PORT_OFFSET, VETCHIUM_BINARIES and others are explained in CONTRIBUTING.md.
      """,
    subcommands: [Run.self, Databases.self, Forget.self]
  )

  struct Run: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Starts everything and runs until Ctrl-C or SIGTERM; the data stays."
    )

    func run() async throws {
      try await supervise(console: .output) { stack in
        try await stack.start()
        guard let name = await stack.firstEnd() else { return 0 }
        throw LocalStackFailure(
          "\(name) ended without being asked, so everything was stopped",
          "its last lines are above, all of them in .run/logs/\(name).log"
        )
      }
    }
  }

  struct Databases: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Starts only PostgreSQL with all databases filled, and runs a command beside it.",
      discussion: """
        The command finds the databases by the variables PGHOST, PGPORT, PGUSER and PGPASSWORD, and how to start each \
        service in RUN_DIR/services.json. Its exit code becomes this program's.
        """
    )

    @Argument(parsing: .captureForPassthrough, help: "The command and its arguments.") var command: [String]

    func run() async throws {
      let words = command.first == "--" ? Array(command.dropFirst()) : command
      guard !words.isEmpty else { throw ValidationError("Name a command.") }
      // Standard output is the command's.
      try await supervise(console: .error, codeWhenAsked: 128 + SIGTERM) { stack in
        try await stack.startDatabases()
        return try await stack.run(words)
      }
    }
  }

  struct Forget: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Removes the data of a stack that does not run."
    )

    func run() async throws {
      let console = StackConsole.output
      do {
        let settings = try LocalStackSettings.here()
        let existed = try await RunDirectory.forget(settings)
        console.say(
          existed ? "Removed \(settings.runDirectory)" : "There is no data in \(settings.runDirectory)"
        )
      } catch let failure as LocalStackFailure {
        StackConsole.error.print("error: \(failure)")
        throw ExitCode(1)
      }
    }
  }
}

extension StackConsole {
  static let output = StackConsole(
    descriptor: STDOUT_FILENO,
    environment: ProcessInfo.processInfo.environment
  )
  static let error = StackConsole(descriptor: STDERR_FILENO, environment: ProcessInfo.processInfo.environment)
}

extension LocalStackSettings {
  /// The stack of the working directory, which is the source tree, with the services that lie beside this program.
  static func here() throws -> LocalStackSettings {
    let program = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? "./"
    return try LocalStackSettings(
      environment: ProcessInfo.processInfo.environment,
      project: FileManager.default.currentDirectoryPath,
      binaries: String(program.prefix(upTo: program.lastIndex(of: "/") ?? program.endIndex))
    )
  }
}

/// Runs a stack until the body is done or a signal asks to stop; nothing is left when this returns.
///
/// - Parameters:
///   - codeWhenAsked: the exit code after a signal.
///   - body: starts what it needs; its result is the exit code.
/// - Throws: `ExitCode`.
private func supervise(
  console: StackConsole,
  codeWhenAsked: Int32 = 0,
  _ body: @escaping @Sendable (LocalStack) async throws -> Int32
) async throws {
  signal(SIGPIPE, SIG_IGN)
  let signals = await UnixSignalsSequence(trapping: .sigint, .sigterm, .sighup)
  let stack: LocalStack
  do {
    stack = try await LocalStack(try LocalStackSettings.here(), console)
  } catch {
    StackConsole.error.print("error: \(error)")
    throw ExitCode(1)
  }
  let result: Result<Int32, any Error> = await withTaskGroup(of: Result<Int32, any Error>.self) { group in
    group.addTask {
      do { return .success(try await body(stack)) } catch { return .failure(error) }
    }
    group.addTask {
      for await _ in signals { break }
      return .success(codeWhenAsked)
    }
    let first = await group.next() ?? .success(0)
    await stack.stop()
    group.cancelAll()
    return first
  }
  switch result {
  case .success(0): console.say("Stopped")
  case .success(let code): throw ExitCode(code)
  case .failure(let error):
    StackConsole.error.print("error: \(error)")
    throw ExitCode(1)
  }
}
