import Glibc
import HTTPServing
import NIOHTTP1

/// What arrived is no answer that may be passed on.
struct AnswerError: Error, Equatable {}

extension AnswerHead {
  /// An answer's head may be as large as a request's that our servers take. In bytes.
  static let limit = 64 << 10
  static let fieldLimit = 16 << 10
  static let fieldCountLimit = 128

  /// Reads a head from the status line to the empty line (RFC 9112 §4, §5).
  ///
  /// It is strict: what two programs could read in two ways is an error. That is any line end but CR LF, folded lines, blanks
  /// before a colon, control characters, two lengths, a length beside `Transfer-Encoding`, and codings other than `chunked`.
  init(parsing bytes: UnsafeBufferPointer<UInt8>) throws(AnswerError) {
    var lines = HeadLines(bytes)
    let status = try lines.next()
    guard status.count >= 12, status.starts(with: "HTTP/1.".utf8), status[7] == 0x30 || status[7] == 0x31,
      status[8] == 0x20, let code = Self.number(status[9..<12]), code >= 100,
      status.count == 12 || status[12] == 0x20
    else { throw AnswerError() }
    self.status = code
    reason = String(decoding: status.dropFirst(13), as: UTF8.self)
    isChunked = false
    var options = ConnectionOptions()
    var fields: [(String, String)] = []
    fields.reserveCapacity(8)
    while true {
      let line = try lines.next()
      guard !line.isEmpty else { break }
      let (name, value) = try Self.field(line)
      guard fields.count < Self.fieldCountLimit else { throw AnswerError() }
      fields.append((name, value))
      switch name.utf8.count {
      case 10 where name.isFieldName("connection"): options.note(value)
      case 14 where name.isFieldName("content-length"):
        guard contentLength == nil, let length = Self.number(value.utf8) else { throw AnswerError() }
        contentLength = length
      case 17 where name.isFieldName("transfer-encoding"):
        guard !isChunked, value.isFieldName("chunked") else { throw AnswerError() }
        isChunked = true
      default: break
      }
    }
    guard !isChunked || contentLength == nil else { throw AnswerError() }
    headers = HTTPHeaders(fields)
    isKeptAlive = !options.isClose && (status[7] == 0x31 || options.isKeepAlive)
  }

  private static func field(_ line: UnsafeBufferPointer<UInt8>) throws(AnswerError) -> (String, String) {
    guard line.count <= fieldLimit, let colon = line.firstIndex(of: UInt8(ascii: ":")), colon > 0,
      line[..<colon].allSatisfy({ isToken[Int($0)] })
    else { throw AnswerError() }
    var (start, end) = (colon + 1, line.count)
    while start < end, isBlank(line[start]) { start += 1 }
    while start < end, isBlank(line[end - 1]) { end -= 1 }
    return (
      String(decoding: UnsafeBufferPointer(rebasing: line[..<colon]), as: UTF8.self),
      String(decoding: UnsafeBufferPointer(rebasing: line[start..<end]), as: UTF8.self)
    )
  }

  /// Digits only; nil if there are none or too many.
  static func number(_ digits: some Collection<UInt8>) -> Int? {
    guard (1...18).contains(digits.count), digits.allSatisfy({ $0 &- 0x30 < 10 }) else { return nil }
    return digits.reduce(0) { $0 * 10 + Int($1 - 0x30) }
  }

  private static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 }

  /// RFC 9110 §5.6.2.
  private static let isToken: [Bool] = {
    var table = [Bool](repeating: false, count: 256)
    for byte in 0x30...0x39 { table[byte] = true }
    for byte in 0x41...0x5A { (table[byte], table[byte | 0x20]) = (true, true) }
    for byte in "!#$%&'*+-.^_`|~".utf8 { table[Int(byte)] = true }
    return table
  }()
}

/// What `Connection` says about the connection (RFC 9112 §9.3, appendix C.2.2).
private struct ConnectionOptions {
  var isClose = false
  var isKeepAlive = false

  mutating func note(_ value: String) {
    for option in value.split(separator: ",") {
      let option = String(option.filter { $0 != " " && $0 != "\t" })
      if option.isFieldName("close") { isClose = true }
      if option.isFieldName("keep-alive") { isKeepAlive = true }
    }
  }
}

/// The lines of a head, without their ends.
private struct HeadLines {
  private var rest: UnsafeBufferPointer<UInt8>

  init(_ bytes: UnsafeBufferPointer<UInt8>) {
    rest = bytes
  }

  mutating func next() throws(AnswerError) -> UnsafeBufferPointer<UInt8> {
    guard let base = rest.baseAddress, let end = memchr(base, 0x0D, rest.count) else { throw AnswerError() }
    let count = UnsafePointer(end.assumingMemoryBound(to: UInt8.self)) - base
    guard count + 1 < rest.count, rest[count + 1] == 0x0A else { throw AnswerError() }
    let line = UnsafeBufferPointer(rebasing: rest[..<count])
    guard line.allSatisfy({ $0 >= 0x20 && $0 != 0x7F || $0 == 0x09 }) else { throw AnswerError() }
    rest = UnsafeBufferPointer(rebasing: rest[(count + 2)...])
    return line
  }
}
