extension TestProcess {
  /// Starts a program at a terminal of its own. Each answer is typed, with Return, when the program has asked for it:
  /// when what it shows ends with ": ". `^C` in one is that key.
  ///
  /// The log has all that the terminal showed, and the end is the program's.
  public static func startAtTerminal(
    _ words: [String],
    name: String,
    environment: [String: String],
    typing answers: [String] = []
  ) async throws -> TestProcess {
    try await start(
      ["/usr/bin/python3", "-c", terminal, answers.joined(separator: "\u{1F}")] + words,
      name: name,
      environment: environment
    )
  }

  private static let terminal = """
    import os, pty, sys
    pid, terminal = pty.fork()
    if pid == 0: os.execv(sys.argv[2], sys.argv[2:])
    shown = b""
    for answer in sys.argv[1].split("\\x1f") if sys.argv[1] else []:
        while not shown.endswith(b": "): shown += os.read(terminal, 1024)
        os.write(terminal, answer.encode().replace(b"^C", b"\\x03") + b"\\n")
        shown += b"|"
    try:
        while chunk := os.read(terminal, 1024): shown += chunk
    except OSError: pass
    sys.stdout.buffer.write(shown + b"\\n")
    sys.stdout.flush()
    sys.exit(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
    """
}
