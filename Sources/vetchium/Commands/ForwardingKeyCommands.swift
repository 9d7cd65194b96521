import ArgumentParser
import RegionRouting
import Vocabulary

struct ForwardingKeyCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "forwarding-key",
    abstract: "Prints a fresh key for FORWARDING_KEYS or WORKER_KEYS.",
    discussion: "32 random bytes in base64. Each region has its own, and its workers another one."
  )

  func run() {
    print(HopKeys.fresh())
  }
}

struct ForwardingVerifiersCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "forwarding-verifiers",
    abstract: "Reads a region's FORWARDING_KEYS from standard input and prints how another region knows it.",
    discussion: """
      One line for the other region's FORWARDING_VERIFIERS, where the lines of all regions stand in one list,
      separated by commas. It is enough to check requests to that region and worth nothing for requests to others, but
      it is a secret of the two regions.

        vetchium forwarding-verifiers --from usa1 --to ind1 < usa1-forwarding-keys
      """
  )

  @Option(help: "The region whose keys are read.", transform: region) var from: RegionCode
  @Option(help: "The region that checks its requests.", transform: region) var to: RegionCode

  func validate() throws {
    guard from != to else { throw ValidationError("--from and --to must be different regions.") }
  }

  func run() throws {
    guard let line = readLine() else { throw ValidationError("There are no keys on standard input.") }
    let keys: HopKeys
    do { keys = try HopKeys.parse(line) } catch { throw ValidationError("FORWARDING_KEYS: \(error).") }
    print(keys.verifiers(from: from, for: to))
  }

  private static func region(_ text: String) throws -> RegionCode {
    guard let region = RegionCode(rawValue: text) else {
      throw ValidationError("'\(text)' is no region code such as ind1.")
    }
    return region
  }
}
