/// Chunks and what may stand between them (RFC 9112 §7.1).
extension RequestCase {
  private static let last = "0\r\n\r\n"

  static let chunks: [RequestCase] = [
    RequestCase("several chunks", chunked("1\r\na\r\n2\r\nbc\r\n\(last)"), .requests(.post("abc"))),
    RequestCase("no chunk but the last", chunked(last), .requests(.post(""))),
    RequestCase(
      "a size in upper and lower case",
      chunked("A\r\n0123456789\r\na\r\n0123456789\r\n\(last)"),
      .requests(.post("01234567890123456789"))
    ),
    RequestCase("a size with zeros in front", chunked("0002\r\nok\r\n\(last)"), .requests(.post("ok"))),
    RequestCase("a last size of several zeros", chunked("2\r\nok\r\n000\r\n\r\n"), .requests(.post("ok"))),
    RequestCase(
      "more zeros than any size has digits",
      chunked(String(repeating: "0", count: 40) + "2\r\nok\r\n\(last)"),
      .refused
    ),
    RequestCase(
      "line ends within a chunk",
      chunked("4\r\n\r\n\r\n\r\n\(last)"),
      .requests(.post("\r\n\r\n"))
    ),
    RequestCase("no last chunk", chunked("2\r\nok\r\n"), .nothing),
    RequestCase("no end of the trailers", chunked("2\r\nok\r\n0\r\n"), .nothing),
    RequestCase("no size", chunked("\r\nok\r\n\(last)"), .refused),
    RequestCase("no digit", chunked("g\r\nok\r\n\(last)"), .refused),
    RequestCase("a prefix 0x", chunked("0x2\r\nok\r\n\(last)"), .refused),
    RequestCase("a prefix 0X", chunked("0X2\r\nok\r\n\(last)"), .refused),
    RequestCase("a size of 0x alone", chunked("0x\r\n\r\n"), .refused),
    RequestCase("a plus sign before a size", chunked("+2\r\nok\r\n\(last)"), .refused),
    RequestCase("a minus sign before a size", chunked("-2\r\nok\r\n\(last)"), .refused),
    RequestCase("a size of minus zero", chunked("-0\r\n\r\n"), .refused),
    RequestCase("a blank before a size", chunked(" 2\r\nok\r\n\(last)"), .refused),
    RequestCase("a tabulator before a size", chunked("\t2\r\nok\r\n\(last)"), .refused),
    RequestCase("a blank behind a size", chunked("2 \r\nok\r\n\(last)"), .refused),
    RequestCase("a tabulator behind a size", chunked("2\t\r\nok\r\n\(last)"), .refused),
    RequestCase("a blank within a size", chunked("0 2\r\nok\r\n\(last)"), .refused),
    RequestCase("an underscore in a size", chunked("0_2\r\nok\r\n\(last)"), .refused),
    RequestCase("an h behind a size", chunked("2h\r\nok\r\n\(last)"), .refused),
    RequestCase("a NUL behind a size", chunked("2\u{0}\r\nok\r\n\(last)"), .refused),
    RequestCase("a fraction as a size", chunked("2.0\r\nok\r\n\(last)"), .refused),
    RequestCase("a size that wraps to 2 in 64 bits", chunked("10000000000000002\r\nok\r\n\(last)"), .refused),
    RequestCase("a size that wraps to 2 in 32 bits", chunked("100000002\r\nok\r\n\(last)"), .nothing),
    RequestCase("a size that is negative in 64 bits", chunked("FFFFFFFFFFFFFFFE\r\nok\r\n\(last)"), .refused),
    RequestCase("a size that is negative in 32 bits", chunked("FFFFFFFE\r\nok\r\n\(last)"), .nothing),
    RequestCase("a size in a digit of another script", chunked("\u{d9}\u{a2}\r\nok\r\n\(last)"), .refused),
    RequestCase("a full-width digit", chunked("\u{ef}\u{bc}\u{92}\r\nok\r\n\(last)"), .refused),
    RequestCase("a line feed behind a size", chunked("2\nok\r\n\(last)"), .refused),
    RequestCase("a carriage return behind a size", chunked("2\rok\r\n\(last)"), .refused),
    RequestCase("two carriage returns behind a size", chunked("2\r\r\nok\r\n\(last)"), .refused),
    RequestCase("no line end behind a chunk", chunked("2\r\nok\(last)"), .refused),
    RequestCase("a line feed behind a chunk", chunked("2\r\nok\n\(last)"), .refused),
    RequestCase("a carriage return behind a chunk", chunked("2\r\nok\r\(last)"), .refused),
    RequestCase("two bytes in place of the line end", chunked("2\r\nokXX\(last)"), .refused),
    RequestCase("a carriage return and a byte", chunked("2\r\nok\rX\(last)"), .refused),
    RequestCase("more than the size", chunked("2\r\nokay\r\n\(last)"), .refused),
    RequestCase("less than the size", chunked("3\r\nok\r\n\(last)"), .refused),
    RequestCase("an empty line before a size", chunked("2\r\nok\r\n\r\n\(last)"), .refused),
    RequestCase("line feeds end all lines of a body", chunked("2\nok\n0\n\n"), .refused),
    RequestCase("a line feed ends the body", chunked("2\r\nok\r\n0\r\n\n"), .refused),
    RequestCase("a line feed behind the last size", chunked("2\r\nok\r\n0\n\r\n"), .refused),
    RequestCase("an extension", chunked("2;a\r\nok\r\n\(last)"), .requests(.post("ok"))),
    RequestCase("an extension with a value", chunked("2;a=b\r\nok\r\n\(last)"), .requests(.post("ok"))),
    RequestCase(
      "an extension in quotes",
      chunked("2;a=\"b;c \\\" d\"\r\nok\r\n\(last)"),
      .requests(.post("ok"))
    ),
    RequestCase(
      "several extensions",
      chunked("2;a;b=c;d=\"e\"\r\nok\r\n0;f\r\n\r\n"),
      .requests(.post("ok"))
    ),
    RequestCase("blanks around an extension", chunked("2 ; a = b\r\nok\r\n\(last)"), .requests(.post("ok"))),
    RequestCase("a semicolon alone", chunked("2;\r\nok\r\n\(last)"), .refused),
    RequestCase("an extension without a name", chunked("2;=b\r\nok\r\n\(last)"), .refused),
    RequestCase("an extension with a line feed", chunked("2;a\nok\r\n\(last)"), .refused),
    RequestCase(
      "an extension that hides a chunk behind a line feed",
      chunked("2;\nxx\r\n2\r\nok\r\n\(last)"),
      .refused
    ),
    RequestCase("an extension with a carriage return", chunked("2;a\rb\r\nok\r\n\(last)"), .refused),
    RequestCase("an extension that ends with a carriage return", chunked("2;a\r\r\nok\r\n\(last)"), .refused),
    RequestCase("an extension with a NUL", chunked("2;a\u{0}\r\nok\r\n\(last)"), .refused),
    RequestCase("an extension with a control character", chunked("2;a\u{1}\r\nok\r\n\(last)"), .refused),
    RequestCase("a line end in quotes", chunked("2;a=\"\r\nok\r\n\(last)"), .refused),
    RequestCase(
      "an extension over the limit",
      chunked("2;a=" + String(repeating: "b", count: 70_000) + "\r\nok\r\n\(last)"),
      .refused
    ),
    RequestCase(
      "extensions of one byte chunks, too many in all",
      chunked(
        String(repeating: "1;a=" + String(repeating: "b", count: 100) + "\r\na\r\n", count: 2000) + last
      ),
      .refused
    ),
  ]

  /// Fields behind the last chunk (RFC 9112 §7.1.2). They are dropped, since nothing here uses them.
  static let trailers: [RequestCase] = [
    RequestCase("a trailer", chunked("2\r\nok\r\n0\r\nX: a\r\n\r\n"), .requests(.post("ok"))),
    RequestCase(
      "a trailer with a length",
      chunked("2\r\nok\r\n0\r\nContent-Length: 50\r\n\r\n"),
      .requests(.post("ok"))
    ),
    RequestCase(
      "a trailer with a coding",
      chunked("2\r\nok\r\n0\r\nTransfer-Encoding: chunked\r\n\r\n"),
      .requests(.post("ok"))
    ),
    RequestCase(
      "a trailer with a Host",
      chunked("2\r\nok\r\n0\r\nHost: b.example\r\n\r\n"),
      .requests(.post("ok"))
    ),
    RequestCase("a trailer without a colon", chunked("2\r\nok\r\n0\r\nX\r\n\r\n"), .refused),
    RequestCase(
      "a trailer that is a request",
      chunked("2\r\nok\r\n0\r\nGET / HTTP/1.1\r\nHost: a.example\r\n\r\n"),
      .refused
    ),
    RequestCase(
      "a trailer with a blank before the colon",
      chunked("2\r\nok\r\n0\r\nX : a\r\n\r\n"),
      .refused
    ),
    RequestCase("a trailer with a folded line", chunked("2\r\nok\r\n0\r\nX: a\r\n b\r\n\r\n"), .refused),
    RequestCase("a trailer that begins with a blank", chunked("2\r\nok\r\n0\r\n X: a\r\n\r\n"), .refused),
    RequestCase("a trailer with a line feed", chunked("2\r\nok\r\n0\r\nX: a\nY: b\r\n\r\n"), .refused),
    RequestCase("a trailer with a carriage return", chunked("2\r\nok\r\n0\r\nX: a\rb\r\n\r\n"), .refused),
    RequestCase("a trailer with a NUL", chunked("2\r\nok\r\n0\r\nX: \u{0}\r\n\r\n"), .refused),
    RequestCase(
      "trailers over the limit",
      chunked("2\r\nok\r\n0\r\n" + String(repeating: "X: aaaaaaaaaaaaaaaa\r\n", count: 5000) + "\r\n"),
      .refused
    ),
  ]

  /// One request behind the other (RFC 9112 §9.3.2).
  static let sequences: [RequestCase] = [
    RequestCase("two requests", get() + get(target: "/2"), .requests(.get, .get(target: "/2"))),
    RequestCase(
      "a body, then a request",
      post("Content-Length: 2\r\n", "ok") + get(),
      .requests(.post("ok"), .get)
    ),
    RequestCase(
      "chunks, then a request",
      chunked("2\r\nok\r\n\(last)") + get(),
      .requests(.post("ok"), .get)
    ),
    RequestCase(
      "chunks and trailers, then a request",
      chunked("2\r\nok\r\n0\r\nX: a\r\n\r\n") + get("X: b\r\n"),
      .requests(.post("ok"), .get("x: b"))
    ),
    RequestCase(
      "an empty line between requests",
      post("Content-Length: 2\r\n", "ok") + "\r\n" + get(),
      .requests(.post("ok"), .get)
    ),
    RequestCase(
      "a line feed between requests",
      post("Content-Length: 2\r\n", "ok") + "\n" + get(),
      .requestsThenRefused(.post("ok"))
    ),
    RequestCase(
      "a byte between requests",
      post("Content-Length: 2\r\n", "ok") + "x" + get(),
      .requests(.post("ok"), .init("xGET", "/"))
    ),
    RequestCase(
      "a NUL between requests",
      post("Content-Length: 2\r\n", "ok") + "\u{0}" + get(),
      .requestsThenRefused(.post("ok"))
    ),
    RequestCase("a request, then half a request", get() + "GET /2 HT", .requests(.get)),
    RequestCase("a request, then a malformed one", get() + "GET /2\r\n\r\n", .requestsThenRefused(.get)),
    RequestCase(
      "a request of each kind",
      get() + post("Content-Length: 2\r\n", "ok") + chunked(last) + get(target: "/4"),
      .requests(.get, .post("ok"), .post(""), .get(target: "/4"))
    ),
    RequestCase(
      "ten requests",
      String(repeating: get(), count: 10),
      Reading(requests: Array(repeating: .get, count: 10))
    ),
    RequestCase(
      "Upgrade, then a request",
      get("Connection: upgrade\r\nUpgrade: h2c\r\n") + get(),
      .requests(.get, .get)
    ),
    RequestCase(
      "HTTP/1.0 that is kept alive, then a request",
      "GET / HTTP/1.0\r\nHost: a.example\r\nConnection: keep-alive\r\n\r\n" + get(),
      .requests(.get, .get)
    ),
  ]
}
