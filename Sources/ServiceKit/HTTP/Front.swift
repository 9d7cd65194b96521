import HTTPTypes
import HummingbirdCore
import Logging
import NIOCore

/// The outermost layer: every request of a service comes in and every answer goes out here.
///
/// In order: request id → OPTIONS → route (404, 405) → size limit (413) → handler → CORS, security headers and request id
/// on the answer → write → metrics and one log line.
struct Front: Sendable {
  let routes: RouteTable
  let cors: CORSPolicy
  let accessLog: AccessLog
  let logger: Logger

  func respond(to request: Request, writer: consuming ResponseWriter, channel: any Channel) async throws {
    let received = ContinuousClock.now
    let head = request.head
    let offeredID = head.headerFields[.xRequestID]
    let inbound = InboundRequest(
      request: request,
      id: offeredID.flatMap { RequestID.isAcceptable($0) ? $0 : nil } ?? RequestID.fresh(),
      path: Self.path(of: head),
      received: received,
      channel: channel,
      logger: logger
    )

    var (response, route) = await answer(inbound)
    dress(&response, for: inbound)
    let mustClose = response.headers[.connection] == "close"
    let writeError = await Self.write(response, with: writer)
    finish(inbound, route, status: response.status.code, isAborted: writeError != nil)
    if let writeError { throw writeError }
    if mustClose { try await Self.close(after: inbound) }
  }

  private func answer(_ inbound: InboundRequest) async -> (Response, MeasuredRoute?) {
    guard inbound.method != .options else { return (Response(status: .noContent), nil) }
    switch routes.match(inbound.method, inbound.path) {
    case .nothing: return (Problem.notFound.response, nil)
    case .otherMethods(let methods): return (Problem.methodNotAllowed(methods).response, nil)
    case .route(let route):
      do {
        guard Self.announcedLength(inbound) <= BodyLimit.bytes else { throw Problem.bodyTooLarge }
        return (try await route.route.handle(inbound), route)
      } catch {
        return (problem(for: error, of: inbound).response, route)
      }
    }
  }

  private func problem(for error: any Error, of inbound: InboundRequest) -> Problem {
    var problem: Problem
    switch error {
    case let known as Problem: problem = known
    case let convertible as any ProblemConvertible:
      problem = convertible.problem
      if problem.status.kind == .serverError {
        inbound.logger.warning("request failed", metadata: ["error": "\(error)", "path": "\(inbound.path)"])
      }
    case is CancellationError: problem = .timeout
    default:
      inbound.logger.error("request failed", metadata: ["error": "\(error)", "path": "\(inbound.path)"])
      problem = .internalError
    }
    // Whoever found it out has read the rest, or nobody has: the connection ends either way.
    if problem.code == .bodyTooLarge { problem.headers[.connection] = "close" }
    return problem
  }

  private func dress(_ response: inout Response, for inbound: InboundRequest) {
    var headers = cors.fields(origin: inbound.headers[.origin])
    headers[.xRequestID] = inbound.id
    headers[.accessControlExposeHeaders] = "X-Request-ID"
    // A forwarded answer brings the home server's own.
    if !response.headers.contains(.xContentTypeOptions) { headers.append(contentsOf: SecurityHeaders.fields) }
    if !response.headers.contains(.date) { headers[.date] = HTTPDate.now() }
    headers.append(contentsOf: response.headers)
    if response.status == .noContent { headers[.contentLength] = nil }
    response.headers = headers
  }

  private func finish(_ inbound: InboundRequest, _ route: MeasuredRoute?, status: Int, isAborted: Bool) {
    let duration = inbound.received.duration(to: .now)
    (route?.metrics ?? .unmatched).record(
      status: status,
      nanoseconds: Int64(duration / .nanoseconds(1))
    )
    guard route?.route.isLogged != false else { return }
    accessLog.write(
      method: inbound.method.rawValue,
      path: inbound.path,
      status: status,
      isAborted: isAborted,
      duration: duration,
      requestID: inbound.id
    )
  }

  private static func write(_ response: Response, with writer: consuming ResponseWriter) async -> (any Error)?
  {
    do {
      try await writer.write(response: response.head, body: response.body)
      return nil
    } catch {
      return error
    }
  }

  /// The client may still be sending, and would lose the answer if the connection closed at once. So a body that was
  /// refused for its announced length is read and dropped, within reason. One that turned out too large has been read by
  /// whoever found out; a second reader would be a mistake (it ends the process in a debug build).
  private static func close(after inbound: InboundRequest) async throws {
    if announcedLength(inbound) > BodyLimit.bytes {
      var dropped = 0
      for try await part in inbound.request.body {
        dropped += part.readableBytes
        guard dropped < BodyLimit.droppedBytes else { break }
      }
    }
    throw ConnectionFinished()
  }

  private static func path(of head: HTTPRequest) -> String {
    guard let target = head.path else { return "" }
    guard let question = target.utf8.firstIndex(of: UInt8(ascii: "?")) else { return target }
    return String(target[..<question])
  }

  private static func announcedLength(_ inbound: InboundRequest) -> Int {
    inbound.headers[.contentLength].flatMap(Int.init) ?? 0
  }
}

/// Ends Hummingbird's loop over a connection's requests.
private struct ConnectionFinished: Error {}
