internal import PostgresClient

/// A password for one of the platform's login roles.
package struct RolePassword: Sendable, CustomStringConvertible, CustomReflectable {
  package let role: String
  let password: String

  /// Fails unless the role is one of the platform's and the password is not empty and printable ASCII.
  package init?(role: String, password: String) {
    let isOurs = role.hasPrefix("vetchium_") && role.utf8.allSatisfy { $0 == 0x5f || Self.isPlain($0) }
    guard isOurs, !password.isEmpty, password.utf8.allSatisfy({ (0x20..<0x7f).contains($0) }) else {
      return nil
    }
    self.role = role
    self.password = password
  }

  /// Reads `role=password` lines; blank lines and lines that start with `#` are ignored.
  /// - Returns: nil if a line has another form.
  package static func parse(_ text: String) -> [RolePassword]? {
    var passwords: [RolePassword] = []
    for line in text.split(whereSeparator: \.isNewline) where !line.hasPrefix("#") {
      guard let equals = line.firstIndex(of: "="),
        let entry = RolePassword(
          role: String(line[..<equals]),
          password: String(line[line.index(after: equals)...])
        )
      else { return nil }
      passwords.append(entry)
    }
    return passwords
  }

  package var description: String { "password of \(role)" }
  package var customMirror: Mirror { Mirror(self, children: ["role": role]) }

  /// The statement that gives the role this password; the server gets a verifier instead of the password itself.
  ///
  /// - Parameter connection: the one that will execute the statement.
  func statement(for connection: PostgresConnection) throws(PostgresError) -> String {
    "ALTER ROLE \(role) PASSWORD '\(try connection.encrypt(password: password, forRole: role))'"
  }

  private static func isPlain(_ byte: UInt8) -> Bool {
    (0x61...0x7a).contains(byte) || (0x30...0x39).contains(byte)
  }
}
