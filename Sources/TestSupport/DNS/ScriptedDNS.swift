internal import NIOCore
internal import NIOPosix
internal import Synchronization

/// A name server that behaves as badly as a test wants, over UDP and TCP on the same port.
public final class ScriptedDNS: Sendable {
  public enum Behaviour: Sendable {
    /// As the function says for the name that is asked for, which has no final dot.
    indirect case byName(@Sendable (_ name: String) -> Behaviour)
    /// Answers with these TXT records.
    case records([String])
    /// RCODE with an empty answer: 2 is SERVFAIL, 3 NXDOMAIN, 5 REFUSED.
    case code(UInt8)
    /// Cuts a response off over UDP, and sends all of it over TCP.
    case truncated([String])
    /// Cuts a response off over UDP, and closes without a word over TCP.
    case truncatedWithoutTCP
    case silent
    /// An answer to somebody else's question, then nothing.
    case foreignAnswer([String])
    /// Answers with bytes that are no DNS message.
    case garbage
  }

  public let port: Int
  private let udp: any Channel
  private let tcp: any Channel
  private let script: Script

  /// Runs a server for the time of the body.
  public static func run<R: Sendable>(
    _ behaviour: Behaviour,
    _ body: (ScriptedDNS) async throws -> R
  ) async throws -> R {
    let server = try await start(behaviour)
    do {
      let result = try await body(server)
      try await server.stop()
      return result
    } catch {
      try? await server.stop()
      throw error
    }
  }

  /// Starts a server; it ends with `stop` or with the process.
  public static func start(_ behaviour: Behaviour) async throws -> ScriptedDNS {
    let script = Script(behaviour)
    let port = try FreePort.find()
    let group = MultiThreadedEventLoopGroup.singleton
    let udp = try await DatagramBootstrap(group: group)
      .channelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          try channel.pipeline.syncOperations.addHandler(UDPResponder(script))
        }
      }
      .bind(host: "127.0.0.1", port: port).get()
    let tcp = try await ServerBootstrap(group: group)
      // `FreePort` promises nothing about connections of the past, which keep a port for a minute.
      .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
      .childChannelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          try channel.pipeline.syncOperations.addHandler(TCPResponder(script))
        }
      }
      .bind(host: "127.0.0.1", port: port).get()
    return ScriptedDNS(port: port, udp: udp, tcp: tcp, script: script)
  }

  private init(port: Int, udp: any Channel, tcp: any Channel, script: Script) {
    self.port = port
    self.udp = udp
    self.tcp = tcp
    self.script = script
  }

  public var address: String { "127.0.0.1:\(port)" }

  /// How many questions have come.
  public var questions: Int { script.count.load(ordering: .relaxed) }

  /// Returns when so many questions have come.
  public func asked(_ count: Int = 1, within limit: Duration = .seconds(10)) async throws {
    try await eventually(within: limit, "somebody asks") { questions >= count }
  }

  public func stop() async throws {
    try await udp.close()
    try await tcp.close()
  }
}

/// The part that the two responders share.
private final class Script: Sendable {
  private let behaviour: ScriptedDNS.Behaviour
  let count = Atomic(0)

  init(_ behaviour: ScriptedDNS.Behaviour) { self.behaviour = behaviour }

  private func behaviour(to question: ByteBuffer) -> ScriptedDNS.Behaviour {
    guard case .byName(let behaviour) = behaviour else { return behaviour }
    return behaviour(DNSMessage.name(in: question))
  }

  /// The answers to a question over UDP.
  func datagrams(_ question: ByteBuffer) -> [ByteBuffer] {
    count.add(1, ordering: .relaxed)
    switch behaviour(to: question) {
    case .records(let records): return [DNSMessage.answer(question, records)]
    case .code(let code): return [DNSMessage.answer(question, [], code: code)]
    case .truncated, .truncatedWithoutTCP: return [DNSMessage.answer(question, [], isTruncated: true)]
    case .silent, .byName: return []
    case .foreignAnswer(let records): return [DNSMessage.answer(question, records, idOffset: 1)]
    case .garbage: return [ByteBuffer(string: "?")]
    }
  }

  /// The answer over TCP; nil closes the connection.
  func stream(_ question: ByteBuffer) -> ByteBuffer? {
    switch behaviour(to: question) {
    case .truncated(let records), .records(let records): DNSMessage.answer(question, records)
    default: nil
    }
  }
}

private enum DNSMessage {
  /// RFC 1035 §4.1: the question's header and question section with flags, counts and TXT records.
  static func answer(
    _ question: ByteBuffer,
    _ records: [String],
    code: UInt8 = 0,
    isTruncated: Bool = false,
    idOffset: UInt16 = 0
  ) -> ByteBuffer {
    var question = question
    var answer = ByteBuffer()
    let id = question.readInteger(as: UInt16.self) ?? 0
    question.moveReaderIndex(forwardBy: 10)
    answer.writeInteger(id &+ idOffset)
    answer.writeInteger(0x8180 | (isTruncated ? 0x0200 : 0) | UInt16(code))
    for count in [1, records.count, 0, 0] { answer.writeInteger(UInt16(count)) }
    answer.writeImmutableBuffer(section(question))
    for record in records {
      answer.writeInteger(UInt16(0xC00C))  // the question's name
      answer.writeInteger(UInt16(16))
      answer.writeInteger(UInt16(1))
      answer.writeInteger(UInt32(0))
      answer.writeInteger(UInt16(record.utf8.count + 1))
      answer.writeInteger(UInt8(record.utf8.count))
      answer.writeString(record)
    }
    return answer
  }

  /// The name that a question is about, without the final dot.
  static func name(in question: ByteBuffer) -> String {
    var bytes = question
    bytes.moveReaderIndex(forwardBy: 12)
    var labels: [String] = []
    while let length = bytes.readInteger(as: UInt8.self), length > 0,
      let label = bytes.readString(length: Int(length))
    {
      labels.append(label)
    }
    return labels.joined(separator: ".")
  }

  /// The name, the type and the class, without what may follow.
  private static func section(_ bytes: ByteBuffer) -> ByteBuffer {
    var length = 0
    while let label = bytes.getInteger(at: bytes.readerIndex + length, as: UInt8.self), label > 0 {
      length += Int(label) + 1
    }
    return bytes.getSlice(at: bytes.readerIndex, length: length + 5) ?? ByteBuffer()
  }
}

private final class UDPResponder: ChannelInboundHandler {
  typealias InboundIn = AddressedEnvelope<ByteBuffer>
  typealias OutboundOut = AddressedEnvelope<ByteBuffer>

  private let script: Script
  init(_ script: Script) { self.script = script }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    let envelope = unwrapInboundIn(data)
    for answer in script.datagrams(envelope.data) {
      context.writeAndFlush(
        wrapOutboundOut(AddressedEnvelope(remoteAddress: envelope.remoteAddress, data: answer)),
        promise: nil
      )
    }
  }
}

/// One question a connection, in one piece, which is what c-ares sends.
private final class TCPResponder: ChannelInboundHandler {
  typealias InboundIn = ByteBuffer
  typealias OutboundOut = ByteBuffer

  private let script: Script
  init(_ script: Script) { self.script = script }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    var bytes = unwrapInboundIn(data)
    bytes.moveReaderIndex(forwardBy: min(2, bytes.readableBytes))
    guard let answer = script.stream(bytes) else { return context.close(promise: nil) }
    var framed = ByteBuffer(integer: UInt16(answer.readableBytes))
    framed.writeImmutableBuffer(answer)
    context.writeAndFlush(wrapOutboundOut(framed), promise: nil)
  }
}
