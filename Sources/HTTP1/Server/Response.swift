public import HTTPTypes
public import NIOCore
public import NIOHTTP1

/// An answer. Its framing (`Content-Length`, `Transfer-Encoding`) follows from the body; `Connection: close` among the headers
/// ends the connection after it.
public struct Response: Sendable {
  public var status: HTTPResponse.Status
  public var headers: HTTPHeaders
  /// Fields of another server's answer, which go out as they came.
  public var passedOn: PassedOnFields?
  public var body: ResponseBody
  /// It goes to a server that adds to it what every answer has, so that doing so here would be work for nothing.
  public var isForRelay = false

  public init(status: HTTPResponse.Status, headers: HTTPHeaders = [:], body: ResponseBody = .empty) {
    self.status = status
    self.headers = headers
    self.body = body
  }
}

/// The body of an answer.
public enum ResponseBody: Sendable {
  case empty
  case whole(ByteBuffer)
  /// Written piece by piece at the client's pace. An error thrown by `write`, or a length that turns out wrong, closes the
  /// connection, so that the client can tell.
  case streamed(length: Int?, write: @Sendable (ResponseBodyWriter) async throws -> Void)

  public init(string: String) { self = .whole(ByteBuffer(string: string)) }
}

/// Fields of another server's answer, and what is added to them on the way.
public struct PassedOnFields: Sendable {
  let fields: HeaderFields
  let added: EncodedFields

  public init(_ fields: HeaderFields, added: EncodedFields) {
    self.fields = fields
    self.added = added
  }
}

extension Response {
  /// Whether it has such a field, its own or passed on.
  public func has(_ name: FieldName) -> Bool {
    headers.contains { $0.name.isFieldName(name) } || passedOn?.fields.contains(name) == true
  }
}

extension HTTPHeaders {
  /// The value of the fields of that name, joined as RFC 9110 §5.2 says if there are several; setting replaces all of them.
  public subscript(name: HTTPField.Name) -> String? {
    get {
      guard let first = first(name: name.canonicalName) else { return nil }
      let all = self[name.canonicalName]
      return all.count == 1 ? first : all.joined(separator: ", ")
    }
    set {
      if let newValue {
        replaceOrAdd(name: name.rawName, value: newValue)
      } else {
        remove(name: name.canonicalName)
      }
    }
  }
}
