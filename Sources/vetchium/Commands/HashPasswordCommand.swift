import ArgumentParser
import PasswordHashing
import Vocabulary

struct HashPasswordCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "hash-password",
    abstract: "Reads a password from standard input and prints its Argon2id hash as a PHC string.",
    discussion: "One line; the line's end is not part of the password. For accounts that are made by SQL."
  )

  func run() async throws {
    guard let line = readLine() else { throw ValidationError("There is no password on standard input.") }
    let password: Password
    do { password = try Password(line) } catch { throw ValidationError("The password \(error.message).") }
    print(try await PasswordHasher(threads: 1).hash(password))
  }
}
