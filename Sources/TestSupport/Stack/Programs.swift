internal import FoundationEssentials

/// The project's own programs, as built together with the tests.
public enum Programs {
  /// The test bundle lies beside them.
  public static let directory: String = {
    let bundle = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? "."
    return String(bundle.prefix(upTo: bundle.lastIndex(of: "/") ?? bundle.endIndex))
  }()

  public static func path(of program: String) -> String { directory + "/" + program }

  /// Runs a program to its end, which must be exit code 0.
  public static func run(_ program: String, _ arguments: [String], environment: [String: String] = [:])
    async throws
  {
    let process = try await TestProcess.start(
      [path(of: program)] + arguments,
      name: program,
      environment: environment
    )
    let end = try await process.waitForEnd(within: .seconds(60))
    guard end == .exit(0) else {
      throw TestProcess.Failure(
        description: "\(program) \(arguments.first ?? ""): \(end)\n\(process.log.tail)"
      )
    }
  }
}
