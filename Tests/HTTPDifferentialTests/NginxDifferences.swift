extension Differences {
  /// In what nginx differs from us. What it passes on it writes anew: one length, line ends of two bytes, and only
  /// fields with the names that it takes. So what it takes more of than we do cannot split a request between it and
  /// us.
  static let ofNginx = Differences(
    takesMore: [
      Difference(
        "It takes any minor version of HTTP/1 for the one it knows; RFC 9112 §2.3 allows that, and no client sends others.",
        .requests(.get),
        of: ["HTTP/1.2", "HTTP/1.9", "HTTP/1.11"]
      ),
      Difference(
        "It speaks HTTP/0.9.",
        [
          "HTTP/0.9, then a head": .requests(.init("GET", "/", host: nil)),
          "a request, then a malformed one": .requests(.get, .init("GET", "/2", host: nil)),
        ]
      ),
      Difference(
        "Blanks in the request line are one each (RFC 9112 §3).",
        .requests(.get),
        of: ["a blank behind the version", "two blanks before the target", "two blanks behind the target"]
      ),
      Difference(
        "A line feed alone ends no line here; RFC 9112 §2.2 allows both.",
        [
          "a line feed ends the line": .requests(.get), "line feeds end all lines": .requests(.get),
          "a line feed ends the last line": .requests(.get),
          "a line feed ends a field": .requests(.get("x: a")),
          "a line feed in a field that hides another": .nothing,
          "TE.TE: X: a\\xaTransfer-Encoding: chunked": .requests(.post("", fields: ["x: a"])),
          "a line feed behind a size": .requests(.post("ok")),
          "a line feed behind a chunk": .requests(.post("ok")),
          "less than the size": .requests(.post("ok\r")),
          "line feeds end all lines of a body": .requests(.post("ok")),
          "a line feed ends the body": .requests(.post("ok")),
          "a line feed behind the last size": .requests(.post("ok")),
        ]
      ),
      Difference(
        "Before a request there may be empty lines (RFC 9112 §2.2), a few, and nothing else that looks like them.",
        [
          "a line feed before the request": .requests(.get),
          "a carriage return before the request": .requests(.get),
          "a thousand empty lines before the request": .requests(.get),
          "a line feed between requests": .requests(.post("ok"), .get),
        ]
      ),
      Difference(
        "A target is visible ASCII without a fragment (RFC 9112 §3.2, RFC 3986 §2).",
        [
          "a fragment": .requests(.get(target: "/a#b")),
          "a fragment in the query": .requests(.get(target: "/a?b#c")),
          "the absolute form with a fragment": .requests(.get(target: "/#b")),
          "bytes beyond ASCII in the target": .requests(.get(target: "/ä")),
        ]
      ),
      Difference(
        "A Host is a name or an address, and a port (RFC 9110 §7.2).",
        [
          "a Host with a user": .requests(.init("GET", "/", host: "u@a.example")),
          "a Host with a port that is none": .requests(.init("GET", "/", host: "a.example:b")),
          "a Host with a byte beyond ASCII": .requests(.init("GET", "/", host: "\u{FFFD}.example")),
        ]
      ),
      Difference(
        "It drops a line that is no field; we refuse the request (RFC 9112 §5.1).",
        [
          "TE.TE with a length: Transfer-Encoding\\xa0: chunked": .requests(.post("0\r\n\r\n")),
          "TE.TE: Transfer-Encoding\\xa0: chunked": .requestsThenRefused(.post("")),
        ].merging(
          [34, 40, 41, 44, 47, 59, 60, 61, 62, 63, 64, 91, 92, 93, 123, 125, 128, 160, 255]
            .map { ("the byte \($0) in a name", .requests(.get)) }
        ) { one, _ in one }
      ),
      Difference("Fields need a colon (RFC 9112 §5).", ["no colon": .requests(.get("x: "))]),
      Difference(
        "Values hold no control characters (RFC 9110 §5.5).",
        [
          "two carriage returns end a field": .requests(.get("x: a")),
          "an escape in a value": .requests(.get("x: a\u{1B}[0m")),
          "DEL in a value": .requests(.get("x: a\u{7F}")),
          "a vertical tabulator before a value": .requests(.get("x: \u{B}a")),
        ]
      ),
      Difference(
        "Limits are the server's own matter (RFC 9110 §5.4, RFC 9112 §7.1.1).",
        [
          "129 fields": .requests(.init("GET", "/", fields: (0..<128).map { "x\($0): a" })),
          "more zeros than any size has digits": .requests(.post("ok")),
          "an extension over the limit": .requests(.post("ok")),
          "trailers over the limit": .requests(.post("ok")),
          "extensions of one byte chunks, too many in all": .requests(
            .post(String(repeating: "a", count: 2000))
          ),
        ]
      ),
      Difference(
        "A field with one value is there once (RFC 9110 §5.3).",
        ["Content-Type twice": .requests(.post("a"))]
      ),
      Difference(
        "It passes over everything between a size and the end of its line; we look at it (RFC 9112 §7.1).",
        [
          "a blank behind a size": .requests(.post("ok")),
          "a tabulator behind a size": .requests(.post("ok")),
          "a blank within a size": .requests(.post("")), "a semicolon alone": .requests(.post("ok")),
          "an extension without a name": .requests(.post("ok")),
          "an extension with a line feed": .requests(.post("ok")),
          "an extension that hides a chunk behind a line feed": .requests(.post("xxok")),
          "an extension with a NUL": .requests(.post("ok")),
          "an extension with a control character": .requests(.post("ok")),
          "a line end in quotes": .requests(.post("ok")),
        ]
      ),
      Difference(
        "It passes over trailers; we look at them (RFC 9112 §7.1.2).",
        .requests(.post("ok")),
        of: [
          "a trailer without a colon", "a trailer that is a request",
          "a trailer with a blank before the colon",
          "a trailer with a folded line", "a trailer that begins with a blank", "a trailer with a line feed",
          "a trailer with a NUL",
        ]
      ),
    ],
    takesLess: [
      Difference(
        "Its methods consist of capitals, hyphens and underscores; a method is any token (RFC 9110 §9.1).",
        [
          "a method in lower case": .refused, "every kind of character in a method": .refused,
          "a byte between requests": .requestsThenRefused(.post("ok")),
        ]
      ),
      Difference(
        "It looks for files by their paths; we compare paths with routes, byte by byte, and decode nothing.",
        .refused,
        of: ["percent-encoding", "a percent sign alone", "dots above the root"]
      ),
      Difference("It serves nothing for it; RFC 9110 §9.3.7 has it.", ["the asterisk for OPTIONS": .refused]),
      Difference("A Host may be empty (RFC 9112 §3.2).", ["an empty Host": .refused]),
      Difference("A tabulator is a blank (RFC 9110 §5.6.3).", ["blanks around a length": .refused]),
    ],
    readsOtherwise: [
      Difference(
        "It speaks HTTP/0.9; we wait for the rest of a head.",
        ["HTTP/0.9, no version": .requests(.init("GET", "/", host: nil))]
      ),
      Difference(
        "The host of an absolute target counts more than Host (RFC 9112 §3.2.2); it is set to pass Host on as it came.",
        [
          "the absolute form of another host": .requests(.get),
          "the absolute form in upper case": .requests(.get),
        ]
      ),
      Difference(
        "Tabulators around a value are no part of it (RFC 9110 §5.6.3).",
        [
          "blanks around a value": .requests(.get("x: \t a b\t")),
          "a value of blanks": .requests(.get("x: \t")),
        ]
      ),
      Difference(
        "It drops fields whose names hold other characters than letters, digits and hyphens.",
        .requests(.get),
        of: ["an underscore in a name", "every kind of character in a name"]
      ),
    ]
  )
}
