internal import FoundationEssentials
internal import Glibc
internal import Subprocess

/// Where PostgreSQL's programs are, and as whom they run: initdb and postgres refuse to run as root.
struct PostgresInstallation: Sendable {
  let binaries: String
  /// The user the server runs as, if it is not the one of this process.
  let owner: String?

  static func find() throws -> PostgresInstallation {
    let versions = (try? FileManager.default.contentsOfDirectory(atPath: "/usr/lib/postgresql")) ?? []
    let newest = versions.compactMap { Int($0) }.max().map { "/usr/lib/postgresql/\($0)/bin" }
    let path = getenv("PATH").map { String(cString: $0) } ?? ""
    let candidates = [newest].compactMap { $0 } + path.split(separator: ":").map(String.init)
    let binaries = candidates.first { FileManager.default.isExecutableFile(atPath: $0 + "/initdb") }
    guard let binaries else { throw PrivatePostgres.Failure.noInstallation }
    return PostgresInstallation(binaries: binaries, owner: geteuid() == 0 ? "postgres" : nil)
  }

  /// The program and its arguments, run as the server's owner.
  func command(_ program: String, _ arguments: [String]) -> [String] {
    let bundled = binaries + "/" + program
    let path = FileManager.default.isExecutableFile(atPath: bundled) ? bundled : program
    guard let owner else { return ["env", path] + arguments }
    return ["setpriv", "--reuid=\(owner)", "--regid=\(owner)", "--clear-groups", "--", path] + arguments
  }

  /// Runs a program as the server's owner until it ends.
  func run(_ program: String, _ arguments: [String]) async throws {
    let words = command(program, arguments)
    let result = try await Subprocess.run(
      .name(words[0]),
      arguments: Arguments(Array(words.dropFirst())),
      output: .discarded,
      error: .string(limit: 1 << 16)
    )
    if !result.terminationStatus.isSuccess {
      throw PrivatePostgres.Failure.commandFailed("\(program): \(result.standardError)")
    }
  }
}
