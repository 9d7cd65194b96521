public import HTTP1
public import HTTPTypes
import JSON
import NIOCore
public import PostgresClient

/// One wrong field of a request body.
public struct FieldError: Sendable, Equatable {
  public let field: String
  public let message: String

  public init(field: String, message: String) {
    self.field = field
    self.message = message
  }
}

/// A member of an error body that only problems of its type have.
public struct ProblemExtension: Sendable, Equatable {
  public let name: String
  public let value: String

  public init(_ name: String, _ value: String) {
    self.name = name
    self.value = value
  }
}

/// The body of every error response (RFC 9457), and the error that a handler throws to send one.
public struct Problem: Error, Sendable, Equatable {
  public let status: HTTPResponse.Status
  /// The part that clients match on.
  public let code: ProblemCode
  public let detail: String
  public var errors: [FieldError] = []
  /// Further members with what the client needs to go on (RFC 9457 §3.2).
  public var extensions: [ProblemExtension] = []
  public var headers: HTTPFields = [:]

  public init(_ status: HTTPResponse.Status, _ code: ProblemCode, _ detail: String) {
    self.status = status
    self.code = code
    self.detail = detail
  }

  public var response: Response {
    var json = JSONWriter(reserving: 256)
    json.object {
      $0.member("type", code.rawValue)
      $0.member("title", code.title)
      $0.member("status", status.code)
      $0.member("detail", detail)
      if !errors.isEmpty {
        $0.member(
          "errors",
          array: { list in
            for error in errors {
              list.object {
                $0.member("field", error.field)
                $0.member("message", error.message)
              }
            }
          }
        )
      }
      for member in extensions { $0.member(named: member.name, member.value) }
    }
    var headers = headers
    headers[.contentType] = "application/problem+json"
    return Response(status: status, headers: headers, body: .whole(ByteBuffer(bytes: json.bytes)))
  }
}

/// An error of a lower module that has a problem of its own. Every other error becomes a bare 500.
public protocol ProblemConvertible: Error {
  var problem: Problem { get }
}

extension PostgresError: ProblemConvertible {
  public var problem: Problem {
    // A call is cancelled when nobody waits for it any more.
    if code == .cancelled { return .timeout }
    // The server undid one of several transactions that waited for each other (deadlock, serialization): the same
    // request may succeed now.
    if let sqlState, ["40P01", "40001"].contains(sqlState) {
      return .unavailable(.overloaded, "Another request was in the way. Please try again.", retryAfter: 1)
    }
    return isUnavailable ? .databaseUnavailable : .internalError
  }
}
