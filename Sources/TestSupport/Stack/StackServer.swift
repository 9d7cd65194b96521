internal import NIOConcurrencyHelpers

/// A service of a stack on its fixed port: the process may go and come back.
public final class StackServer: Sendable {
  public let name: String
  public let port: Int
  public let client: APIClient
  private let program: String
  private let environment: [String: String]
  private let prefix: [String]
  private let current = NIOLockedValueBox<TestProcess?>(nil)

  /// - Parameters:
  ///   - environment: without `HTTP_HOST` it listens on 127.0.0.1 only.
  ///   - prefix: a command that runs another one in its place, such as `prlimit` with a limit.
  public init(
    name: String,
    program: String,
    port: Int,
    environment: [String: String],
    prefix: [String] = []
  ) {
    self.name = name
    self.program = program
    self.port = port
    self.environment = ["HTTP_HOST": "127.0.0.1"].merging(environment) { $1 }
      .merging(["HTTP_PORT": "\(port)"]) { $1 }
    self.prefix = prefix
    client = APIClient(baseURL: "http://127.0.0.1:\(port)")
  }

  public struct NotRunning: Error {}

  /// - Throws: `NotRunning`.
  public var process: TestProcess {
    get throws {
      guard let process = current.withLockedValue({ $0 }) else { throw NotRunning() }
      return process
    }
  }

  /// Starts it and waits until it listens; its databases may be out of reach.
  public func start() async throws {
    let process = try await TestProcess.start(
      prefix + [Programs.path(of: program)],
      name: name,
      environment: environment
    )
    current.withLockedValue { $0 = process }
    guard await process.log.first(within: .seconds(20), where: { $0.message == "listening" }) != nil else {
      throw TestProcess.Failure(description: "\(name) does not listen:\n\(process.log.tail)")
    }
  }

  /// Waits until `/readyz` answers 200 and all dependencies are up, those included without which it is ready, too.
  public func waitUntilReady(within limit: Duration = .seconds(20)) async throws {
    let limit = ContinuousClock.now + limit
    while true {
      let answer = try await client.get("/readyz")
      if answer.status == 200, Self.areUp(answer.json["dependencies"]) { return }
      guard ContinuousClock.now < limit else {
        throw TestProcess.Failure(description: "\(name) is not ready:\n\(try process.log.tail)")
      }
      // Readiness is something to be asked for; there is no event for it.
      try await Task.sleep(for: .milliseconds(20))
    }
  }

  /// Runs its program with an argument, such as `--health`, and with its settings.
  /// - Returns: how that ended, and what it wrote.
  public func run(_ argument: String) async throws -> (end: TestProcess.End, text: String) {
    let process = try await TestProcess.start(
      [Programs.path(of: program), argument],
      name: "\(name) \(argument)",
      environment: environment
    )
    let end = try await process.waitForEnd()
    return (end, process.log.lines.map(\.text).joined(separator: "\n"))
  }

  private static func areUp(_ dependencies: JSON) -> Bool {
    dependencies.names.allSatisfy { dependencies[$0] == "up" }
  }

  /// Empty when it does not run.
  public var log: [LogLine] { current.withLockedValue { $0?.log.lines } ?? [] }
}
