import TestSupport
import Testing

/// What RFC 9110 and RFC 9112 demand of requests, to the home server directly, across a hop, and through nginx and a
/// hop.
@Suite(.timeLimit(.minutes(5))) struct RequestRulesTests {
  private static let malformed = RequestCase.Outcome.refused(400, "malformed-request")
  private static let malformedBody = RequestCase.Outcome.refused(400, "malformed-body")

  /// RFC 9112 §3.2: one proper `Host`.
  @Test(arguments: RequestPath.allCases) func host(_ path: RequestPath) async throws {
    func get(_ hosts: String, _ version: String = "1.1") -> String {
      "GET /hub/myinfo HTTP/\(version)\r\n\(hosts){fields}\r\n"
    }
    let wrong = [
      "", "Host: h\r\nHost: h\r\n", "Host: h\r\nHost: i\r\n", "Host: h, i\r\n", "Host: h i\r\n",
      "Host: h/i\r\n",
      "Host: u@h\r\n", "Host: [::1\r\n", "Host: ::1\r\n", "Host: [h]\r\n", "Host: h:port\r\n",
      "Host: h:99999\r\n",
      "Host: h:1:2\r\n", "Host: %zz\r\n", "Host: h?\r\n", "Host: http://h\r\n", "Host : h\r\n",
      " Host: h\r\n",
    ]
    for hosts in wrong { try await RequestCase("host '\(hosts)'", get(hosts), Self.malformed).check(path) }
    for hosts in ["Host: h\r\n", "Host: h:80\r\n", "Host: h:\r\n", "host:h\r\n", "Host: [::1]:80\r\n"] {
      try await RequestCase("host '\(hosts)'", get(hosts), .served(200)).check(path)
    }
    if path != .balancer {
      // nginx refuses it.
      try await RequestCase("an empty host", get("Host:\r\n"), .served(200)).check(path)
    }
    let old = RequestCase.Outcome.served(200, isLast: true)
    for hosts in ["", "Host: h\r\n"] {
      try await RequestCase("HTTP/1.0 with host '\(hosts)'", get(hosts, "1.0"), old).check(path)
    }
    try await RequestCase("HTTP/1.0 with two", get("Host: h\r\nHost: h\r\n", "1.0"), Self.malformed).check(
      path
    )
  }

  /// RFC 9112 §3.2.1 to §3.2.4; RFC 9110 §9.3.6.
  @Test(arguments: RequestPath.allCases) func targets(_ path: RequestPath) async throws {
    func get(_ target: String, host: String = "h") -> String {
      "GET \(target) HTTP/1.1\r\nHost: \(host)\r\n{fields}\r\n"
    }
    for target in [
      "/hub/myinfo", "/hub/myinfo?a=b", "http://h/hub/myinfo", "http://other/hub/myinfo",
      "http://h:8080/hub/myinfo?a",
      "HTTP://h/hub/myinfo", "http://[::1]/hub/myinfo", "http://other/hub/myinfo?http://h/",
    ] {
      try await RequestCase("target \(target)", get(target), .served(200)).check(path)
    }
    for target in [
      "http://h", "http://h/", "http://h?a", "/", "//hub/myinfo", "/hub/myinfo/", "/%68ub/myinfo",
    ] {
      try await RequestCase("target \(target)", get(target), .answered(404, "not-found")).check(path)
    }
    for target in [
      "hub/myinfo", "myinfo", "*", "?a", "h:80", "http:/hub/myinfo",
      "http:///hub/myinfo",
      "http://u@h/hub/myinfo", "/hub/myinfo#x", "http://h/hub/myinfo#x", "/hub/my info", "/hub/myinfo\u{e9}",
    ] {
      try await RequestCase("target \(target)", get(target), Self.malformed).check(path)
    }
    // nginx takes any scheme.
    let ftp = get("ftp://h/hub/myinfo")
    try await RequestCase("another scheme", ftp, Self.malformed, atBalancer: .mayServe).check(path)
    try await RequestCase(
      "a tunnel",
      "CONNECT h:443 HTTP/1.1\r\nHost: h:443\r\n{fields}\r\n",
      .refused(501, "method-not-allowed")
    ).check(path)
    if path != .balancer {
      // nginx refuses it.
      try await RequestCase("all", "OPTIONS * HTTP/1.1\r\nHost: h\r\n{fields}\r\n", .served(204)).check(path)
    }
  }

  /// RFC 9112 §2, §3, §5: nothing that two programs could read in two ways.
  @Test(arguments: RequestPath.allCases) func heads(_ path: RequestPath) async throws {
    let line = "GET /hub/myinfo HTTP/1.1\r\n"
    for (name, text) in [
      ("lines that end with LF", "GET /hub/myinfo HTTP/1.1\nHost: h\n{fields}\n"),
      ("one line that ends with LF", "\(line)Host: h\nX: y\r\n{fields}\r\n"),
      ("CR in a value", "\(line)Host: h\r\nX: a\rb\r\n{fields}\r\n"),
      ("NUL in a value", "\(line)Host: h\r\nX: a\0b\r\n{fields}\r\n"),
      ("a folded line", "\(line)Host: h\r\nX: a\r\n b\r\n{fields}\r\n"),
      ("a blank before the colon", "\(line)Host: h\r\nX : a\r\n{fields}\r\n"),
      ("no colon", "\(line)Host: h\r\nX\r\n{fields}\r\n"),
      ("no name", "\(line)Host: h\r\n: a\r\n{fields}\r\n"),
      ("two blanks", "GET  /hub/myinfo HTTP/1.1\r\nHost: h\r\n{fields}\r\n"),
      ("another version", "GET /hub/myinfo HTTP/2.0\r\nHost: h\r\n{fields}\r\n"),
      ("HTTP/1.2", "GET /hub/myinfo HTTP/1.2\r\nHost: h\r\n{fields}\r\n"),
      ("small letters", "GET /hub/myinfo http/1.1\r\nHost: h\r\n{fields}\r\n"),
    ] {
      // nginx takes LF for the end of a line and drops fields that it does not like.
      try await RequestCase(name, text, Self.malformed, atBalancer: .mayServe).check(path)
    }
    if path != .balancer {
      // nginx takes it for HTTP/0.9.
      let text = "GET /hub/myinfo\r\nHost: h\r\n{fields}\r\n"
      try await RequestCase("no version", text, Self.malformed).check(path)
    }
    let long = String(repeating: "x", count: 17 << 10)
    let many = (0..<130).map { "X-\($0): y\r\n" }.joined()
    for (name, fields) in [("a long field", "X: \(long)\r\n"), ("many fields", many)] {
      try await RequestCase(
        name,
        "\(line)Host: h\r\n\(fields){fields}\r\n",
        .refused(431, "head-too-large")
      ).check(path)
    }
    for name in ["Authorization", "Content-Length", "Content-Type"] {
      // One `Authorization` is among the fields already.
      let twice = String(repeating: "\(name): 1\r\n", count: name == "Authorization" ? 1 : 2)
      try await RequestCase(
        "two \(name)",
        "POST /hub/set-language HTTP/1.1\r\nHost: h\r\n{fields}\(twice)\r\n",
        Self.malformed
      ).check(path)
    }
  }

  /// RFC 9110 §8.4, §15.5.16: nothing is inflated.
  @Test(arguments: RequestPath.allCases) func codings(_ path: RequestPath) async throws {
    let visitor = try await Visitor.shared
    let body = #"{"language":"de-DE"}"#
    func post(_ coding: String) -> String {
      "POST /hub/set-language HTTP/1.1\r\nHost: h\r\n{fields}\(coding)Content-Type: application/json\r\n"
        + "Content-Length: \(body.utf8.count)\r\n\r\n\(body)"
    }
    for coding in [
      "gzip", "GZIP", "deflate", "br", "x-gzip", "zstd", "identity, gzip", "gzip, identity", "gzip, gzip",
      "unheard-of",
      "identity\r\nContent-Encoding: gzip", "identity;q=1",
    ] {
      let text = post("Content-Encoding: \(coding)\r\n")
      try await RequestCase("coding \(coding)", text, .answered(415, "coded-body")).check(path)
      let connection = try await TCPClient.open(port: visitor.port(path))
      try await connection.send(text.replacing("{fields}", with: visitor.fields(id: Visitor.unheardOfID())))
      let answer = try #require(try await connection.answer())
      #expect(answer.status == 415 && answer.only("Accept-Encoding") == "identity", "\(answer)")
      try await connection.close()
    }
    for coding in ["", "Content-Encoding: identity\r\n", "Content-Encoding: Identity , identity\r\n"] {
      try await RequestCase("coding '\(coding)'", post(coding), .served(200)).check(path)
    }
  }

  /// RFC 9112 §7.1: chunks, their extensions and trailers.
  @Test(arguments: RequestPath.allCases) func chunks(_ path: RequestPath) async throws {
    let body = #"{"language":"de-DE"}"#
    let size = String(body.utf8.count, radix: 16)
    func post(_ chunked: String) -> String {
      "POST /hub/set-language HTTP/1.1\r\nHost: h\r\n{fields}Content-Type: application/json\r\n"
        + "Transfer-Encoding: chunked\r\n\r\n\(chunked)"
    }
    func check(_ chunked: String, _ outcome: RequestCase.Outcome) async throws {
      // nginx drops extensions and trailers, whatever they look like, and sends chunks of its own.
      try await RequestCase("chunks \(chunked.prefix(60))", post(chunked), outcome, atBalancer: .mayServe)
        .check(path)
    }
    for end in ["0\r\n\r\n", "000\r\n\r\n", "0;a=b\r\n\r\n", "0\r\nX-Sum: 1\r\nX-More:\r\n\r\n"] {
      for start in [
        size, size.uppercased(), "0\(size)", "\(size);a", "\(size);a=b;c", #"\#(size);a="q;\"\\""#,
      ] {
        try await check("\(start)\r\n\(body)\r\n\(end)", .served(200))
      }
    }
    for start in [
      "", "g", "-1", "+\(size)", "0x\(size)", "\(size) ", " \(size)", "\(size);", "\(size);=b", "\(size);a=",
      #"\#(size);a="b"#, "\(size),a", "\(size) a", "\(size)\0", "1000000000000000", "\(size);a\u{7f}",
    ] {
      try await check("\(start)\r\n\(body)\r\n0\r\n\r\n", Self.malformedBody)
    }
    for wrong in [
      "\(size)\n\(body)\r\n0\r\n\r\n", "\(size)\r\n\(body)\n0\r\n\r\n", "\(size)\r\n\(body)0\r\n\r\n",
      "\(size)\r\n\(body)\r\n0\n\r\n", "\(size)\r\n\(body)\r\n0\r\nX Y: 1\r\n\r\n",
      "\(size)\r\n\(body)\r\n0\r\nX\r\n\r\n",
      "\(size)\r\n\(body)\r\n0\r\nX: 1\r\n folded\r\n\r\n", "\(size)\r\n\(body)\r\n0\r\nX: a\rb\r\n\r\n",
    ] {
      try await check(wrong, Self.malformedBody)
    }
    let many = (0..<200).map { "X-\($0): y\r\n" }.joined()
    let outcome = RequestCase.Outcome.refused(431, "head-too-large")
    try await check("\(size)\r\n\(body)\r\n0\r\n\(many)\r\n", outcome)
    // A byte at a time, with more around it than it is worth.
    let padding = String(repeating: "p", count: 60)
    let padded = body.map { "1;\(padding)\r\n\($0)\r\n" }.joined()
    try await check("\(padded)0\r\n\r\n", .served(200))
    let blank = String(repeating: "1;\(padding)\r\n \r\n", count: 400)
    try await check("\(blank)\(size)\r\n\(body)\r\n0\r\n\r\n", Self.malformedBody)
  }
}
