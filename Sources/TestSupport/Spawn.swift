internal import FoundationEssentials
internal import Glibc

/// Starts a program that outlives the function that starts it, in a process group of its own.
enum Spawn {
  /// - Parameters:
  ///   - words: the program, looked for in PATH, and its arguments.
  ///   - output: a file for standard output and standard error, appended to.
  ///   - outputDescriptor: takes both instead.
  static func start(
    _ words: [String],
    standardInput: Int32? = nil,
    output: String = "/dev/null",
    outputDescriptor: Int32? = nil
  ) throws -> pid_t {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    if let standardInput {
      posix_spawn_file_actions_adddup2(&actions, standardInput, 0)
    } else {
      posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
    }
    if let outputDescriptor {
      posix_spawn_file_actions_adddup2(&actions, outputDescriptor, 1)
    } else {
      posix_spawn_file_actions_addopen(&actions, 1, output, O_WRONLY | O_CREAT | O_APPEND, 0o644)
    }
    posix_spawn_file_actions_adddup2(&actions, 1, 2)
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    // A Ctrl-C at the terminal is for the tests; the watcher ends the server.
    // Threads of dispatch queues block all signals, and a child would inherit that.
    var noSignals = sigset_t()
    sigemptyset(&noSignals)
    posix_spawnattr_setsigmask(&attributes, &noSignals)
    posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK))

    keepDescriptors()
    var arguments = words.map { strdup($0) }
    arguments.append(nil)
    defer { for argument in arguments { free(argument) } }
    var pid: pid_t = 0
    let failure = posix_spawnp(&pid, words[0], &actions, &attributes, arguments, environ)
    guard failure == 0 else { throw PrivatePostgres.Failure.systemCall("posix_spawnp", failure) }
    return pid
  }

  /// A child would hold NIO's sockets, which are not closed by `exec`, as long as it lives, and they would count against its limit.
  private static func keepDescriptors() {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd")) ?? []
    for descriptor in names.compactMap({ Int32($0) }) where descriptor > 2 {
      _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
    }
  }
}
