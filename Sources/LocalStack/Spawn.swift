internal import FoundationEssentials
internal import Glibc

/// An errno of the operating system and the function that gave it.
package struct SystemCallFailure: Error, CustomStringConvertible {
  package let function: String
  package let code: Int32

  package init(_ function: String, _ code: Int32) {
    self.function = function
    self.code = code
  }

  package var description: String { "\(function): \(String(cString: strerror(code)))" }
}

/// Starts a program that outlives the function that starts it, in a process group of its own.
package enum Spawn {
  /// The destination of the program's standard output and standard error.
  package enum Output: Sendable {
    /// A file, appended to.
    case file(String)
    case descriptor(Int32)
    /// The same descriptors as this process has.
    case inherited
  }

  /// Starts the program with posix_spawn(3) and returns its process id.
  ///
  /// - Parameters:
  ///   - words: the program, looked for in PATH, and its arguments.
  ///   - environment: exactly these variables; nil gives it those of this process.
  ///   - standardInput: nil is /dev/null.
  ///   - inherited: a descriptor that the program keeps open as number 3, without knowing of it.
  /// - Throws: `SystemCallFailure`.
  package static func start(
    _ words: [String],
    environment: [String: String]? = nil,
    standardInput: Int32? = nil,
    output: Output = .file("/dev/null"),
    inherited: Int32? = nil
  ) throws(SystemCallFailure) -> Int32 {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    if let standardInput {
      posix_spawn_file_actions_adddup2(&actions, standardInput, 0)
    } else {
      posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
    }
    switch output {
    case .file(let path):
      posix_spawn_file_actions_addopen(&actions, 1, path, O_WRONLY | O_CREAT | O_APPEND, 0o644)
      posix_spawn_file_actions_adddup2(&actions, 1, 2)
    case .descriptor(let descriptor):
      posix_spawn_file_actions_adddup2(&actions, descriptor, 1)
      posix_spawn_file_actions_adddup2(&actions, 1, 2)
    case .inherited: break
    }
    if let inherited { posix_spawn_file_actions_adddup2(&actions, inherited, 3) }
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    // A process group of its own: Ctrl-C at the terminal is for this process, which stops its children in order.
    // A child would inherit which signals this process blocks and ignores.
    var signals = sigset_t()
    sigemptyset(&signals)
    posix_spawnattr_setsigmask(&attributes, &signals)
    sigfillset(&signals)
    posix_spawnattr_setsigdefault(&attributes, &signals)
    let flags = POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF
    posix_spawnattr_setflags(&attributes, Int16(flags))

    closeDescriptorsOnExec()
    var arguments = words.map { strdup($0) } + [nil]
    defer { for argument in arguments { free(argument) } }
    var variables = environment?.map { strdup("\($0.key)=\($0.value)") } ?? []
    variables.append(nil)
    defer { for variable in variables { free(variable) } }
    var pid: pid_t = 0
    let failure =
      if environment == nil {
        posix_spawnp(&pid, words[0], &actions, &attributes, &arguments, environ)
      } else {
        posix_spawnp(&pid, words[0], &actions, &attributes, &arguments, &variables)
      }
    guard failure == 0 else { throw SystemCallFailure("posix_spawnp of \(words[0])", failure) }
    return pid
  }

  /// Marks all descriptors: a child would hold NIO's sockets, which are not closed by `exec`, as long as it lives, and
  /// they would count against its limit.
  private static func closeDescriptorsOnExec() {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd")) ?? []
    for descriptor in names.compactMap({ Int32($0) }) where descriptor > 2 {
      _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
    }
  }
}
