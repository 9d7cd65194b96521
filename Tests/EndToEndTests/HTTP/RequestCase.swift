import TestSupport
import Testing

/// A request byte by byte, and what becomes of it.
struct RequestCase: Sendable, CustomTestStringConvertible {
  enum Outcome: Sendable {
    /// With this status; the connection goes on unless the request says otherwise.
    case served(Int, isLast: Bool = false)
    /// With this status and problem type, and the connection ends.
    case refused(Int, String)
    /// The same, but the connection goes on.
    case answered(Int, String)
  }

  /// What nginx makes of it, if that is not what the server would answer.
  enum AtBalancer: Sendable {
    case theSame
    /// nginx mends what is wrong on the way, or says no: it may be served.
    case mayServe
  }

  let name: String
  /// `{fields}` stands for a session and a request id.
  let text: String
  let outcome: Outcome
  var atBalancer = AtBalancer.theSame

  init(_ name: String, _ text: String, _ outcome: Outcome, atBalancer: AtBalancer = .theSame) {
    self.name = name
    self.text = text
    self.outcome = outcome
    self.atBalancer = atBalancer
  }

  var testDescription: String { name }

  private var isServed: Bool { if case .served = outcome { true } else { false } }

  func check(_ path: RequestPath) async throws {
    let visitor = try await Visitor.shared
    let id = Visitor.unheardOfID()
    let connection = try await TCPClient.open(port: visitor.port(path))
    try await connection.send(text.replacing("{fields}", with: visitor.fields(id: id)))
    let answer = try #require(try await connection.answer(), "\(name) by \(path): no response")
    if path == .balancer, !isServed {
      try await expectRefusal(answer, id)
    } else {
      try await expect(answer, on: connection, path)
    }
    try? await connection.close()
  }

  /// nginx may say no in its own words. What it lets pass as a request of its own is answered as the client's.
  private func expectRefusal(_ answer: HTTPAnswer, _ id: String) async throws {
    if case .mayServe = atBalancer, answer.status < 400 {
      #expect(answer.only("X-Request-ID") == id, "\(name): \(answer)")
      return
    }
    #expect((400...505).contains(answer.status), "\(name): \(answer)")
    let served = try await Visitor.shared.answeredRequests().filter { $0.id == id && $0.status < 400 }
    #expect(served.isEmpty, "\(name) was served")
  }

  private func expect(_ answer: HTTPAnswer, on connection: TCPClient, _ path: RequestPath) async throws {
    let visitor = try await Visitor.shared
    var isOver = true
    switch outcome {
    case .served(let status, let isLast):
      #expect(answer.status == status, "\(name) by \(path): \(answer)")
      isOver = isLast
    case .refused(let status, let type):
      answer.expectProblem(status, type)
      #expect(answer.isLast, "\(name) by \(path): \(answer)")
    case .answered(let status, let type):
      answer.expectProblem(status, type)
      isOver = false
    }
    if isOver {
      let rest = try await connection.waitForClose()
      #expect(rest.isEmpty, "\(name) by \(path): \(rest)")
    } else {
      // In step: the next response is that of the next request.
      let id = Visitor.unheardOfID()
      try await connection.send(visitor.request(id: id))
      let next = try #require(try await connection.answer(), "\(name) by \(path): no second response")
      #expect(next.status == 200 && next.only("X-Request-ID") == id, "\(name) by \(path): \(next)")
    }
  }
}
