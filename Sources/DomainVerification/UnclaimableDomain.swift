import CPSL
public import Vocabulary

/// The reason why a domain can be no tenant's, whatever its DNS says.
public enum UnclaimableDomain: Sendable, Equatable {
  /// Anybody can register names below it (`co.uk`, `github.io`), so it is nobody's by itself.
  case publicSuffix
  /// It gives addresses to anybody: such an address says nothing about an employer or an agency.
  case personalMailProvider
  /// Its record would have a name of more than 253 characters, which the DNS does not allow (RFC 1035 §2.3.4).
  case withoutRecord

  /// Finds the reason; nil for a domain that can be claimed.
  public init?(_ domain: DomainName) {
    if DomainProof.recordName(of: domain.name).utf8.count > 253 {
      self = .withoutRecord
    } else if Self.personalMailProviders.contains(domain.name) {
      self = .personalMailProvider
    } else if PublicSuffixes.contain(domain.name) {
      self = .publicSuffix
    } else {
      return nil
    }
  }

  /// Compared exactly: sub-domains of a provider are its own.
  private static let personalMailProviders: Set<String> = [
    "aol.com", "fastmail.com", "gmail.com", "gmx.com", "gmx.de", "gmx.net", "googlemail.com", "hey.com",
    "hotmail.co.uk", "hotmail.com", "hotmail.de", "hotmail.fr", "icloud.com", "live.com", "live.in",
    "mac.com", "mail.com", "me.com", "msn.com", "outlook.com", "outlook.in", "proton.me", "protonmail.com",
    "rediffmail.com", "tutanota.com", "web.de", "yahoo.ca", "yahoo.co.in", "yahoo.co.jp", "yahoo.co.uk",
    "yahoo.com", "yahoo.com.au", "yahoo.com.br", "yahoo.de", "yahoo.fr", "yandex.com", "yandex.ru",
    "ymail.com", "zoho.com",
  ]
}

/// The names below which anybody can register, as the Public Suffix List has them (https://publicsuffix.org), those of
/// private operators included.
private enum PublicSuffixes {
  /// The list that libpsl finds: the operating system's file (Debian: package publicsuffix) if it is newer than the one
  /// compiled into the library. Read once and never changed.
  nonisolated(unsafe) private static let list = psl_latest(nil) ?? psl_builtin()

  /// Says whether a name is a public suffix. Without any list all names are: libpsl says so, and nobody can claim one.
  static func contain(_ name: String) -> Bool { psl_is_public_suffix(list, name) != 0 }
}
