/// A request that hides another one where some program might look for the next request.
struct SmugglingCase: Sendable {
  let name: String
  /// Everything from the request line on; the hidden request is in it.
  let text: String
}

/// The families of request smuggling, each with every way to write it: what is hidden is part of a body, or of
/// something that is no request. So no program may take it for a request, whichever of the fields it believes.
enum SmugglingMatrix {
  /// - Parameters:
  ///   - fields: of a request that would be served, as lines.
  ///   - hidden: makes the hidden request for the case with this number.
  static func cases(fields: String, hidden: (Int) -> String) -> [SmugglingCase] {
    var cases: [SmugglingCase] = []
    for family in families {
      for (method, target) in targets {
        let poison = hidden(cases.count)
        let (lines, body) = family.make(poison)
        let text = "\(method) \(target) HTTP/1.1\r\nHost: h\r\n\(fields)\(lines)\r\n\(body)"
        cases.append(SmugglingCase(name: "\(family.name), \(method) \(target)", text: text))
      }
    }
    for (name, make) in heads {
      cases.append(SmugglingCase(name: name, text: make(fields, hidden(cases.count))))
    }
    return cases
  }

  /// Of endpoints that read the body, leave it, are not there, and are answered by nobody's handler.
  private static let targets = [
    ("POST", "/hub/set-language"), ("POST", "/nothing"), ("GET", "/hub/myinfo"), ("OPTIONS", "/hub/myinfo"),
  ]

  private struct Family: Sendable {
    let name: String
    /// Lines of the head, and what follows it.
    let make: @Sendable (_ hidden: String) -> (String, String)
  }

  private static let families = lengthFamilies + bothFamilies + codingFamilies + chunkFamilies

  /// `Content-Length` that some do not see (CL.0), or read otherwise.
  private static var lengthFamilies: [Family] {
    let plain = Family(name: "CL.0") { ("Content-Length: \($0.utf8.count)\r\n", $0) }
    let others: [@Sendable (Int) -> String] = [
      { "Content-Length: +\($0)" }, { "Content-Length: 0, \($0)" }, { "Content-Length: \($0), \($0)" },
      { "Content-Length: \($0)\r\nContent-Length: 0" }, { "Content-Length: 0\r\nContent-Length: \($0)" },
      { "Content-Length: \($0)\r\nContent-Length: \($0)" }, { "Content-Length: \($0).0" },
      { "Content-Length: 0x\(String($0, radix: 16))" },
      { "Content-Length: \($0) 0" }, { "Content-Length: -\($0)" }, { "Content-Length : \($0)" },
      { "Content-Length: \"\($0)\"" },
      { "Content-Length: \($0)\u{b}" }, { "Content-Length: \($0)\0" },
      { "Content-Length: 1\($0)000000000000000000000" },
      { "Content-Length:\n\($0)" }, { "Content-Length: \($0)\r\n 0" }, { "Content-Length\r\n: \($0)" },
      { "Content-Length: \($0);q=1" },
    ]
    return [plain]
      + others.map { line in
        Family(name: "CL as '\(line(9))'") { ("\(line($0.utf8.count))\r\n", $0) }
      }
  }

  /// Both fields: CL.TE, where the chunks end before what is hidden, and TE.CL, where it is in a chunk.
  private static var bothFamilies: [Family] {
    let orders: [@Sendable (Int) -> String] = [
      { "Content-Length: \($0)\r\nTransfer-Encoding: chunked\r\n" },
      { "Transfer-Encoding: chunked\r\nContent-Length: \($0)\r\n" },
    ]
    var families: [Family] = []
    for both in orders {
      families.append(
        Family(name: "CL.TE '\(both(9))'") { (both(5 + $0.utf8.count), "0\r\n\r\n\($0)") }
      )
      families.append(
        Family(name: "TE.CL '\(both(9))'") { hidden in (both(toFirstChunk(hidden)), chunked(hidden)) }
      )
      families.append(Family(name: "TE and no length '\(both(0))'") { (both(0), chunked($0)) })
    }
    return families
  }

  /// The whole body.
  private static func chunked(_ hidden: String) -> String {
    "\(String(hidden.utf8.count, radix: 16))\r\n\(hidden)\r\n0\r\n\r\n"
  }

  /// How much of it stands before what is hidden, in bytes.
  private static func toFirstChunk(_ hidden: String) -> Int {
    String(hidden.utf8.count, radix: 16).utf8.count + 2
  }

  /// `Transfer-Encoding` that some see and others do not.
  private static var codingFamilies: [Family] {
    var families: [Family] = []
    for coding in doubtfulCodings {
      families.append(
        Family(name: "TE as '\(coding)', CL to the end") {
          ("\(coding)\r\nContent-Length: \(5 + $0.utf8.count)\r\n", "0\r\n\r\n\($0)")
        }
      )
      families.append(
        Family(name: "TE as '\(coding)', CL to the first chunk") {
          ("Content-Length: \(toFirstChunk($0))\r\n\(coding)\r\n", chunked($0))
        }
      )
    }
    // These are the coding, whatever they look like.
    for coding in [
      "Transfer-Encoding: chunked", "transfer-encoding: CHUNKED", "Transfer-Encoding:chunked\t",
      "Transfer-Encoding:  chunked",
    ] {
      families.append(Family(name: "TE as '\(coding)' alone") { ("\(coding)\r\n", chunked($0)) })
    }
    // Nothing takes the place of it.
    for coding in [
      "Transfer_Encoding: chunked", "TransferEncoding: chunked", "TE: chunked",
      "X-Transfer-Encoding: chunked",
    ] {
      families.append(
        Family(name: "'\(coding)'") {
          ("\(coding)\r\nContent-Length: \(5 + $0.utf8.count)\r\n", "0\r\n\r\n\($0)")
        }
      )
    }
    return families
  }

  private static let doubtfulCodings = [
    "Transfer-Encoding : chunked", "Transfer-Encoding: xchunked", "Transfer-Encoding: chunkedx",
    "Transfer-Encoding: \"chunked\"", "Transfer-Encoding: identity", "Transfer-Encoding: identity, chunked",
    "Transfer-Encoding: chunked, identity", "Transfer-Encoding: chunked, chunked",
    "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity",
    "Transfer-Encoding: identity\r\nTransfer-Encoding: chunked",
    "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked", "Transfer-Encoding: gzip, chunked",
    "Transfer-Encoding: chunked;q=1", "Transfer-Encoding: ,chunked", "Transfer-Encoding: chunked,",
    "Transfer-Encoding:\u{b}chunked", "Transfer-Encoding: \u{c}chunked", "Transfer-Encoding: chunked\0",
    "Transfer-Encoding: chun\rked", "Transfer-Encoding:\n chunked", "Transfer-Encoding\r\n: chunked",
    "Transfer-Encoding:\r\n chunked", "X: y\nTransfer-Encoding: chunked", "X: y\rTransfer-Encoding: chunked",
    " Transfer-Encoding: chunked", "\tTransfer-Encoding: chunked", "\u{1}Transfer-Encoding: chunked",
    "Transfer-Encoding", "Transfer-Encoding:",
  ]

  /// Chunks that end elsewhere for whoever reads their sizes otherwise.
  private static var chunkFamilies: [Family] {
    let coding = "Transfer-Encoding: chunked\r\n"
    // What is hidden is behind a chunk whose size some take for the last one's.
    let sizes = [
      "0x0", "-0", "+0", "0 0", "0,", "0;\n", "0\n", "0\r", "0;a=\"\n", "0;a\n", "\u{b}0",
      "00000000000000000",
      "10000000000000000", "0_0", "0\0", "0.0", "zero", "\"0\"", ";0", "",
    ]
    var families = sizes.map { size in
      Family(name: "last chunk as '\(size)'") { (coding, "\(size)\r\n\r\n\($0)") }
    }
    let bodies: [(String, @Sendable (String) -> String)] = [
      ("in an extension", { "0;a=\"\($0.replacing("\r\n", with: " "))\"\r\n\r\n" }),
      ("behind an extension with LF", { "5;a\n\($0)\r\nhello\r\n0\r\n\r\n" }),
      ("in an extension, behind LF", { "1;a=\"\nx\r\n0\r\n\r\n\($0)\"\r\n" }),
      ("in a trailer", { "0\r\n\($0)" }),
      (
        "a chunk that is longer than said",
        { "\(String($0.utf8.count - 9, radix: 16))\r\n\($0)\r\n0\r\n\r\n" }
      ),
      ("a chunk that ends with LF", { "1\r\nx\n0\r\n\r\n\($0)" }),
      ("a chunk without an end", { "1\r\nx0\r\n\r\n\($0)" }),
      ("a chunk with another end", { "1\r\nxzz0\r\n\r\n\($0)" }),
    ]
    for (name, make) in bodies { families.append(Family(name: name) { (coding, make($0)) }) }
    return families
  }

  /// What is hidden in or behind a head that is odd in another way.
  private static let heads: [(String, @Sendable (_ fields: String, _ hidden: String) -> String)] = [
    (
      "a head that ends with LF",
      { "GET /hub/myinfo HTTP/1.1\nHost: h\n\($0.replacing("\r\n", with: "\n"))X: \($1)" }
    ),
    ("a line that ends with CR", { "\(get)\($0)X: y\r\r\($1)" }),
    ("a head that ends with LF CR", { "\(get)\($0)X: y\n\r\($1)" }),
    ("in the target", { "GET /hub/myinfo?\($1) HTTP/1.1\r\nHost: h\r\n\($0)\r\n" }),
    ("behind an upgrade", { "\(get)\($0)Upgrade: h2c\r\nConnection: Upgrade\r\n\(length($1))" }),
    ("behind Expect", { "\(post)\($0)Expect: 100-continue\r\n\(length($1))" }),
    ("behind an unknown Expect", { "\(post)\($0)Expect: nothing\r\n\(length($1))" }),
    ("behind a length that Connection names", { "\(post)\($0)Connection: content-length\r\n\(length($1))" }),
    (
      "behind a coding that Connection names",
      {
        "\(post)\($0)Connection: transfer-encoding\r\nTransfer-Encoding: chunked\r\n\r\n\(chunked($1))"
      }
    ),
    (
      "behind HTTP/1.0 with chunks",
      {
        "POST /hub/set-language HTTP/1.0\r\nHost: h\r\n\($0)Connection: keep-alive\r\n"
          + "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n\($1)"
      }
    ),
    ("behind the last response", { "\(get)\($0)Connection: close\r\n\r\n\($1)" }),
    ("behind a tunnel", { "CONNECT h:80 HTTP/1.1\r\nHost: h\r\n\($0)\r\n\($1)" }),
  ]

  private static let get = "GET /hub/myinfo HTTP/1.1\r\nHost: h\r\n"
  private static let post = "POST /hub/set-language HTTP/1.1\r\nHost: h\r\n"

  /// The end of a head whose body is what is hidden, and that.
  private static func length(_ hidden: String) -> String {
    "Content-Length: \(hidden.utf8.count)\r\n\r\n\(hidden)"
  }
}
