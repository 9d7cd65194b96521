import NIOCore
import TestSupport

/// What a real nginx passes on of bytes.
struct NginxReader: Sendable {
  private let server: RecordingServer
  private let port: Int

  static func run<Result: Sendable>(
    _ body: @escaping @Sendable (NginxReader) async throws -> Result
  ) async throws -> Result {
    try await RecordingServer.run { server, upstream in
      try await PrivateNginx.run(upstream: upstream) { port in
        try await body(NginxReader(server: server, port: port))
      }
    }
  }

  /// One after the other: what arrives behind nginx is of the bytes that are being read.
  func read(_ bytes: ByteBuffer) async throws -> Reading {
    let answers = try await RawConnection.open(port: port) { incoming, outgoing in
      try await outgoing.write(bytes)
      outgoing.finish()
      return try await incoming.rest()
    }
    // Its own answers are mistakes, each with a small page; a request without an answer never became whole.
    return Reading(requests: server.take(), isRefused: answers.contains("<title>"))
  }
}
