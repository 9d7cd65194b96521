import ArgumentParser
import Glibc
import Vocabulary

/// A password for a new account: asked for on the terminal, or one line of standard input.
enum NewPassword {
  /// - Throws: `ValidationError` for none, one that breaks the rules of all passwords, or one that anybody would try.
  static func ask(for email: EmailAddress) throws -> Password {
    let entered: String
    if isatty(STDIN_FILENO) == 1 {
      entered = try Terminal.askSecretly("Password: ")
      guard try Terminal.askSecretly("Once more: ") == entered else {
        throw ValidationError("The two passwords differ.")
      }
    } else {
      guard let line = readLine() else { throw ValidationError("There is no password on standard input.") }
      entered = line
    }
    return try check(entered, for: email)
  }

  static func check(_ entered: String, for email: EmailAddress) throws -> Password {
    let password: Password
    do { password = try Password(entered) } catch { throw ValidationError("The password \(error.message).") }
    if let weakness = weakness(of: String(decoding: password.utf8, as: UTF8.self), for: email) {
      throw ValidationError("The password \(weakness).")
    }
    return password
  }

  /// What an attacker would try first (NIST SP 800-63B §5.1.1.2: known values, repetitions, the account's own name).
  private static func weakness(of entered: String, for email: EmailAddress) -> String? {
    let lowered = entered.lowercased()
    if entered == Seed.password { return "is the one of the development accounts, which everybody knows" }
    if Set(lowered.unicodeScalars).count < 5 { return "must have at least 5 different characters" }
    if lowered.contains(email.localPart) && email.localPart.utf8.count >= 4 {
      return "must not contain the name in the address"
    }
    let scalars = lowered.unicodeScalars.map(\.value)
    if zip(scalars, scalars.dropFirst()).allSatisfy({ $0 &+ 1 == $1 }) { return "must not be a sequence" }
    return nil
  }
}

/// The terminal of whoever runs the command.
private enum Terminal {
  /// Reads a line that the terminal does not show.
  /// - Throws: `CleanExit` when the person has had enough (Ctrl-C, Ctrl-D).
  static func askSecretly(_ prompt: String) throws -> String {
    var usual = termios()
    guard tcgetattr(STDIN_FILENO, &usual) == 0 else { throw ValidationError("The terminal cannot be used.") }
    var secret = usual
    // Without signals from the keyboard: one that ended the program here would leave the terminal mute. So Ctrl-C ends
    // the line, and is seen at its end.
    secret.c_lflag &= ~tcflag_t(ECHO | ISIG)
    let interrupt = withUnsafeBytes(of: usual.c_cc) { $0[Int(VINTR)] }
    withUnsafeMutableBytes(of: &secret.c_cc) { $0[Int(VEOL)] = interrupt }
    // The prompt comes last: what is typed before it is forgotten, and what is typed behind it is not shown.
    guard tcsetattr(STDIN_FILENO, TCSAFLUSH, &secret) == 0 else {
      throw ValidationError("The terminal cannot be used.")
    }
    show(prompt)
    defer {
      tcsetattr(STDIN_FILENO, TCSAFLUSH, &usual)
      show("\n")
    }
    var line: [UInt8] = []
    var byte: UInt8 = 0
    while read(STDIN_FILENO, &byte, 1) == 1 {
      if byte == UInt8(ascii: "\n") { return String(decoding: line, as: UTF8.self) }
      if byte == interrupt { throw ExitCode(130) }
      line.append(byte)
    }
    throw ExitCode(130)
  }

  /// On standard error: standard output is the command's result.
  private static func show(_ text: String) {
    let bytes = Array(text.utf8)
    _ = write(STDERR_FILENO, bytes, bytes.count)
  }
}
