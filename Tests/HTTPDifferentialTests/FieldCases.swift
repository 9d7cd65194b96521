/// Header fields (RFC 9112 §5, RFC 9110 §5).
extension RequestCase {
  static let fields: [RequestCase] = [
    RequestCase("blanks around a value", get("X: \t a b\t \r\n"), .requests(.get("x: a b"))),
    RequestCase("no blank behind the colon", get("X:a\r\n"), .requests(.get("x: a"))),
    RequestCase("an empty value", get("X:\r\n"), .requests(.get("x: "))),
    RequestCase("a value of blanks", get("X: \t \r\n"), .requests(.get("x: "))),
    RequestCase("a colon in a value", get("X: a:b:\r\n"), .requests(.get("x: a:b:"))),
    RequestCase("a tabulator in a value", get("X: a\tb\r\n"), .requests(.get("x: a\tb"))),
    RequestCase("the same name twice", get("X: a\r\nx: b\r\n"), .requests(.get("x: a", "x: b"))),
    RequestCase("bytes beyond ASCII in a value", get("X: \u{c3}\u{a4}\r\n"), .requests(.get("x: ä"))),
    RequestCase("a blank before a colon", get("X : a\r\n"), .refused),
    RequestCase("a tabulator before a colon", get("X\t: a\r\n"), .refused),
    RequestCase("no colon", get("X\r\n"), .refused),
    RequestCase("no colon, but a blank", get("X a\r\n"), .refused),
    RequestCase("no name", get(": a\r\n"), .refused),
    RequestCase("a folded line", get("X: a\r\n b\r\n"), .refused),
    RequestCase("a folded line with a tabulator", get("X: a\r\n\tb\r\n"), .refused),
    RequestCase("a line of one blank", get("X: a\r\n \r\n"), .refused),
    RequestCase("a line feed ends a field", get("X: a\nY: b\r\n"), .refused),
    RequestCase("a line feed in a field that hides another", get("X: a\nContent-Length: 5\r\n"), .refused),
    RequestCase("a carriage return in a value", get("X: a\rb\r\n"), .refused),
    RequestCase("a carriage return in a value that hides a field", get("X: a\rY: b\r\n"), .refused),
    RequestCase("two carriage returns end a field", get("X: a\r\r\n"), .refused),
    RequestCase(
      "a carriage return at the end of the head",
      "GET / HTTP/1.1\r\nHost: a.example\r\n\r\r\n\r\n",
      .refused
    ),
    RequestCase("a carriage return before a name", get("\rX: a\r\n"), .refused),
    RequestCase("a NUL in a value", get("X: a\u{0}b\r\n"), .refused),
    RequestCase("an escape in a value", get("X: a\u{1b}[0m\r\n"), .refused),
    RequestCase("DEL in a value", get("X: a\u{7f}\r\n"), .refused),
    RequestCase("a vertical tabulator before a value", get("X: \u{b}a\r\n"), .refused),
    RequestCase("an underscore in a name", get("X_Y: a\r\n"), .requests(.get("x_y: a"))),
    RequestCase(
      "every kind of character in a name",
      get("X!#$%&'*+-.^_`|~1: a\r\n"),
      .requests(.get("x!#$%&'*+-.^_`|~1: a"))
    ),
    RequestCase(
      "128 fields",
      get(many(127)),
      .requests(.init("GET", "/", fields: (0..<127).map { "x\($0): a" }))
    ),
    RequestCase("129 fields", get(many(128)), .refused),
    RequestCase(
      "a field over the limit",
      get("X: " + String(repeating: "a", count: 20_000) + "\r\n"),
      .refused
    ),
    RequestCase(
      "a name over the limit",
      get("X" + String(repeating: "a", count: 20_000) + ": a\r\n"),
      .refused
    ),
    RequestCase("Connection names a field", get("Connection: close, X\r\nX: a\r\n"), .requests(.get("x: a"))),
    RequestCase("Authorization twice", get("Authorization: a\r\nAuthorization: b\r\n"), .refused),
    RequestCase(
      "Content-Type twice",
      post("Content-Type: a/b\r\nContent-Type: c/d\r\nContent-Length: 1\r\n", "a"),
      .refused
    ),
  ]

  private static func many(_ count: Int) -> String { (0..<count).map { "X\($0): a\r\n" }.joined() }

  /// Names consist of few kinds of characters (RFC 9110 §5.6.2); some servers take others for blanks, or drop them.
  static let fieldBytes: [RequestCase] =
    [
      0x00, 0x01, 0x08, 0x0B, 0x0C, 0x0E, 0x1F, 0x20, 0x22, 0x28, 0x29, 0x2C, 0x2F, 0x3B, 0x3C, 0x3D, 0x3E,
      0x3F, 0x40, 0x5B, 0x5C, 0x5D, 0x7B, 0x7D, 0x7F, 0x80, 0xA0, 0xFF,
    ]
    .map { (byte: UInt8) in
      RequestCase("the byte \(byte) in a name", get("X\(Character(Unicode.Scalar(byte)))Y: a\r\n"), .refused)
    }
}
