internal import FoundationEssentials
internal import Glibc

/// Files of which some hold passwords; they appear complete or not at all.
package enum PrivateFiles {
  /// - Parameter isSecret: nobody but this user may read the file.
  /// - Throws: `LocalStackFailure`.
  package static func write(_ text: String, to path: String, isSecret: Bool = false) throws(LocalStackFailure)
  {
    let descriptor = open(path + ".new", O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, isSecret ? 0o600 : 0o644)
    guard descriptor >= 0 else { throw failure("cannot write \(path)") }
    defer { close(descriptor) }
    var rest = Array(text.utf8)[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
      guard count > 0 else { throw failure("cannot write \(path)") }
      rest = rest.dropFirst(count)
    }
    guard rename(path + ".new", path) == 0 else { throw failure("cannot write \(path)") }
  }

  /// Makes a directory and those above it.
  package static func makeDirectory(_ path: String, isSecret: Bool = false) throws(LocalStackFailure) {
    do {
      try FileManager.default.createDirectory(
        atPath: path,
        withIntermediateDirectories: true,
        attributes: isSecret ? [.posixPermissions: 0o700] : nil
      )
    } catch {
      throw LocalStackFailure("cannot make the directory \(path)", "\(error)")
    }
  }

  /// The secret of a name, made once of 32 random bytes and kept in a file.
  static func secret(_ name: String, in directory: String, encode: ([UInt8]) -> String)
    throws(LocalStackFailure)
    -> String
  {
    let path = directory + "/" + name
    if let known = try? String(contentsOfFile: path, encoding: .utf8), !known.isEmpty { return known }
    try makeDirectory(directory, isSecret: true)
    let secret = encode((0..<32).map { _ in UInt8.random(in: .min ... .max) })
    try write(secret, to: path, isSecret: true)
    return secret
  }

  private static func failure(_ message: String) -> LocalStackFailure {
    LocalStackFailure("\(message): \(String(cString: strerror(errno)))")
  }
}
