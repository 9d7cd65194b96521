import Glibc
import Logging
import NIOConcurrencyHelpers
import NIOPosix
import NIOSSL

/// A TLS context that is made of files, and made anew when one of them has changed. A change that cannot be used, such
/// as a certificate whose key is not there yet, is logged and leaves the last context in place.
final class ReloadedFiles: Sendable {
  private struct State {
    var context: NIOSSLContext?
    var fingerprints: [FileFingerprint?] = []
    /// A change that could not be used, and that was logged.
    var refused: [FileFingerprint?]?
  }

  private let paths: [String]
  private let make: @Sendable () throws -> NIOSSLContext
  private let state = NIOLockedValueBox(State())

  init(_ paths: [String], make: @escaping @Sendable () throws -> NIOSSLContext) {
    self.paths = paths
    self.make = make
  }

  /// The context of the files as they were last looked at; made when it is first asked for.
  func context() throws -> NIOSSLContext {
    if let made = state.withLockedValue({ $0.context }) { return made }
    let fingerprints = paths.map(FileFingerprint.init)
    let made = try make()
    return state.withLockedValue { state in
      if let earlier = state.context { return earlier }
      state = State(context: made, fingerprints: fingerprints)
      return made
    }
  }

  /// Looks whether the files have changed, on a thread that may block.
  func renew(_ logger: Logger) async {
    let renewed = try? await NIOThreadPool.singleton.runIfActive { [self] in renewNow(logger) }
    _ = renewed
  }

  private func renewNow(_ logger: Logger) {
    let fingerprints = paths.map(FileFingerprint.init)
    let isDue = state.withLockedValue {
      $0.context != nil && $0.fingerprints != fingerprints && $0.refused != fingerprints
    }
    guard isDue else { return }
    do {
      let made = try make()
      state.withLockedValue { $0 = State(context: made, fingerprints: fingerprints) }
      logger.info("certificates were read anew", metadata: ["files": "\(paths.joined(separator: " "))"])
    } catch {
      state.withLockedValue { $0.refused = fingerprints }
      logger.warning(
        "certificates cannot be used, keeping the last ones",
        metadata: ["files": "\(paths.joined(separator: " "))", "error": "\(error)"]
      )
    }
  }
}

/// What changes about a file when it is written or replaced; symbolic links are followed, as Kubernetes exchanges
/// those.
private struct FileFingerprint: Equatable {
  private let device: UInt64
  private let inode: UInt64
  private let size: Int64
  private let seconds: Int
  private let nanoseconds: Int

  /// Nil if there is no such file.
  init?(_ path: String) {
    var information = stat()
    guard stat(path, &information) == 0 else { return nil }
    device = UInt64(information.st_dev)
    inode = UInt64(information.st_ino)
    size = Int64(information.st_size)
    seconds = information.st_mtim.tv_sec
    nanoseconds = information.st_mtim.tv_nsec
  }
}
