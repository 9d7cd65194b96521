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
        console.flush()
      } catch let failure as LocalStackFailure {
        leave(console, .failure(failure))
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

/// Runs a stack until the body is done or a signal asks to stop, and leaves this process when nothing runs any more.
///
/// - Parameters:
///   - codeWhenAsked: the exit code after a signal.
///   - body: starts what it needs; its result is the exit code.
private func supervise(
  console: StackConsole,
  codeWhenAsked: Int32 = 0,
  _ body: @escaping @Sendable (LocalStack) async throws -> Int32
) async throws -> Never {
  signal(SIGPIPE, SIG_IGN)
  let signals = await UnixSignalsSequence(trapping: .sigint, .sigterm, .sighup)
  let stack: LocalStack
  do {
    stack = try await LocalStack(try LocalStackSettings.here(), console)
  } catch {
    leave(console, .failure(error))
  }
  let (results, result) = AsyncStream<Result<Int32, any Error>>.makeStream()
  // Neither task is waited for: what the body waits for must not keep this program from ending.
  Task {
    do { result.yield(.success(try await body(stack))) } catch { result.yield(.failure(error)) }
  }
  Task {
    var seen = 0
    for await signal in signals {
      seen += 1
      guard seen > 1 else {
        result.yield(.success(codeWhenAsked))
        continue
      }
      // The kernel ends what still runs (`ChildProcess`).
      leave(
        console,
        .failure(LocalStackFailure("a second signal came (\(signal)), so everything is ended at once"))
      )
    }
  }
  for await first in results {
    await stack.stop()
    leave(console, first)
  }
  leave(console, .success(0))
}

/// Says how it ended, and ends this process.
private func leave(_ console: StackConsole, _ result: Result<Int32, any Error>) -> Never {
  let code: Int32
  switch result {
  case .success(let success):
    code = success
    if success == 0 { console.say("Stopped") }
  case .failure(let error):
    code = 1
    console.flush()
    StackConsole.error.print("error: \(error)")
  }
  console.flush()
  StackConsole.error.flush()
  exit(code)
}
