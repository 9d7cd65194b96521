import TestSupport
import Testing

/// What the load balancer keeps from the outside, however it is spelled.
@Suite(.timeLimit(.minutes(5))) struct BalancerTests {
  /// Spellings that some program on the way could take for `path`, which begins with a slash.
  private static func spellings(_ path: String) -> [String] {
    let name = String(path.dropFirst())
    let first = name.prefix(1)
    let code = first.utf8.map { "%" + String($0, radix: 16) }.joined()
    let twice = code.replacing("%", with: "%25")
    let rest = name.dropFirst()
    return [
      path, "/\(code)\(rest)", "/\(twice)\(rest)", "/\(path)", "//\(path)", "/.\(path)", "/%2e\(path)",
      "/x/..\(path)",
      "/x/%2e%2e\(path)", "/x/../..\(path)", "/x/.%2E\(path)", "/hub/..\(path)", "/admin/..\(path)",
      "/admin/../.\(path)",
      "/admin\(path)", "/hub\(path)", "/%2f\(name)", "/x%2f..%2f\(name)", "%2f\(name)", "\\\(name)",
      "/\\\(name)",
      "/x\\..\\\(name)", "\(path)?x", "\(path)?", "\(path)/", "\(path)//", "\(path)/.", "\(path)/x/..",
      "\(path)/%2e%2e\(path)",
      path.uppercased(), "/\(first.uppercased())\(rest)", "\(path)%00", "\(path)%00x", "\(path)%20",
      "\(path)%09", "\(path)%0a",
      "\(path)%0d%0a", "\(path);x", "/;x\(path)", "\(path)#x", "\(path)%23x", "\(path)%3fx", "\(path).",
      "\(path)~", "/*\(path)",
      "/health\(path)", "/health/..\(path)", "/health?\(path)", "/health;\(path)", "/%c0%af\(name)",
      "/\u{2215}\(name)",
      "http://h\(path)", "http://h/\(path)", "http://h/%2e\(path)", "http://h/x/..\(path)", "HTTP://h\(path)",
      "https://h\(path)",
      "http://h?\(path)", "http://h#\(path)", "http://h:80\(path)?x", "http://h;\(path)", "http:\(path)",
      "http://\(path)",
    ]
  }

  @Test(arguments: ["/metrics", "/internal/recover-sagas", "/internal/"], ["GET", "POST", "HEAD"])
  func whatIsNotForTheOutside(path: String, method: String) async throws {
    let visitor = try await Visitor.shared
    for target in Self.spellings(path) where method == "GET" || path != "/metrics" || !target.contains("?") {
      let text = "\(method) \(target) HTTP/1.1\r\nHost: h\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
      let connection = try await TCPClient.open(port: visitor.port(.balancer))
      try await connection.send(text)
      let answer = try #require(try await connection.answer(toHead: method == "HEAD"), "\(method) \(target)")
      // `healthy`
      let isOwnPage = answer.status == 200 && answer.only("Content-Length") == "8"
      #expect(
        answer.status >= 400 || target.hasPrefix("/health?") && isOwnPage,
        "\(method) \(target): \(answer)"
      )
      #expect(!String(decoding: answer.body, as: UTF8.self).contains("# TYPE"), "\(method) \(target)")
      #expect(answer.only("Content-Type")?.contains("version=0.0.4") != true, "\(method) \(target)")
      try? await connection.close()
    }
  }

  /// The servers have what is asked for; so the test above could find it.
  @Test func theServersThemselvesAnswer() async throws {
    let metrics = try await TestStack.shared.client(Visitor.landing).get("/metrics")
    #expect(metrics.status == 200 && String(decoding: metrics.body, as: UTF8.self).contains("# TYPE"))
    // It exists, for whoever has the key.
    let recovery = try await TestStack.shared.client(Visitor.landing).send("GET", "/internal/recover-sagas")
    #expect(recovery.status == 405)
  }

  /// The two portals that nginx tells apart by their paths.
  @Test func eachPortalIsServedByItsOwnService() async throws {
    let visitor = try await Visitor.shared
    let administrator = try await visitor.stack.administrator()
    let client = visitor.balancer.client
    #expect(try await client.get("/admin/myinfo", session: administrator.session).status == 200)
    #expect(try await client.get("/hub/myinfo", session: visitor.person.session).status == 200)
    #expect(try await client.get("/health").status == 200)
  }
}
