import FoundationEssentials
public import Logging
import NIOConcurrencyHelpers
import NIOPosix
public import Vocabulary

/// Reads the file that `FORWARDING_VERIFIERS_FILE` names again when it has changed, so that adding a region or changing
/// another region's keys restarts no server. A text that is no list of verifiers is logged and changes nothing.
public final class VerifierFile: Sendable {
  /// The time between two looks at the file.
  public static let interval = Duration.seconds(2)

  private let path: String
  private let region: RegionCode
  private let verifier: HopVerifier
  private let logger: Logger
  /// What was last seen in it; nil if it could not be read.
  private let last: NIOLockedValueBox<Data?>

  /// - Parameters:
  ///   - path: of a file that has been read for the settings just now
  ///   - region: the server's, for which there must be no entry
  public init(_ path: String, region: RegionCode, verifier: HopVerifier, logger: Logger) {
    self.path = path
    self.region = region
    self.verifier = verifier
    self.logger = logger
    last = NIOLockedValueBox(nil)
  }

  /// Looks at the file again and again until the task is cancelled.
  public func run() async {
    while !Task.isCancelled {
      await look()
      try? await Task.sleep(for: Self.interval)
    }
  }

  /// Takes the verifiers of the file if it is another one than at the last look.
  func look() async {
    let content = try? await NIOThreadPool.singleton.runIfActive { [path] in
      try? Data(contentsOf: URL(filePath: path))
    }
    guard let content,
      last.withLockedValue({ last in
        defer { last = content }
        return last != content
      })
    else { return }
    do throws(HopKeysError) {
      let verifiers = try HopVerifiers.parse(String(decoding: content, as: UTF8.self))
      guard !verifiers.regions.contains(region) else { return refuse("has an entry for the own region") }
      verifier.replace(.listed(verifiers))
      logger.info("verifiers were read", metadata: ["regions": "\(verifiers)"])
    } catch {
      refuse(error.description)
    }
  }

  private func refuse(_ problem: String) {
    logger.warning(
      "FORWARDING_VERIFIERS_FILE cannot be used, keeping the last list",
      metadata: ["error": "\(problem)"]
    )
  }
}
