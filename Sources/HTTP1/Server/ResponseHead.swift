import HTTPTypes
import NIOCore
import NIOHTTP1

/// Header fields as they travel, made once: those that are on many answers need not be written field by field.
public struct EncodedFields: Sendable {
  public static let none = EncodedFields([])

  let bytes: [UInt8]

  /// - Parameter fields: must be proper; they are not looked at again.
  public init(_ fields: [(name: String, value: String)]) {
    bytes = fields.flatMap { Array("\($0.name): \($0.value)\r\n".utf8) }
  }
}

/// What a service adds to an answer's own fields.
public struct AddedFields: Sendable {
  public static let none = AddedFields(.none)

  let encoded: EncodedFields
  let date: String?
  let requestID: String?

  /// - Parameters:
  ///   - date: RFC 9110 §6.6.1
  ///   - requestID: becomes `X-Request-ID`
  public init(_ encoded: EncodedFields, date: String? = nil, requestID: String? = nil) {
    self.encoded = encoded
    self.date = date
    self.requestID = requestID
  }
}

/// Writes an answer's head (RFC 9112 §4, §5).
enum ResponseHead {
  /// Status line, framing and connection fields, in bytes.
  private static let reserve = 256

  /// How many bytes a head takes at most.
  static func room(_ response: Response, adding added: AddedFields) -> Int {
    var room = reserve + response.status.reasonPhrase.utf8.count + HeadWriter.room(for: response.headers)
    room += added.encoded.bytes.count + (added.date?.utf8.count ?? 0) + (added.requestID?.utf8.count ?? 0)
    if let passedOn = response.passedOn {
      room += HeadWriter.room(for: passedOn.fields) + passedOn.added.bytes.count
    }
    return room
  }

  /// - Parameters:
  ///   - framing: tells where the answer ends; what a handler says about that counts only where there is no body to measure.
  ///   - connection: the value of `Connection`, if any.
  static func write(
    _ response: Response,
    framing: ResponseFraming,
    adding added: AddedFields,
    connection: StaticString?,
    into head: inout HeadWriter
  ) {
    if response.status.code == 200 {
      head.write("HTTP/1.1 200 OK\r\n")
    } else {
      head.write("HTTP/1.1 ")
      head.write(response.status.code)
      head.write(" ")
      head.writeText(response.status.reasonPhrase)
      head.write("\r\n")
    }
    head.write(added.encoded.bytes)
    if let date = added.date { head.field("Date", date) }
    if let requestID = added.requestID { head.field("X-Request-ID", requestID) }
    for (name, value) in response.headers where !isOfConnection(name, framing) {
      head.field(name, value)
    }
    if let passedOn = response.passedOn {
      passedOn.fields.forEach { field in
        if !isOfConnection(field, framing) { head.field(field) }
      }
      head.write(passedOn.added.bytes)
    }
    switch framing {
    case .none, .untilClose: break
    case .length(let length, _): head.field("Content-Length", length)
    case .chunked: head.write("Transfer-Encoding: chunked\r\n")
    }
    if let connection {
      head.write("Connection: ")
      head.write(connection)
      head.write("\r\n")
    }
    head.write("\r\n")
  }

  private static func isOfConnection(_ name: String, _ framing: ResponseFraming) -> Bool {
    switch name.utf8.count {
    case 10: name.isFieldName("connection")
    case 14: framing.hasBody && name.isFieldName("content-length")
    case 17: name.isFieldName("transfer-encoding")
    default: false
    }
  }

  private static func isOfConnection(_ field: HeaderFields.Field, _ framing: ResponseFraming) -> Bool {
    switch field.name.count {
    case 10: field.is("connection")
    case 14: framing.hasBody && field.is("content-length")
    case 17: field.is("transfer-encoding")
    default: false
    }
  }
}

extension HTTPHeaders {
  /// Whether `Connection` names `close`.
  var saysClose: Bool {
    contains { $0.name.isFieldName("connection") && $0.value.isFieldName("close") }
  }
}
