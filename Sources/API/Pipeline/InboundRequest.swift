public import HTTP1
public import HTTPTypes
public import Logging
import Metrics
public import NIOCore
import Synchronization
public import SystemPrimitives
import Telemetry

/// A request as handlers get it, with its id and its path.
public final class InboundRequest: Sendable {
  public let request: Request
  /// The request id: the client's own if well formed, else a fresh one.
  public let id: String
  /// The path without the query.
  public let path: String
  private let baseLogger: Logger
  private let checkBody: (@Sendable (ByteBuffer) throws -> Void)?

  init(
    request: Request,
    id: String,
    path: String,
    logger: Logger,
    checkBody: (@Sendable (ByteBuffer) throws -> Void)? = nil
  ) {
    self.request = request
    self.id = id
    self.path = path
    baseLogger = logger
    self.checkBody = checkBody
  }

  /// The same request, whose body is checked before anybody gets it.
  /// - Parameter check: throws the response to a wrong body
  public func checkingBody(_ check: @escaping @Sendable (ByteBuffer) throws -> Void) -> InboundRequest {
    InboundRequest(request: request, id: id, path: path, logger: baseLogger, checkBody: check)
  }

  /// The connection's other end, which need not be the client.
  public var peer: SocketAddress? { request.peer }
  public var headers: HeaderFields { request.headers }
  public var method: HTTPRequest.Method { request.method }

  /// A logger whose lines carry the request id; made when asked for, since most requests log nothing.
  public var logger: Logger {
    var logger = baseLogger
    logger[metadataKey: "request_id"] = .string(id)
    return logger
  }

  /// The whole body, read at most once, up to the size limit.
  ///
  /// The server drops the part of a body that is beyond the limit.
  /// - Throws: `Problem.bodyTooLarge`; `Problem.requestTimeout` when it arrived too slowly; `Problem.malformedBody`
  ///   when the connection ended before the body did, a response that nobody will read; `Problem.overloaded` when
  ///   requests hold as much memory as they may; `Problem.tooMuchAtOnce` when those of the client do.
  public func collectBody() async throws -> ByteBuffer {
    var collected: ByteBuffer?
    var count = 0
    do {
      for try await var part in request.body {
        count += part.readableBytes
        guard count <= BodyLimit.bytes else { break }
        if collected == nil { collected = part } else { collected?.writeBuffer(&part) }
      }
    } catch RequestBodyError.timeout {
      throw Problem.requestTimeout
    } catch RequestBodyError.overloaded {
      PlatformMetrics.requestsRefused("overloaded").increment()
      throw Problem.overloaded
    } catch RequestBodyError.overShare {
      throw Self.overShare
    } catch {
      throw Problem.malformedBody("The request body ended early.")
    }
    guard count <= BodyLimit.bytes else { throw Problem.bodyTooLarge }
    let body = collected ?? ByteBuffer()
    try checkBody?(body)
    return body
  }

  /// Counts the body for the client that sends it, so that no client keeps others out.
  /// - Throws: `Problem.tooMuchAtOnce` when it has enough under way.
  public func countBody(for client: @autoclosure () -> IPAddress?) throws(Problem) {
    guard request.body.count(for: ClientKeys(client(), headers)) else { throw Self.overShare }
  }

  private static var overShare: Problem {
    PlatformMetrics.requestsRefused("share").increment()
    return .tooMuchAtOnce
  }
}

/// The size limit of request bodies, in bytes.
public enum BodyLimit {
  public static let bytes = 1_048_576
}

/// The name of one request in every log line, error report and hop.
public enum RequestID {
  /// Says whether an id offered by a client is used: `^[A-Za-z0-9._-]{1,128}$`. Anything else could forge log lines.
  public static func isAcceptable(_ offered: String) -> Bool {
    guard (1...128).contains(offered.utf8.count) else { return false }
    // A string's own iterator would take five times as long, twice for each request between regions.
    return offered.utf8.withContiguousStorageIfAvailable { $0.allSatisfy(isAcceptable) }
      ?? offered.utf8.allSatisfy(isAcceptable)
  }

  private static func isAcceptable(_ byte: UInt8) -> Bool {
    byte &- 0x30 < 10 || (byte | 0x20) &- 0x61 < 26 || byte == 0x2D || byte == 0x2E || byte == 0x5F
  }

  /// A fresh id: a random part drawn once per process, and a running number. It is unique without a system call per
  /// request.
  public static func fresh() -> String {
    prefix + String(counter.add(1, ordering: .relaxed).newValue, radix: 16)
  }

  private static let prefix = String(UInt64.random(in: .min ... .max), radix: 36) + "-"
  private static let counter = Atomic<UInt64>(0)
}
