/// Request lines (RFC 9112 §3).
extension RequestCase {
  private static let host = "Host: a.example\r\n\r\n"

  static let requestLines: [RequestCase] = [
    RequestCase("the plainest request", get(), .requests(.get)),
    RequestCase("HTTP/1.0", "GET / HTTP/1.0\r\n\(host)", .requests(.get)),
    RequestCase("HTTP/1.0 without Host", "GET / HTTP/1.0\r\n\r\n", .requests(.init("GET", "/", host: nil))),
    RequestCase("HTTP/1.2", "GET / HTTP/1.2\r\n\(host)", .refused),
    RequestCase("HTTP/1.9", "GET / HTTP/1.9\r\n\(host)", .refused),
    RequestCase("HTTP/1.11", "GET / HTTP/1.11\r\n\(host)", .refused),
    RequestCase("HTTP/01.1", "GET / HTTP/01.1\r\n\(host)", .refused),
    RequestCase("HTTP/2.0", "GET / HTTP/2.0\r\n\(host)", .refused),
    RequestCase("HTTP/3.0", "GET / HTTP/3.0\r\n\(host)", .refused),
    RequestCase("HTTP/0.9 as a version", "GET / HTTP/0.9\r\n\(host)", .refused),
    RequestCase("HTTP/0.9, no version", "GET /\r\n", .nothing),
    RequestCase("HTTP/0.9, then a head", "GET /\r\n\(host)", .refused),
    RequestCase("preface of HTTP/2", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", .refused),
    RequestCase(
      "client hello of TLS",
      "\u{16}\u{3}\u{1}\u{0}\u{a5}\u{1}\u{0}\u{0}\u{a1}\u{3}\u{3}",
      .refused
    ),
    RequestCase("name of the protocol in lower case", "GET / http/1.1\r\n\(host)", .refused),
    RequestCase("another protocol", "GET / HTTPS/1.1\r\n\(host)", .refused),
    RequestCase("a version without minor", "GET / HTTP/1\r\n\(host)", .refused),
    RequestCase("a version with a comma", "GET / HTTP/1,1\r\n\(host)", .refused),
    RequestCase("a blank behind the version", "GET / HTTP/1.1 \r\n\(host)", .refused),
    RequestCase("two blanks before the target", "GET  / HTTP/1.1\r\n\(host)", .refused),
    RequestCase("two blanks behind the target", "GET /  HTTP/1.1\r\n\(host)", .refused),
    RequestCase("a tabulator before the target", "GET\t/ HTTP/1.1\r\n\(host)", .refused),
    RequestCase("a tabulator behind the target", "GET /\tHTTP/1.1\r\n\(host)", .refused),
    RequestCase("a vertical tabulator behind the target", "GET /\u{b}HTTP/1.1\r\n\(host)", .refused),
    RequestCase("a form feed behind the target", "GET /\u{c}HTTP/1.1\r\n\(host)", .refused),
    RequestCase("a blank before the method", " GET / HTTP/1.1\r\n\(host)", .refused),
    RequestCase("no method", "/ HTTP/1.1\r\n\(host)", .refused),
    RequestCase("no target", "GET HTTP/1.1\r\n\(host)", .refused),
    RequestCase("an empty target", "GET  HTTP/1.1\r\n\(host)", .refused),
    RequestCase("a method in lower case", "get / HTTP/1.1\r\n\(host)", .requests(.init("get", "/"))),
    RequestCase("an unknown method", "ODDITY / HTTP/1.1\r\n\(host)", .requests(.init("ODDITY", "/"))),
    RequestCase(
      "every kind of character in a method",
      "A!#$%&'*+-.^_`|~1 / HTTP/1.1\r\n\(host)",
      .requests(.init("A!#$%&'*+-.^_`|~1", "/"))
    ),
    RequestCase("a bracket in the method", "G(T / HTTP/1.1\r\n\(host)", .refused),
    RequestCase("a colon in the method", "GET: / HTTP/1.1\r\n\(host)", .refused),
    RequestCase("a byte beyond ASCII in the method", "G\u{c4}T / HTTP/1.1\r\n\(host)", .refused),
    RequestCase("a NUL in the method", "G\u{0}T / HTTP/1.1\r\n\(host)", .refused),
    RequestCase("a line feed ends the line", "GET / HTTP/1.1\n\(host)", .refused),
    RequestCase("a carriage return ends the line", "GET / HTTP/1.1\rHost: a.example\r\n\r\n", .refused),
    RequestCase("two carriage returns end the line", "GET / HTTP/1.1\r\r\n\(host)", .refused),
    RequestCase("line feeds end all lines", "GET / HTTP/1.1\nHost: a.example\n\n", .refused),
    RequestCase("a line feed ends the last line", "GET / HTTP/1.1\r\nHost: a.example\r\n\n", .refused),
    RequestCase("an empty line before the request", "\r\n\(get())", .requests(.get)),
    RequestCase("a line feed before the request", "\n\(get())", .refused),
    RequestCase("a carriage return before the request", "\r\(get())", .refused),
    RequestCase(
      "a thousand empty lines before the request",
      String(repeating: "\r\n", count: 1000) + get(),
      .refused
    ),
    RequestCase("an answer", "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", .refused),
    RequestCase("half a request line", "GET / HT", .nothing),
    RequestCase("a head without its end", "GET / HTTP/1.1\r\nHost: a.example\r\n", .nothing),
    RequestCase(
      "a target over the limit",
      get(target: "/" + String(repeating: "x", count: 70_000)),
      .refused
    ),
    RequestCase(
      "a method over the limit",
      String(repeating: "X", count: 70_000) + " / HTTP/1.1\r\n\(host)",
      .refused
    ),
  ]

  /// Targets (RFC 9112 §3.2, RFC 3986).
  static let targets: [RequestCase] = [
    RequestCase("path and query", get(target: "/a/b;c=d?e=f&g"), .requests(.get(target: "/a/b;c=d?e=f&g"))),
    RequestCase("percent-encoding", get(target: "/%2F%00%c3%a4"), .requests(.get(target: "/%2F%00%c3%a4"))),
    RequestCase("a percent sign alone", get(target: "/%"), .requests(.get(target: "/%"))),
    RequestCase("dots as segments", get(target: "/a/../b"), .requests(.get(target: "/a/../b"))),
    RequestCase("dots above the root", get(target: "/../b"), .requests(.get(target: "/../b"))),
    RequestCase("two slashes", get(target: "//b/c"), .requests(.get(target: "//b/c"))),
    RequestCase("a backslash", get(target: "/a\\b"), .requests(.get(target: "/a\\b"))),
    RequestCase("quotes and brackets", get(target: "/\"<>{}[]^`|"), .requests(.get(target: "/\"<>{}[]^`|"))),
    RequestCase("no slash", get(target: "a"), .refused),
    RequestCase("a query alone", get(target: "?a"), .refused),
    RequestCase("a fragment", get(target: "/a#b"), .refused),
    RequestCase("a fragment in the query", get(target: "/a?b#c"), .refused),
    RequestCase("a control character in the target", get(target: "/\u{1}"), .refused),
    RequestCase("a NUL in the target", get(target: "/\u{0}"), .refused),
    RequestCase("DEL in the target", get(target: "/\u{7f}"), .refused),
    RequestCase(
      "bytes beyond ASCII in the target",
      get(target: "/\u{c3}\u{a4}"),
      .refused
    ),
    RequestCase("a blank in the target", get(target: "/a b"), .refused),
    RequestCase(
      "the asterisk for OPTIONS",
      "OPTIONS * HTTP/1.1\r\n\(host)",
      .requests(.init("OPTIONS", "*"))
    ),
    RequestCase("the asterisk for GET", get(target: "*"), .refused),
    RequestCase("the absolute form", get(target: "http://a.example/b?c"), .requests(.get(target: "/b?c"))),
    RequestCase("the absolute form, no path", get(target: "http://a.example"), .requests(.get(target: "/"))),
    RequestCase(
      "the absolute form, a query without a path",
      get(target: "http://a.example?c"),
      .requests(.get(target: "/?c"))
    ),
    RequestCase(
      "the absolute form in upper case",
      get(target: "HTTP://A.EXAMPLE/"),
      .requests(.init("GET", "/", host: "A.EXAMPLE"))
    ),
    RequestCase(
      "the absolute form with https",
      get(target: "https://a.example/"),
      .requests(.get(target: "/"))
    ),
    RequestCase(
      "the absolute form with a port",
      "GET http://a.example:80/ HTTP/1.1\r\nHost: a.example:80\r\n\r\n",
      .requests(.init("GET", "/", host: "a.example:80"))
    ),
    RequestCase(
      "the absolute form of another host",
      "GET http://b.example/ HTTP/1.1\r\n\(host)",
      .requests(.init("GET", "/", host: "b.example"))
    ),
    RequestCase("the absolute form with a user", get(target: "http://u@a.example/"), .refused),
    RequestCase("the absolute form with user and password", get(target: "http://u:p@a.example/"), .refused),
    RequestCase("the absolute form without a host", get(target: "http:///b"), .refused),
    RequestCase("the absolute form of a file", get(target: "file:///etc/passwd"), .refused),
    RequestCase("the absolute form with one slash", get(target: "http:/a.example/"), .refused),
    RequestCase("the absolute form with a fragment", get(target: "http://a.example/#b"), .refused),
    RequestCase("the authority form for GET", get(target: "a.example:80"), .refused),
    RequestCase("CONNECT", "CONNECT a.example:443 HTTP/1.1\r\n\(host)", .refused),
    RequestCase("CONNECT of a path", "CONNECT / HTTP/1.1\r\n\(host)", .refused),
  ]

  /// RFC 9112 §3.2, RFC 9110 §7.2.
  static let hosts: [RequestCase] = [
    RequestCase("no Host", "GET / HTTP/1.1\r\n\r\n", .refused),
    RequestCase("two Hosts", get("Host: b.example\r\n"), .refused),
    RequestCase("the same Host twice", get("Host: a.example\r\n"), .refused),
    RequestCase("two Hosts in one", "GET / HTTP/1.1\r\nHost: a.example, b.example\r\n\r\n", .refused),
    RequestCase(
      "a Host with a port",
      "GET / HTTP/1.1\r\nHost: a.example:8080\r\n\r\n",
      .requests(.init("GET", "/", host: "a.example:8080"))
    ),
    RequestCase(
      "a Host with an IPv6 address",
      "GET / HTTP/1.1\r\nHost: [::1]:80\r\n\r\n",
      .requests(.init("GET", "/", host: "[::1]:80"))
    ),
    RequestCase("an empty Host", "GET / HTTP/1.1\r\nHost:\r\n\r\n", .requests(.init("GET", "/", host: ""))),
    RequestCase("a Host with a path", "GET / HTTP/1.1\r\nHost: a.example/b\r\n\r\n", .refused),
    RequestCase("a Host with a user", "GET / HTTP/1.1\r\nHost: u@a.example\r\n\r\n", .refused),
    RequestCase("a Host with a blank", "GET / HTTP/1.1\r\nHost: a example\r\n\r\n", .refused),
    RequestCase("a Host with a port that is none", "GET / HTTP/1.1\r\nHost: a.example:b\r\n\r\n", .refused),
    RequestCase("a Host as a URI", "GET / HTTP/1.1\r\nHost: http://a.example\r\n\r\n", .refused),
    RequestCase(
      "a Host with a byte beyond ASCII",
      "GET / HTTP/1.1\r\nHost: \u{e4}.example\r\n\r\n",
      .refused
    ),
    RequestCase("a blank before the first field", "GET / HTTP/1.1\r\n Host: a.example\r\n\r\n", .refused),
  ]
}
