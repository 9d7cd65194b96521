extension Differences {
  /// In what SwiftNIO's decoder differs from ours. It is llhttp, which leaves much to the program behind it.
  static let ofNIO = Differences(
    takesMore: [
      Difference(
        "Blanks in the request line are one each (RFC 9112 §3).",
        .requests(.get),
        of: ["two blanks before the target", "two blanks behind the target"]
      ),
      Difference(
        "Before a request there may be empty lines (RFC 9112 §2.2), a few, and nothing else that looks like them.",
        .requests(.get),
        of: [
          "a line feed before the request", "a carriage return before the request",
          "a thousand empty lines before the request",
        ]
      ),
      Difference(
        "What follows a body is the next request.",
        ["a line feed between requests": .requests(.post("ok"), .get)]
      ),
      Difference(
        "Limits are the server's own matter (RFC 9110 §5.4, RFC 9112 §3, §7.1.1).",
        [
          "a target over the limit": .requests(.get(target: "/" + String(repeating: "x", count: 70_000))),
          "129 fields": .requests(.init("GET", "/", fields: (0..<128).map { "x\($0): a" })),
          "a field over the limit": .requests(.get("x: " + String(repeating: "a", count: 20_000))),
          "a name over the limit": .requests(.get("x" + String(repeating: "a", count: 20_000) + ": a")),
          "an extension over the limit": .requests(.post("ok")),
          "extensions of one byte chunks, too many in all": .requests(
            .post(String(repeating: "a", count: 2000))
          ),
          "more zeros than any size has digits": .requests(.post("ok")),
        ]
      ),
      Difference(
        "The program behind it has to look at targets (RFC 9112 §3.2).",
        [
          "a fragment": .requests(.get(target: "/a#b")),
          "a fragment in the query": .requests(.get(target: "/a?b#c")),
          "the asterisk for GET": .requests(.get(target: "*")),
          "the absolute form with a user": .requests(.get(target: "http://u@a.example/")),
          "the absolute form with user and password": .requests(.get(target: "http://u:p@a.example/")),
          "the absolute form without a host": .requests(.get(target: "http:///b")),
          "the absolute form of a file": .requests(.get(target: "file:///etc/passwd")),
          "the absolute form with a fragment": .requests(.get(target: "http://a.example/#b")),
          "CONNECT": .requests(.init("CONNECT", "a.example:443")),
          "CONNECT of a path": .requests(.init("CONNECT", "/")),
        ]
      ),
      Difference(
        "The program behind it has to look at Host (RFC 9112 §3.2).",
        [
          "no Host": .requests(.init("GET", "/", host: nil)), "two Hosts": .requests(.get),
          "the same Host twice": .requests(.get),
          "two Hosts in one": .requests(.init("GET", "/", host: "a.example, b.example")),
          "a Host with a path": .requests(.init("GET", "/", host: "a.example/b")),
          "a Host with a user": .requests(.init("GET", "/", host: "u@a.example")),
          "a Host with a blank": .requests(.init("GET", "/", host: "a example")),
          "a Host with a port that is none": .requests(.init("GET", "/", host: "a.example:b")),
          "a Host as a URI": .requests(.init("GET", "/", host: "http://a.example")),
          "a Host with a byte beyond ASCII": .requests(.init("GET", "/", host: "\u{FFFD}.example")),
        ]
      ),
      Difference(
        "A field with one value is there once (RFC 9110 §5.3).",
        ["Authorization twice": .requests(.get), "Content-Type twice": .requests(.post("a"))]
      ),
      Difference(
        "HTTP/1.0 knows no chunks: the message is probably not what it seems (RFC 9112 §6.1).",
        ["chunks for HTTP/1.0": .requests(.post("ok"))]
      ),
      Difference(
        "We know the coding chunked and no other; the body would be passed on as something else than it is.",
        .requests(.post("")),
        of: [
          "an empty coding", "gzip, then chunked", "identity, then chunked", "a comma and chunked",
          "TE.TE: Transfer-Encoding: x\\xd\\xaTransfer-Encoding: chunked",
          "TE.TE: Transfer-Encoding: identity, chunked",
        ]
      ),
      Difference(
        "It waits for so many bytes.",
        .nothing,
        of: ["a length beyond 63 bits", "a size that is negative in 64 bits"]
      ),
      Difference(
        "An extension has a name (RFC 9112 §7.1.1).",
        ["an extension without a name": .requests(.post("ok"))]
      ),
    ],
    takesLess: [
      Difference(
        "It knows a list of methods; a method is any token (RFC 9110 §9.1), and what we do not know gets 404 or 405.",
        [
          "a method in lower case": .refused, "an unknown method": .refused,
          "every kind of character in a method": .refused,
          "a byte between requests": .requestsThenRefused(.post("ok")),
        ]
      ),
      Difference("A tabulator is a blank (RFC 9110 §5.6.3).", ["blanks around a length": .refused]),
      Difference(
        "Blanks around an extension are bad but allowed (RFC 9112 §7.1.1).",
        ["blanks around an extension": .refused]
      ),
      Difference(
        "Trailers are dropped, whatever they are called (RFC 9110 §6.5.1); none of them can change how long the body is.",
        .refused,
        of: ["a trailer with a length", "a trailer with a coding"]
      ),
    ],
    readsOtherwise: [
      Difference(
        "Our decoder turns the absolute form into the origin form (RFC 9112 §3.2.2).",
        [
          "the absolute form": .requests(.get(target: "http://a.example/b?c")),
          "the absolute form, no path": .requests(.get(target: "http://a.example")),
          "the absolute form, a query without a path": .requests(.get(target: "http://a.example?c")),
          "the absolute form in upper case": .requests(.get(target: "HTTP://A.EXAMPLE/")),
          "the absolute form with https": .requests(.get(target: "https://a.example/")),
          "the absolute form with a port": .requests(
            .init("GET", "http://a.example:80/", host: "a.example:80")
          ),
          "the absolute form of another host": .requests(.get(target: "http://b.example/")),
        ]
      ),
      Difference(
        "Tabulators around a value are no part of it (RFC 9110 §5.6.3).",
        ["blanks around a value": .requests(.get("x: a b\t "))]
      ),
      Difference(
        "We never change the protocol (RFC 9110 §7.8); it leaves that to the handlers behind it.",
        ["Upgrade, then a request": .requests(.get)]
      ),
    ]
  )
}
