import HTTPTypes
import NIOCore

/// Header fields as they travel, made once: those that are on many responses need not be written field by field.
public struct EncodedFields: Sendable {
  public static let none = EncodedFields([])

  let bytes: [UInt8]

  /// - Parameter fields: must be proper; they are not looked at again.
  public init(_ fields: [(name: String, value: String)]) {
    bytes = fields.flatMap { Array("\($0.name): \($0.value)\r\n".utf8) }
  }
}

/// The fields that a service adds to a response's own.
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

/// Writes a response's head (RFC 9112 §4, §5).
enum ResponseHeadWriter {
  /// Status line, framing and connection fields, in bytes.
  private static let reserve = 256

  /// Whole bodies up to this size travel in the same buffer as their head: one system call, one piece of memory. In
  /// bytes.
  private static let copyLimit = 16 << 10
  private static let allocator = ByteBufferAllocator()

  /// - Returns: the head with a small body behind it, and a whole body that is not in it
  static func message(
    _ response: Response,
    _ framing: ResponseFraming,
    adding added: AddedFields,
    connection: StaticString?
  ) -> (head: ByteBuffer, rest: ByteBuffer?) {
    var body: ByteBuffer?
    if case .whole(let bytes) = response.body, framing.hasBody { body = bytes }
    let copied = body.map { $0.readableBytes <= copyLimit ? $0.readableBytes : 0 } ?? 0
    let capacity = capacity(response, adding: added)
    var head = allocator.buffer(capacity: capacity + copied)
    head.writeHead(capacity: capacity) {
      write(response, framing: framing, adding: added, connection: connection, into: &$0)
    }
    guard copied > 0, var bytes = body else { return (head, body) }
    head.writeBuffer(&bytes)
    return (head, nil)
  }

  /// The number of bytes that a head takes at most.
  private static func capacity(_ response: Response, adding added: AddedFields) -> Int {
    var capacity =
      reserve + response.status.reasonPhrase.utf8.count + HeadWriter.capacity(for: response.headers)
    capacity += added.encoded.bytes.count + (added.date?.utf8.count ?? 0) + (added.requestID?.utf8.count ?? 0)
    if let passedOn = response.passedOn {
      capacity += HeadWriter.capacity(for: passedOn.fields) + passedOn.added.bytes.count
    }
    return capacity
  }

  /// - Parameters:
  ///   - framing: tells where the response ends; a handler's `Content-Length` counts only where there is no body.
  ///   - connection: the value of `Connection`, if any.
  private static func write(
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
    for field in response.headers where !isOfConnection(field.name.canonicalName, framing) {
      head.field(field.name.rawName, field.value)
    }
    if let passedOn = response.passedOn {
      passedOn.fields.forEach { field in
        if !isOfConnection(field, framing) { head.field(field) }
      }
      head.write(passedOn.added.bytes)
    }
    switch framing {
    case .none, .untilClose, .headOnly(nil): break
    case .length(let length, _), .headOnly(let length?): head.field("Content-Length", length)
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
    case 14: framing.writesLength && name.isFieldName("content-length")
    case 17: name.isFieldName("transfer-encoding")
    default: false
    }
  }

  private static func isOfConnection(_ field: HeaderFields.Field, _ framing: ResponseFraming) -> Bool {
    switch field.name.count {
    case 10: field.is("connection")
    case 14: framing.writesLength && field.is("content-length")
    case 17: field.is("transfer-encoding")
    default: false
    }
  }
}

extension ResponseFraming {
  /// Its `Content-Length`, or the lack of one, is this module's matter, whatever a handler says.
  fileprivate var writesLength: Bool {
    switch self {
    case .none, .headOnly(nil): false
    case .headOnly, .length, .chunked, .untilClose: true
    }
  }
}

extension HTTPFields {
  /// Says whether `Connection` names `close`. Looked through, since an index of the fields would have to be made for
  /// it.
  var saysClose: Bool {
    contains { field in
      field.name.canonicalName.isFieldName("connection")
        && field.value.split(separator: ",").contains { String($0.filter { $0 != " " }).isFieldName("close") }
    }
  }
}
