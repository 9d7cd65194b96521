/// Looks up TXT records in the DNS.
public struct TXTResolver: Sendable {
  private let thread: LookupThread
  private let servers: DNSServers
  private let patience: Duration

  /// Makes a resolver; its thread runs only while a look-up does.
  /// - Parameter patience: the limit of a look-up, all servers and repetitions included.
  public init(servers: DNSServers, patience: Duration = .seconds(5)) {
    self.servers = servers
    self.patience = patience
    thread = LookupThread()
  }

  /// Looks up the records at a name, each with its character-strings joined (RFC 7208 §3.3 joins them in the same way).
  ///
  /// Any number of look-ups may run at once; no thread of the cooperative pool waits for them.
  public func records(at name: String) async throws(TXTLookupError) -> [String] {
    try await thread.lookUp(TXTQuestion(name: name, servers: servers, patience: patience)).get()
  }

  /// Says whether a name server answers a question about the root of the DNS, which no domain's owner can spoil. A
  /// refusal is an answer, a failure (SERVFAIL) is none: a resolver without a network gives it to every question.
  func isAnswering() async -> Bool {
    let question = TXTQuestion(
      name: ".",
      servers: servers,
      patience: Self.rootPatience,
      takesEveryAnswer: true
    )
    switch await thread.lookUp(question) {
    case .success, .failure(.noRecord), .failure(.noSuchName), .failure(.refused): return true
    case .failure: return false
    }
  }

  private static let rootPatience = Duration.seconds(2)

  /// Ends the look-ups under way; later ones fail with `cancelled`.
  public func shutdown() async { await thread.shutdown() }
}

/// A question and the servers to ask.
struct TXTQuestion: Sendable {
  let name: String
  let servers: DNSServers
  let patience: Duration
  /// Failures and refusals are the outcome, instead of a reason to ask the next server.
  var takesEveryAnswer = false
}

typealias TXTOutcome = Result<[String], TXTLookupError>
