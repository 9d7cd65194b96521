internal import FoundationEssentials
internal import Glibc

/// The directory of PostgreSQL's programs, and the user as whom they run: initdb and postgres refuse to run as root.
package struct PostgresInstallation: Sendable {
  package let binaries: String
  /// The user the server runs as, if it is not the one of this process: Debian's own account for it.
  package let owner: String?

  /// Finds the newest installed version, or a given one.
  ///
  /// - Parameter version: the major version, as a data directory's PG_VERSION names it.
  /// - Throws: `LocalStackFailure` if there is none.
  package static func find(version: Int? = nil) throws(LocalStackFailure) -> PostgresInstallation {
    let installed = ((try? FileManager.default.contentsOfDirectory(atPath: "/usr/lib/postgresql")) ?? [])
      .compactMap { Int($0) }.sorted(by: >)
    let wanted = installed.filter { version == nil || $0 == version }.map { "/usr/lib/postgresql/\($0)/bin" }
    let path = version == nil ? getenv("PATH").map { String(cString: $0) } ?? "" : ""
    let candidates = wanted + path.split(separator: ":").map(String.init)
    let binaries = candidates.first { FileManager.default.isExecutableFile(atPath: $0 + "/initdb") }
    guard let binaries else {
      throw LocalStackFailure(
        "PostgreSQL\(version.map { " \($0)" } ?? "") is not installed",
        "run: make install"
      )
    }
    return PostgresInstallation(binaries: binaries, owner: geteuid() == 0 ? "postgres" : nil)
  }

  /// The name of the user as whom the server runs.
  package var ownerName: String {
    owner ?? getpwuid(geteuid()).map { String(cString: $0.pointee.pw_name) } ?? "\(geteuid())"
  }

  /// A program of this installation, or another one of the system.
  package func path(of program: String) -> String {
    let bundled = binaries + "/" + program
    return FileManager.default.isExecutableFile(atPath: bundled) ? bundled : program
  }

  /// The words that run a program as the server's owner.
  package func command(_ program: String, _ arguments: [String]) -> [String] {
    guard let owner else { return ["env", path(of: program)] + arguments }
    return ["setpriv", "--reuid=\(owner)", "--regid=\(owner)", "--clear-groups", "--", path(of: program)]
      + arguments
  }

  /// Runs a program as the server's owner until it ends with success.
  ///
  /// - Returns: what it wrote.
  /// - Throws: `LocalStackFailure` with its output.
  @discardableResult
  package func run(_ program: String, _ arguments: [String], input: String = "") async throws -> String {
    var options = ChildProcess.Options()
    options.user = owner
    options.directory = "/"
    let result = try await ChildProcess.run(
      [path(of: program)] + arguments,
      name: program,
      options: options,
      input: input
    )
    guard result.end == .exit(0) else {
      throw LocalStackFailure("\(program) failed, \(result.end):", result.output)
    }
    return result.output
  }

  /// Tells if the server of a data directory takes connections: its postmaster.pid has the word `ready` in line 8.
  package static func isReady(data: String, pid: Int32) -> Bool {
    let file = (try? String(contentsOfFile: data + "/postmaster.pid", encoding: .utf8)) ?? ""
    let lines = file.split(separator: "\n", omittingEmptySubsequences: false)
    return lines.first == "\(pid)" && lines.count >= 8 && lines[7].hasPrefix("ready")
  }
}
