internal import FoundationEssentials
internal import Glibc

/// The directory of a stack's data, which one stack uses at a time.
package enum RunDirectory {
  /// Opens the lock file and locks it. The stack's programs inherit the descriptor, so that the lock is free when the
  /// last of them has ended, whatever has become of the process that started them.
  ///
  /// - Throws: `LocalStackFailure` if a stack runs in the directory; one that was stopped or killed has 5 seconds to
  ///   end.
  static func lock(_ settings: LocalStackSettings) async throws -> Int32 {
    let descriptor = open(settings.runDirectory + "/lock", O_WRONLY | O_CREAT | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else {
      throw LocalStackFailure(
        "cannot write into \(settings.runDirectory): \(String(cString: strerror(errno)))"
      )
    }
    let limit = ContinuousClock.now + .seconds(5)
    while flock(descriptor, LOCK_EX | LOCK_NB) != 0 {
      guard ContinuousClock.now < limit else {
        close(descriptor)
        throw LocalStackFailure(
          "a stack is running in \(settings.runDirectory)",
          "stop it first (Ctrl-C in its terminal)",
          "or run a second one beside it: VETCHIUM_PORT_OFFSET=1000 make run"
        )
      }
      try await Task.sleep(for: .milliseconds(50))
    }
    return descriptor
  }

  /// Removes the data of a stack that does not run; returns false if there is none.
  package static func forget(_ settings: LocalStackSettings) async throws -> Bool {
    guard FileManager.default.fileExists(atPath: settings.runDirectory) else { return false }
    // Only a directory that a stack has used is removed, whatever VETCHIUM_RUN_DIR says.
    guard FileManager.default.fileExists(atPath: settings.runDirectory + "/lock") else {
      throw LocalStackFailure(
        "\(settings.runDirectory) is not the data directory of a local stack; nothing was removed"
      )
    }
    let descriptor = try await lock(settings)
    defer { close(descriptor) }
    for path in [settings.socketDirectory, settings.runDirectory]
    where FileManager.default.fileExists(atPath: path) {
      try FileManager.default.removeItem(atPath: path)
    }
    return true
  }
}
