public import HTTP1
internal import NIOCore

/// Runs a real HTTP server on a free loopback port while the body runs. An answer that throws is none: the connection
/// closes.
public func withServer<R: Sendable>(
  configure: (inout HTTPServer.Configuration) -> Void = { _ in },
  _ answer: @escaping @Sendable (Request) async throws -> Response,
  body: @escaping @Sendable (_ port: Int) async throws -> R
) async throws -> R {
  try await withServer(configure: configure, responder: AnsweringResponder(answer: answer), body: body)
}

/// Runs a real HTTP server with a given responder on a free loopback port while the body runs.
public func withServer<R: Sendable>(
  configure: (inout HTTPServer.Configuration) -> Void = { _ in },
  responder: any HTTPResponder,
  body: @escaping @Sendable (_ port: Int) async throws -> R
) async throws -> R {
  let (ports, running) = AsyncStream<Int>.makeStream()
  var configuration = HTTPServer.Configuration(host: "127.0.0.1", port: 0)
  configure(&configuration)
  let server = HTTPServer(configuration, responder: responder)
  return try await withThrowingTaskGroup(of: R?.self) { group in
    group.addTask {
      try await server.run { port in
        running.yield(port)
        running.finish()
      }
      return nil
    }
    group.addTask {
      var port = 0
      for await running in ports { port = running }
      return try await body(port)
    }
    defer { group.cancelAll() }
    while let result = try await group.next() {
      if let result { return result }
    }
    throw CancellationError()
  }
}

private struct AnsweringResponder: HTTPResponder {
  let answer: @Sendable (Request) async throws -> Response

  func begin(_ request: Request, with writer: ResponseWriter) -> Work? {
    { if let response = try? await answer(request) { _ = await writer.write(response) } }
  }
}

extension ResponseBody {
  /// Sends back each part of the request's body as it comes.
  public static func echo(_ request: Request) -> ResponseBody {
    .streamed(length: nil) { writer in
      for try await part in request.body { try await writer.write(part) }
    }
  }
}
