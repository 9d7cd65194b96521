package import HTTP1
import HTTPTypes
package import Logging
import NIOCore
import ServiceRuntime
import SystemPrimitives

/// The outermost layer: every request of a service comes in and every response goes out here.
///
/// In order: request id → OPTIONS → route (404, 405) → size limit (413) → handler → CORS, security headers and request
/// id on the response → write → metrics and one log line. A route's relay comes before all that waits, since a request
/// that it takes needs no task.
package final class RequestPipeline: HTTPResponder {
  private let routes: RouteTable
  private let commonFields: CommonFields
  private let accessLog: AccessLog
  private let logger: Logger

  /// - Parameter exposedFields: those besides the request id that pages of other origins may read
  init(
    routes: RouteTable,
    cors: CORSPolicy,
    exposedFields: [String] = [],
    accessLog: AccessLog,
    logger: Logger
  ) {
    self.routes = routes
    commonFields = CommonFields(cors, exposing: exposedFields)
    self.accessLog = accessLog
    self.logger = logger
  }

  /// A pipeline without a server, for tests that ask routes for their responses. It writes no access log.
  package convenience init(routes: [Route], logger: Logger) {
    let identity = ServiceIdentity(service: "tests", region: "")
    self.init(
      routes: RouteTable(routes),
      cors: .anyOrigin,
      accessLog: AccessLog(sink: .standardOutput, identity: identity, isEnabled: false),
      logger: logger
    )
  }

  /// The response to a request that came over no connection, without the fields that every response gets.
  package func respond(to request: Request) async -> Response {
    let inbound = inbound(request)
    return await respond(to: inbound, routes.match(inbound.method, inbound.path)).0
  }

  private func inbound(_ request: Request) -> InboundRequest {
    let offeredID = request.headers["x-request-id"]
    return InboundRequest(
      request: request,
      id: offeredID.flatMap { RequestID.isAcceptable($0) ? $0 : nil } ?? RequestID.fresh(),
      path: Self.path(of: request.target),
      logger: logger
    )
  }

  package func begin(_ request: Request, with writer: ResponseWriter) -> Work? {
    let received = NIODeadline.now()
    let inbound = inbound(request)
    let match = routes.match(inbound.method, inbound.path)
    if case .route(let route) = match, let relay = route.route.relay, Self.isUncoded(inbound),
      Self.isSmallEnough(inbound),
      relay(inbound, { [self] result in complete(inbound, route, since: received, result, writer) })
    {
      return nil
    }
    return { [self] in
      let (response, route) = await respond(to: inbound, match)
      let isDelivered = await writer.write(response, adding: additions(to: response, of: inbound))
      finish(inbound, route, since: received, status: response.status.code, isAborted: !isDelivered)
    }
  }

  private func complete(
    _ inbound: InboundRequest,
    _ route: MeasuredRoute,
    since received: NIODeadline,
    _ result: Result<Response, any Error>,
    _ writer: ResponseWriter
  ) {
    let response: Response
    switch result {
    case .success(let relayed): response = relayed
    case .failure(let error): response = problem(for: error, of: inbound).response
    }
    let status = response.status.code
    writer.complete(response, adding: additions(to: response, of: inbound)) { [self] isDelivered in
      finish(inbound, route, since: received, status: status, isAborted: !isDelivered)
    }
  }

  package func response(to error: RequestError) -> (Response, AddedFields) {
    let problem: Problem =
      switch error {
      case .malformed: .malformedRequest
      case .malformedBody: .malformedBody("The request's body is not valid HTTP/1.1.")
      case .headTooLarge:
        Problem(.requestHeaderFieldsTooLarge, .headTooLarge, "The request's head is too large.")
      case .connectRefused: Problem(.notImplemented, .methodNotAllowed, "This server is no proxy.")
      case .timeout: .requestTimeout
      case .overloaded: .overloaded
      }
    let response = problem.response
    return (response, additions(to: response, origin: nil, requestID: RequestID.fresh()))
  }

  private func respond(
    to inbound: InboundRequest,
    _ match: RouteTable.Match
  ) async -> (Response, MeasuredRoute?) {
    guard inbound.method != .options else { return (Response(status: .noContent), nil) }
    switch match {
    case .nothing: return (Problem.notFound.response, nil)
    case .otherMethods(let methods): return (Problem.methodNotAllowed(methods).response, nil)
    case .route(let route):
      do {
        guard Self.isUncoded(inbound) else { throw Problem.codedBody }
        guard Self.isSmallEnough(inbound) else { throw Problem.bodyTooLarge }
        return (try await route.route.handle(inbound), route)
      } catch let relayed as RelayedError {
        var response = problem(for: relayed.error, of: inbound).response
        response.isForRelay = true
        return (response, route)
      } catch {
        return (problem(for: error, of: inbound).response, route)
      }
    }
  }

  /// The response to an error of a handler.
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
    // What is left of the body could take long to drop, or will never come.
    let isRefusedBody = problem.code == .tooManyRequests && !inbound.request.body.isComplete
    if isRefusedBody || [.bodyTooLarge, .requestTimeout].contains(problem.code) {
      problem.headers[.connection] = "close"
    }
    return problem
  }

  /// The header fields that are on every response.
  private func additions(to response: Response, of inbound: InboundRequest) -> AddedFields {
    additions(to: response, origin: inbound.headers["origin"], requestID: inbound.id)
  }

  private func additions(to response: Response, origin: @autoclosure () -> String?, requestID: String)
    -> AddedFields
  {
    guard !response.isForRelay else { return .none }
    // A forwarded response has the home server's own.
    let hasSecurityHeaders = response.has("x-content-type-options")
    return AddedFields(
      commonFields.fields(for: origin(), hasSecurityHeaders: hasSecurityHeaders),
      date: response.has("date") ? nil : HTTPDate.now(),
      requestID: requestID
    )
  }

  private func finish(
    _ inbound: InboundRequest,
    _ route: MeasuredRoute?,
    since received: NIODeadline,
    status: Int,
    isAborted: Bool
  ) {
    let nanoseconds = (NIODeadline.now() - received).nanoseconds
    (route?.metrics ?? .unmatched).record(status: status, nanoseconds: nanoseconds)
    guard route?.route.isLogged != false else { return }
    accessLog.write(
      method: inbound.method.rawValue,
      path: inbound.path,
      status: status,
      isAborted: isAborted,
      nanoseconds: nanoseconds,
      requestID: inbound.id
    )
  }

  private static func path(of target: String) -> String {
    guard let question = target.utf8.firstIndex(of: UInt8(ascii: "?")) else { return target }
    return String(target[..<question])
  }

  /// Nothing is inflated: a small body could become any size.
  private static func isUncoded(_ inbound: InboundRequest) -> Bool {
    guard let codings = inbound.headers["content-encoding"] else { return true }
    return codings.split(separator: ",").allSatisfy {
      $0.filter { $0 != " " && $0 != "\t" }.lowercased() == "identity"
    }
  }

  private static func isSmallEnough(_ inbound: InboundRequest) -> Bool {
    (inbound.request.head.contentLength ?? 0) <= BodyLimit.bytes
  }
}

/// An error of a request that another server passed on: the problem gets the fields that every response has from that
/// server, like any response, so that neither their order nor their number tells which server has answered.
public struct RelayedError: Error {
  let error: any Error

  public init(_ error: any Error) {
    self.error = error
  }
}
