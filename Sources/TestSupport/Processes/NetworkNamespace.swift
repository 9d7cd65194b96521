internal import Glibc

/// A network of its own on this machine, in which there is IPv6 only: `::1` and nothing else (network_namespaces(7)).
public final class NetworkNamespace: Sendable {
  private let name: String

  private init(name: String) {
    self.name = name
  }

  /// Makes one; nil if this process may not.
  public static func make() async throws -> NetworkNamespace? {
    let namespace = NetworkNamespace(name: "vetchium-\(getpid())-\(UInt32.random(in: .min ... .max))")
    guard try await run(["ip", "netns", "add", namespace.name]) else { return nil }
    guard try await run(namespace.command + ["ip", "link", "set", "lo", "up"]),
      try await run(namespace.command + ["ip", "address", "del", "127.0.0.1/8", "dev", "lo"])
    else {
      try await namespace.remove()
      return nil
    }
    return namespace
  }

  /// Runs another command in it, in this one's place.
  public var command: [String] { ["ip", "netns", "exec", name] }

  /// It is gone once the last process in it has ended.
  public func remove() async throws {
    _ = try await Self.run(["ip", "netns", "delete", name])
  }

  private static func run(_ words: [String]) async throws -> Bool {
    let process = try await TestProcess.start(words, name: "ip", environment: [:])
    return try await process.waitForEnd() == .exit(0)
  }
}
