import TestSupport
import Testing

/// IPv6 and IPv4.
@Suite(.timeLimit(.minutes(5))) struct AddressFamilyTests {
  @Test func theDefaultAddressServesBoth() async throws {
    let stack = try await TestStack.shared
    let server = try stack.anotherServer("usa1", environment: ["HTTP_HOST": "::"])
    try await server.start()
    for host in ["127.0.0.1", "::1"] {
      let connection = try await TCPClient.open(port: server.port, host: host)
      try await connection.send("GET /healthz HTTP/1.1\r\nHost: h\r\n\r\n")
      #expect(try await connection.answer()?.status == 200, "\(host)")
      try await connection.close()
    }
    #expect(try await server.process.terminate() == .exit(0))
  }

  /// Two regions where there is no IPv4: hops, trusted proxies and addresses of clients.
  @Test func aNetworkOfIPv6Only() async throws {
    guard let network = try await NetworkNamespace.make() else {
      print("aNetworkOfIPv6Only: skipped, this process may not make a network namespace (it takes root)")
      return
    }
    do {
      try await Self.twoRegions(in: network)
    } catch {
      try await network.remove()
      throw error
    }
    try await network.remove()
  }

  private static func twoRegions(in network: NetworkNamespace) async throws {
    let stack = try await TestStack.shared
    let (eavesdropper, freeGuesses) = (try FreePort.find(), 3)
    var settings = [
      "HTTP_HOST": "::", "TRUSTED_PROXIES": "::1/128", "LOGIN_MAX_FAILURES": "\(freeGuesses)",
      "INTERNAL_ENDPOINT_DEU1": "http://[::1]:\(eavesdropper)",
    ]
    let home = try stack.anotherServer("usa1", environment: settings, prefix: network.command)
    settings["INTERNAL_ENDPOINT_USA1"] = "http://[::1]:\(home.port)"
    let landing = try stack.anotherServer("ind1", environment: settings, prefix: network.command)
    for server in [home, landing] { try await server.start() }
    let client = Client(network: network, port: landing.port)

    // Nothing of it can be reached from outside of that network.
    await #expect(throws: (any Error).self) { try await TCPClient.open(port: landing.port, host: "::1") }
    let person = try await stack.signUp(home: "usa1")
    let info = try await client.get("/hub/myinfo", session: person.session)
    #expect(info.status == 200 && info.body.contains(person.handle), "\(info)")
    let line = try await home.process.log.first { $0.message == "request" && $0["path"] == "/hub/myinfo" }
    #expect(line != nil)

    // The throttle counts by the client's address, which comes through a trusted proxy and a hop.
    func guess(_ address: String) async throws -> Int {
      try await client.login(person.email, "a wrong password", forwardedFor: address).status
    }
    for _ in 1...freeGuesses { #expect(try await guess("2001:db8:1::1") == 401) }
    #expect(try await guess("2001:db8:1::1") == 429)
    #expect(try await guess("2001:db8:2::1") == 401)

    // What another region's server is told.
    let listener = try await Self.listen(on: eavesdropper, in: network)
    let unknown = "DEU1-" + String(repeating: "0", count: 64)
    let passedOn = try await client.get("/hub/myinfo", session: unknown, forwardedFor: "2001:db8:3::1")
    #expect(passedOn.status == 204, "\(passedOn)")
    #expect(try await listener.waitForEnd() == .exit(0))
    let lines = listener.log.lines.map { $0.text.filter { $0 != "\r" } }
    #expect(lines.contains("Host: [::1]:\(eavesdropper)"), "\(lines)")
    #expect(lines.contains("X-Forwarded-For: 2001:db8:3::1"), "\(lines)")
    #expect(lines.contains { $0.hasPrefix("Forwarded: for=\"[2001:db8:3::1]\";proto=") }, "\(lines)")

    for server in [landing, home] { #expect(try await server.process.terminate() == .exit(0)) }
  }

  /// Prints what one request says.
  private static func listen(on port: Int, in network: NetworkNamespace) async throws -> TestProcess {
    let program = """
      import socket
      server = socket.create_server(("::1", \(port)), family=socket.AF_INET6)
      print("listening", flush=True)
      connection, _ = server.accept()
      head = b""
      while b"\\r\\n\\r\\n" not in head:
        head += connection.recv(65536)
      print(head.decode(), flush=True)
      connection.sendall(b"HTTP/1.1 204 No Content\\r\\nConnection: close\\r\\n\\r\\n")
      """
    let words = network.command + ["python3", "-c", program]
    let process = try await TestProcess.start(words, name: "listener", environment: [:])
    try #require(await process.log.first { $0.text == "listening" } != nil, "\(process.log.tail)")
    return process
  }

  /// Sends requests from inside of a network.
  private struct Client {
    let network: NetworkNamespace
    let port: Int

    func get(_ path: String, session: String, forwardedFor: String? = nil) async throws -> (
      status: Int, body: String
    ) {
      try await run(path, ["--header", "Authorization: Bearer \(session)"], forwardedFor)
    }

    func login(_ email: String, _ password: String, forwardedFor: String) async throws -> (
      status: Int, body: String
    ) {
      let body = #"{"email_address":"\#(email)","password":"\#(password)"}"#
      return try await run("/hub/login", ["--json", body], forwardedFor)
    }

    private func run(_ path: String, _ options: [String], _ forwardedFor: String?) async throws
      -> (status: Int, body: String)
    {
      let from = forwardedFor.map { ["--header", "X-Forwarded-For: \($0)"] } ?? []
      let words =
        ["curl", "--silent", "--max-time", "60", "--write-out", "\nstatus %{http_code}\n"] + options + from
      let curl = try await TestProcess.start(
        network.command + words + ["http://[::1]:\(port)\(path)"],
        name: "curl",
        environment: [:]
      )
      try #require(try await curl.waitForEnd(within: .seconds(70)) == .exit(0), "\(curl.log.tail)")
      let lines = curl.log.lines.map(\.text)
      let status = try #require(lines.last { $0.hasPrefix("status ") }?.dropFirst(7))
      return (try #require(Int(status)), lines.joined(separator: "\n"))
    }
  }
}
