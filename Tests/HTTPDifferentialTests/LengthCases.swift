/// Where a body ends (RFC 9112 §6), and the ways to make two servers disagree about it (§11.2).
extension RequestCase {
  static let lengths: [RequestCase] = [
    RequestCase("a length", post("Content-Length: 2\r\n", "ok"), .requests(.post("ok"))),
    RequestCase("a length of zero", post("Content-Length: 0\r\n", ""), .requests(.post(""))),
    RequestCase("no length", post("", ""), .requests(.post(""))),
    RequestCase(
      "a body for GET",
      "GET / HTTP/1.1\r\nHost: a.example\r\nContent-Length: 2\r\n\r\nok",
      .requests(.init("GET", "/", body: "ok"))
    ),
    RequestCase(
      "a length with zeros in front",
      post("Content-Length: 0002\r\n", "ok"),
      .requests(.post("ok"))
    ),
    RequestCase("blanks around a length", post("Content-Length: \t 2 \t\r\n", "ok"), .requests(.post("ok"))),
    RequestCase("less than the length", post("Content-Length: 3\r\n", "ok"), .nothing),
    RequestCase("no digits", post("Content-Length:\r\n", ""), .refused),
    RequestCase("a plus sign", post("Content-Length: +2\r\n", "ok"), .refused),
    RequestCase("a minus sign", post("Content-Length: -2\r\n", "ok"), .refused),
    RequestCase("minus zero", post("Content-Length: -0\r\n", ""), .refused),
    RequestCase("a hexadecimal length", post("Content-Length: 0x2\r\n", "ok"), .refused),
    RequestCase("a letter behind the length", post("Content-Length: 2a\r\n", "ok"), .refused),
    RequestCase("a fraction", post("Content-Length: 2.0\r\n", "ok"), .refused),
    RequestCase("an exponent", post("Content-Length: 2e0\r\n", "ok"), .refused),
    RequestCase("a length in quotes", post("Content-Length: \"2\"\r\n", "ok"), .refused),
    RequestCase("a blank in a length", post("Content-Length: 1 0\r\n", "0123456789"), .refused),
    RequestCase("a length with a semicolon", post("Content-Length: 2;\r\n", "ok"), .refused),
    RequestCase("a length with an underscore", post("Content-Length: 1_0\r\n", "0123456789"), .refused),
    RequestCase(
      "a length in a digit of another script",
      post("Content-Length: \u{d9}\u{a2}\r\n", "ok"),
      .refused
    ),
    RequestCase("the length twice in a field", post("Content-Length: 2, 2\r\n", "ok"), .refused),
    RequestCase("two lengths in a field", post("Content-Length: 2, 3\r\n", "ok"), .refused),
    RequestCase("a length and a comma", post("Content-Length: 2,\r\n", "ok"), .refused),
    RequestCase("the length twice", post("Content-Length: 2\r\nContent-Length: 2\r\n", "ok"), .refused),
    RequestCase("two lengths", post("Content-Length: 2\r\nContent-Length: 3\r\n", "ok!"), .refused),
    RequestCase(
      "two lengths, the second one empty",
      post("Content-Length: 2\r\nContent-Length:\r\n", "ok"),
      .refused
    ),
    RequestCase(
      "a length beyond 64 bits that wraps to 2",
      post("Content-Length: 18446744073709551618\r\n", "ok"),
      .refused
    ),
    RequestCase("a length beyond 63 bits", post("Content-Length: 9223372036854775808\r\n", "ok"), .refused),
    RequestCase(
      "a length that wraps to 2 in 32 bits",
      post("Content-Length: 4294967298\r\n", "ok"),
      .nothing
    ),
    RequestCase("a length with a blank before the colon", post("Content-Length : 2\r\n", "ok"), .refused),
    RequestCase("a length with a vertical tabulator", post("Content-Length:\u{b}2\r\n", "ok"), .refused),
    RequestCase(
      "a length with an underscore in its name",
      post("Content_Length: 2\r\n", ""),
      .requests(.post(""))
    ),
  ]

  static let codings: [RequestCase] = [
    RequestCase("chunks", chunked("2\r\nok\r\n0\r\n\r\n"), .requests(.post("ok"))),
    RequestCase(
      "chunked in another letter case",
      post("transfer-encoding: CHUNKED\r\n", "2\r\nok\r\n0\r\n\r\n"),
      .requests(.post("ok"))
    ),
    RequestCase(
      "chunks for HTTP/1.0",
      "POST / HTTP/1.0\r\nHost: a.example\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n",
      .refused
    ),
    RequestCase("identity", post("Transfer-Encoding: identity\r\n", ""), .refused),
    RequestCase("an empty coding", post("Transfer-Encoding:\r\n", ""), .refused),
    RequestCase("gzip, then chunked", post("Transfer-Encoding: gzip, chunked\r\n", "0\r\n\r\n"), .refused),
    RequestCase("chunked, then gzip", post("Transfer-Encoding: chunked, gzip\r\n", "0\r\n\r\n"), .refused),
    RequestCase("gzip", post("Transfer-Encoding: gzip\r\n", "ok"), .refused),
    RequestCase(
      "chunked twice in a field",
      post("Transfer-Encoding: chunked, chunked\r\n", "0\r\n\r\n"),
      .refused
    ),
    RequestCase(
      "chunked twice",
      post("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n", "0\r\n\r\n"),
      .refused
    ),
    RequestCase(
      "chunked, then identity",
      post("Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n", "0\r\n\r\n"),
      .refused
    ),
    RequestCase(
      "identity, then chunked",
      post("Transfer-Encoding: identity\r\nTransfer-Encoding: chunked\r\n", "0\r\n\r\n"),
      .refused
    ),
    RequestCase(
      "chunked with a parameter",
      post("Transfer-Encoding: chunked;a=b\r\n", "0\r\n\r\n"),
      .refused
    ),
    RequestCase("chunked in quotes", post("Transfer-Encoding: \"chunked\"\r\n", "0\r\n\r\n"), .refused),
    RequestCase("chunked and a comma", post("Transfer-Encoding: chunked,\r\n", "0\r\n\r\n"), .refused),
    RequestCase("a comma and chunked", post("Transfer-Encoding: ,chunked\r\n", "0\r\n\r\n"), .refused),
  ]

  /// The known families, by what the server in front and the server behind go by: CL is Content-Length, TE is
  /// Transfer-Encoding.
  static let smuggling: [RequestCase] = {
    let both = "Content-Length: 6\r\nTransfer-Encoding: chunked\r\n"
    let hidden = "0\r\n\r\nGET /hidden HTTP/1.1\r\nHost: a.example\r\n\r\n"
    // Ways to write the field so that one of two servers does not see it, or sees another coding.
    let disguises = [
      "Transfer-Encoding: xchunked", "Transfer-Encoding : chunked", "Transfer-Encoding\t: chunked",
      "Transfer-Encoding:\u{b}chunked", "Transfer-Encoding:\u{c}chunked", "Transfer-Encoding: chunked\u{b}",
      "Transfer-Encoding: \u{0}chunked", "Transfer-Encoding: chunked\u{0}", "Transfer-Encoding: chunk\u{e9}d",
      "Transfer-Encoding: chunked\r\nTransfer-Encoding: x",
      "Transfer-Encoding: x\r\nTransfer-Encoding: chunked",
      "Transfer-Encoding: chunked, identity", "Transfer-Encoding: identity, chunked",
      "Transfer-Encoding: 'chunked'",
      "Transfer-Encoding:\r\n chunked", "Transfer-Encoding: x\r\n chunked", " Transfer-Encoding: chunked",
      "\tTransfer-Encoding: chunked", "X: a\nTransfer-Encoding: chunked", "X: a\rTransfer-Encoding: chunked",
      "Transfer-Encoding\u{0}: chunked", "\u{0}Transfer-Encoding: chunked",
      "Transfer-Encoding\u{a0}: chunked",
      "Transfer-Encoding:\u{a0}chunked", "Transfer-Encoding: cow", "Transfer-Encoding: chunKed-x",
      "Transfer-Encoding: \u{ff}chunked",
    ]
    return [
      RequestCase("CL.TE", post(both, hidden), .refused),
      RequestCase(
        "CL.TE, the coding first",
        post("Transfer-Encoding: chunked\r\nContent-Length: 6\r\n", hidden),
        .refused
      ),
      RequestCase(
        "TE.CL",
        post("Content-Length: 4\r\nTransfer-Encoding: chunked\r\n", "5c\r\nGET / HTTP/1.1\r\n\r\n0\r\n\r\n"),
        .refused
      ),
      RequestCase("CL.CL", post("Content-Length: 5\r\nContent-Length: 0\r\n", "GET /"), .refused),
      RequestCase("CL.0", post("Content-Length: 0\r\nContent-Length: 30\r\n", get()), .refused),
      RequestCase(
        "GET with a body that is a request",
        "GET / HTTP/1.1\r\nHost: a.example\r\nContent-Length: \(get().utf8.count)\r\n\r\n" + get(),
        .requests(.init("GET", "/", body: get()))
      ),
      RequestCase(
        "both for HTTP/1.0",
        "POST / HTTP/1.0\r\nHost: a.example\r\n\(both)\r\n\(hidden)",
        .refused
      ),
      RequestCase("Expect and both", post("Expect: 100-continue\r\n\(both)", hidden), .refused),
    ]
      + disguises.map {
        RequestCase(
          "TE.TE with a length: \(visible($0))",
          post("Content-Length: 5\r\n\($0)\r\n", "0\r\n\r\n"),
          .refused
        )
      } + disguises.map { RequestCase("TE.TE: \(visible($0))", post("\($0)\r\n", "0\r\n\r\n"), .refused) }
  }()

  /// A text with an escape for each byte that is no visible ASCII.
  private static func visible(_ text: String) -> String {
    text.unicodeScalars.map { scalar in
      (0x20...0x7E).contains(scalar.value) ? String(scalar) : "\\x" + String(scalar.value, radix: 16)
    }.joined()
  }
}
