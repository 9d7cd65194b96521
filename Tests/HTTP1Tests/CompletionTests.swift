import HTTP1
import HTTPTypes
import NIOConcurrencyHelpers
import NIOCore
import NIOPosix
import TestSupport
import Testing

/// Requests that are answered without a task.
@Suite(.timeLimit(.minutes(1))) struct CompletionTests {
  private static func get(_ path: String) -> String { "GET \(path) HTTP/1.1\r\nHost: x\r\n\r\n" }

  @Test func responsesComeInOrderWhereverTheyAreMade() async throws {
    let responder = CallingResponder()
    try await withServer(responder: responder) { port in
      let paths = (0..<120).map { index in
        ["/now", "/elsewhere", "/stream", "/task"][index % 4] + "?\(index)"
      }
      try await RawConnection.open(port: port) { incoming, outgoing in
        try await outgoing.write(paths.map(Self.get).joined())
        for path in paths {
          let answer = try await incoming.text(through: ";")
          #expect(answer?.hasSuffix("\(path);") == true, "\(path)")
          if path.hasPrefix("/stream") { _ = try await incoming.text(through: "0\r\n\r\n") }
        }
      }
    }
    #expect(responder.begun.count == 120)
  }

  /// What it had sent on top of the request under way is not served any more, though its departure answers that one.
  @Test(arguments: [false, true]) func aClientThatLeavesIsNotServedOn(closesHalf: Bool) async throws {
    let responder = CallingResponder()
    try await withServer(responder: responder) { port in
      let answer = try await RawConnection.open(port: port) { incoming, outgoing in
        try await outgoing.write(Self.get("/departure") + Self.get("/now"))
        await responder.isWaiting.wait()
        guard closesHalf else { return "" }
        outgoing.finish()
        return try await incoming.rest()
      }
      await responder.isDone.wait()
      if closesHalf {
        #expect(answer.hasPrefix("HTTP/1.1 504 "))
        #expect(answer.contains("Connection: close"))
        #expect(answer.ranges(of: "HTTP/1.1 ").count == 1)
      }
    }
    // The server has stopped: it waits for none any more.
    #expect(responder.begun == ["/departure"])
  }
}

/// Answers by path: `/now`, `/elsewhere` from another thread, `/stream`, `/task`, `/departure` when the client leaves.
private final class CallingResponder: HTTPResponder {
  let isWaiting = TestSignal()
  let isDone = TestSignal()
  private let targets = NIOLockedValueBox<[String]>([])

  var begun: [String] { targets.withLockedValue { $0 } }

  func begin(_ request: Request, with writer: ResponseWriter) -> Work? {
    targets.withLockedValue { $0.append(request.target) }
    let text = ByteBuffer(string: request.target + ";")
    let whole = Response(status: .ok, body: .whole(text))
    switch request.target.prefix(while: { $0 != "?" }) {
    case "/task": return { _ = await writer.write(whole) }
    case "/elsewhere":
      MultiThreadedEventLoopGroup.singleton.next().execute { writer.complete(whole) { _ in } }
    case "/stream":
      let response = Response(status: .ok, body: .streamed(length: nil) { try await $0.write(text) })
      writer.complete(response) { _ in }
    case "/departure":
      request.disconnect?.onDisconnect { [isDone] in
        writer.complete(Response(status: .gatewayTimeout)) { _ in isDone.fire() }
      }
      isWaiting.fire()
    default: writer.complete(whole) { _ in }
    }
    return nil
  }
}
