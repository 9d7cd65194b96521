import ArgumentParser
import Glibc

/// The operator's word for something that cannot be taken back: `--yes`, or an answer on the terminal.
struct Consent: ParsableArguments {
  @Flag(help: "Do what deletes data without asking, as scripts must.")
  var yes = false

  /// Asks on the terminal, if there is one.
  /// - Throws: `NoConsent` unless the answer is "yes"; without a terminal, unless `--yes` was given.
  func ask(_ consequence: String) throws(NoConsent) {
    if yes { return }
    guard isatty(STDIN_FILENO) == 1, isatty(STDERR_FILENO) == 1 else {
      throw NoConsent(consequence: consequence)
    }
    let question = Array("\(consequence) Type yes to go on: ".utf8)
    // On standard error: standard output is the command's result.
    _ = write(STDERR_FILENO, question, question.count)
    guard readLine() == "yes" else { throw NoConsent(consequence: nil) }
  }
}

/// Nobody said yes. Nothing was done.
struct NoConsent: Error, CustomStringConvertible {
  /// What would have been done; nil if somebody was asked and said no.
  let consequence: String?

  var description: String {
    consequence.map { "\($0) There is no terminal to ask on: give --yes if it is meant." }
      ?? "Nothing was done."
  }
}
