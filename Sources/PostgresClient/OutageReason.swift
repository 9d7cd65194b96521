/// Why a database cannot be used, in words of this program's own: fit for logs and for clients of `/readyz`.
///
/// libpq's and the server's words are never repeated, since they name hosts, roles and databases, and are in the
/// server's language. libpq's own words are always English, because no service calls setlocale; for a server's refusal
/// the SQLSTATE decides (PostgreSQL manual, appendix A).
struct OutageReason: Sendable, Hashable, CustomStringConvertible {
  let description: String
  /// True if the database replies and this program refuses it.
  let isJudgement: Bool

  init(_ words: StaticString) {
    description = "\(words)"
    isJudgement = false
  }

  /// - Parameter words: words that a judgement of this program made, which name nothing secret.
  init(judged words: String) {
    description = words
    isJudgement = true
  }

  /// The reason that a server's SQLSTATE stands for.
  init(sqlState: String) {
    isJudgement = false
    let words = Self.refusals[sqlState] ?? Self.classes[String(sqlState.prefix(2))]
    description = words.map { "\($0) (\(sqlState))" } ?? "SQLSTATE \(sqlState)"
  }

  /// The reasons in what libpq says about an attempt to connect: one for each host that was tried, each once.
  ///
  /// - Parameter message: libpq's words, with SQLSTATEs in place of the server's (`PQERRORS_SQLSTATE`).
  /// - Returns: nil if a line has words that are not libpq's, and no SQLSTATE: the server's own.
  init?(libpq message: String) {
    var reasons: [String] = []
    // Hints begin with a tab, except that about certificate authorities.
    for line in message.split(whereSeparator: \.isNewline)
    where !line.hasPrefix("\t") && !line.hasPrefix("Either provide the file") {
      guard let reason = Self.reason(of: line) else { return nil }
      if !reasons.contains(reason) { reasons.append(reason) }
    }
    guard !reasons.isEmpty else { return nil }
    description = reasons.joined(separator: "; ")
    isJudgement = false
  }

  private static func reason(of line: Substring) -> String? {
    if let known = libpqWords.first(where: { line.contains($0.text) }) { return "\(known.reason)" }
    // "… failed: FATAL:  28P01"
    guard let last = line.split(separator: " ").last, last.utf8.count == 5,
      last.utf8.allSatisfy({ (0x30...0x39).contains($0) || (0x41...0x5a).contains($0) })
    else { return nil }
    return OutageReason(sqlState: String(last)).description
  }

  /// What libpq says by itself (PostgreSQL 15, fe-connect.c, fe-auth.c, fe-secure-openssl.c), the special before the
  /// general.
  private static let libpqWords: [(text: String, reason: StaticString)] = [
    ("could not translate host name", "the host's name was not found"),
    ("could not look up", "the host's name was not found"),
    ("Connection refused", "the connection was refused"),
    ("root certificate file", "TLS: the file of certificate authorities cannot be read"),
    ("certificate file", "TLS: the client's certificate or key cannot be read"),
    ("private key file", "TLS: the client's certificate or key cannot be read"),
    ("does not match host name", "TLS: the server's certificate is for another name"),
    ("certificate verify failed", "TLS: the server's certificate is not trusted"),
    ("does not support SSL", "TLS: the server does not offer it"),
    ("SSL", "TLS failed"),
    ("No such file or directory", "there is no such Unix socket"),
    ("Permission denied", "the Unix socket is another user's"),
    ("timeout expired", "no reply in time"),
    ("timed out", "no reply in time"),
    ("No route to host", "the host cannot be reached"),
    ("unreachable", "the host cannot be reached"),
    ("no password supplied", "a password is needed and none is given"),
    ("session is read-only", "the server takes no writes"),
    ("session is not read-only", "the server takes writes"),
    ("hot standby mode", "the server is not what target_session_attrs asks for"),
    ("closed the connection unexpectedly", "the connection was lost"),
    ("could not receive data", "the connection was lost"),
    ("could not send", "the connection was lost"),
    ("Connection reset by peer", "the connection was lost"),
    ("Broken pipe", "the connection was lost"),
    ("connection pointer is NULL", "out of memory"),
    ("out of memory", "out of memory"),
    ("Too many open files", "too many open files in this process"),
    (
      "connection option",
      "a value of the connection string is malformed; in a URI, percent-encode / # ? @ in passwords"
    ),
    ("invalid response", "something else than PostgreSQL replies there"),
    ("received invalid", "something else than PostgreSQL replies there"),
    ("authentication method", "the server asks for a kind of authentication that is refused here"),
    ("SCRAM", "the server asks for a kind of authentication that is refused here"),
  ]

  private static let refusals: [String: StaticString] = [
    "28P01": "wrong password",
    "28000": "refused by pg_hba.conf, or no such role",
    "3D000": "no such database",
    "42501": "a right is missing",
    "53300": "too many connections",
    "55000": "it accepts no connections",
    "57P01": "the server ended the session",
    "57P02": "the server crashed",
    "57P03": "the server is starting, stopping or recovering",
    "57P05": "the session was idle for too long",
    "25006": "the server takes no writes",
    "0A000": "the server takes no writes, or the tables have changed",
    "08P01": "the pooler has lost its server, or refuses",
    "42P05": "prepared statements through a pooler: set DB_PREPARED_STATEMENTS=off",
    "26000": "prepared statements through a pooler: set DB_PREPARED_STATEMENTS=off",
  ]

  private static let classes: [String: StaticString] = [
    "08": "the connection was lost",
    "28": "the role was refused",
    "53": "the server lacks a resource",
    "57": "the server ended the session",
    "58": "the server's system failed",
    "XX": "the server failed",
  ]
}
