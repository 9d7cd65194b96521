import ArgumentParser
import Dispatch
import FoundationEssentials
import PasswordHashing
import Synchronization
import Vocabulary

struct MeasurePasswordsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "measure-passwords",
    abstract: "Measures how many Argon2id verifications this machine does per second on all its cores.",
    discussion:
      "The upper limit of logins per second: services verify with the same library and parameters. "
      + "Prints one number."
  )

  @Option(help: ArgumentHelp("How long to measure.", valueName: "seconds"))
  var seconds = 5

  func validate() throws {
    guard (1...3600).contains(seconds) else { throw ValidationError("--seconds takes 1 to 3600.") }
  }

  func run() throws {
    let password = try Password("a password that measures")
    let phc = try Argon2id.hash(password)
    let verifications = Atomic(0)
    let clock = ContinuousClock()
    let start = clock.now
    let end = start + .seconds(seconds)
    DispatchQueue.concurrentPerform(iterations: ProcessInfo.processInfo.activeProcessorCount) { _ in
      while clock.now < end {
        guard Argon2id.verify(password, against: phc) else { return }
        verifications.add(1, ordering: .relaxed)
      }
    }
    let tenths = Double(verifications.load(ordering: .relaxed)) * 10 / ((clock.now - start) / .seconds(1))
    print(tenths.rounded() / 10)
  }
}
