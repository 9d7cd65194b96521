import HTTPTypes
import NIOCore

@testable import HTTP1

/// What our own decoder makes of bytes.
enum OurReader {
  static func read(_ pieces: [ByteBuffer]) -> Reading {
    var decoder = RequestDecoder(HeadLimits())
    var reading = Reading()
    var head: RequestHead?
    var body: [UInt8] = []
    do throws(MessageError) {
      for piece in pieces {
        decoder.append(piece)
        while let part = try decoder.next() {
          switch part {
          case .head(let arrived): (head, body) = (arrived, [])
          case .body(let bytes): body += bytes.readableBytesView
          case .end: if let head { reading.requests.append(request(head, body)) }
          }
        }
      }
    } catch {
      reading.isRefused = true
    }
    return reading
  }

  private static func request(_ head: RequestHead, _ body: [UInt8]) -> Reading.Request {
    var request = Reading.Request(
      method: head.method.rawValue,
      target: head.target,
      fields: head.headers.pairs,
      body: String(decoding: body, as: UTF8.self)
    )
    // That of an absolute target counts more than `Host` (RFC 9112 §3.2.2).
    request.host = head.authority ?? request.host
    return request
  }
}
