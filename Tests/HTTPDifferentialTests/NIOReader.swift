import NIOCore
import NIOEmbedded
import NIOHTTP1

/// What SwiftNIO's decoder makes of bytes; it is llhttp, the one of Node.js.
enum NIOReader {
  static func read(_ pieces: [ByteBuffer]) -> Reading {
    let channel = EmbeddedChannel(handler: ByteToMessageHandler(HTTPRequestDecoder()))
    defer { _ = try? channel.finish(acceptAlreadyClosed: true) }
    var reading = Reading()
    do {
      for piece in pieces { try channel.writeInbound(piece) }
    } catch {
      reading.isRefused = true
    }
    var head: HTTPRequestHead?
    var body: [UInt8] = []
    while let part = try? channel.readInbound(as: HTTPServerRequestPart.self) {
      switch part {
      case .head(let arrived): (head, body) = (arrived, [])
      case .body(let bytes): body += bytes.readableBytesView
      case .end: if let head { reading.requests.append(request(head, body)) }
      }
    }
    return reading
  }

  private static func request(_ head: HTTPRequestHead, _ body: [UInt8]) -> Reading.Request {
    Reading.Request(
      method: head.method.rawValue,
      target: head.uri,
      fields: head.headers.map { (name: $0.name, value: $0.value) },
      body: String(decoding: body, as: UTF8.self)
    )
  }
}
