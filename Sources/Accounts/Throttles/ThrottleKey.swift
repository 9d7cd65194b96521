public import FoundationEssentials
import Vocabulary

/// What is counted, as the hash under which the database knows it.
public struct ThrottleKey: Sendable, Equatable {
  public let hash: Data

  /// Wrong passwords for an account from a client's network.
  ///
  /// - Parameter account: what the client calls it, not its id: an account that does not exist is counted like one that does.
  static func login(realm: String, account: String, client: String) -> ThrottleKey {
    ThrottleKey("login", realm, account, client)
  }

  /// Mails to an address, whoever causes them. Each database counts those that it queues: signups are counted in the global one,
  /// resets in the region of the account.
  static func mail(to address: String) -> ThrottleKey {
    ThrottleKey("mail", address)
  }

  private init(_ parts: String...) {
    // No part can hold a NUL of its own but the last.
    hash = SHA256.hash(parts.joined(separator: "\0").utf8)
  }
}
