public import HTTP1
public import HTTPTypes
public import Logging
public import NIOCore

/// A request as handlers get it, with what the front has found out about it.
public final class InboundRequest: Sendable {
  public let request: Request
  /// The request id: the client's own if well formed, else a fresh one.
  public let id: String
  /// The path without the query.
  public let path: String
  private let baseLogger: Logger

  init(
    request: Request,
    id: String,
    path: String,
    logger: Logger
  ) {
    self.request = request
    self.id = id
    self.path = path
    baseLogger = logger
  }

  /// The connection's other end; not necessarily the client.
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
  /// What a body that is too large has beyond the limit is dropped by the server.
  /// - Throws: `Problem.bodyTooLarge`; `Problem.requestTimeout` when it arrived too slowly; `Problem.malformedBody` when the connection ended before the body did, which is no
  ///   fault of this server's and nobody will read.
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
    } catch {
      throw Problem.malformedBody("The request body ended early.")
    }
    guard count <= BodyLimit.bytes else { throw Problem.bodyTooLarge }
    return collected ?? ByteBuffer()
  }
}

/// The size limit of request bodies.
public enum BodyLimit {
  public static let bytes = 1_048_576
}
