import Dispatch
import Glibc
import Logging
import Synchronization
import Testing

@testable import ServiceRuntime

struct LogSinkTests {
  @Test func writesWholeLinesAsJSON() throws {
    var ends: [Int32] = [0, 0]
    try #require(pipe(&ends) == 0)
    let sink = LogSink(descriptor: ends[1])
    var logger = Logger(label: "test") { _ in
      JSONLogHandler(identity: ServiceIdentity(service: "s", region: "ind1"), level: .info, sink: sink)
    }
    logger[metadataKey: "request_id"] = "r1"
    logger.debug("not shown")
    logger.warning("say \"hello\"", metadata: ["b": "2", "a": "1"])
    sink.flush()
    close(ends[1])
    let line = readAll(ends[0])
    #expect(line.hasPrefix(#"{"time":"20"#))
    #expect(
      line.hasSuffix(
        #"Z","level":"warn","message":"say \"hello\"","service":"s","region":"ind1","a":"1","b":"2","request_id":"r1"}"#
          + "\n"
      )
    )
  }

  /// Nobody reads the pipe at first: callers must not block, and what is lost is counted.
  @Test func countsWhatNobodyRead() async throws {
    var ends: [Int32] = [0, 0]
    try #require(pipe(&ends) == 0)
    let (readEnd, writeEnd) = (ends[0], ends[1])
    let sink = LogSink(descriptor: writeEnd)
    let line = [UInt8](repeating: UInt8(ascii: "x"), count: 1 << 20)
    for _ in 0..<12 { sink.append(line) }
    async let text = Self.inThread { readAll(readEnd) }
    await Self.inThread {
      sink.flush()
      close(writeEnd)
    }
    #expect(await text.contains(#""message":"log lines dropped: standard output was not read","lines":"#))
  }

  /// Whoever reads has stopped: the end of the process does not wait for that.
  @Test func theEndDoesNotWaitForAReader() async throws {
    var ends: [Int32] = [0, 0]
    try #require(pipe(&ends) == 0)
    let (readEnd, writeEnd) = (ends[0], ends[1])
    let sink = LogSink(descriptor: writeEnd)
    sink.append([UInt8](repeating: UInt8(ascii: "x"), count: 1 << 20))
    let hasReturned = Mutex(false)
    let text = Task {
      // The flush is over before anything was read.
      await Self.inThread {
        while !hasReturned.withLock({ $0 }) { sched_yield() }
        return readAll(readEnd)
      }
    }
    await Self.inThread {
      sink.flush(within: .milliseconds(50))
      hasReturned.withLock { $0 = true }
      sink.flush(within: .seconds(60))
      close(writeEnd)
    }
    #expect(await text.value.utf8.count == 1 << 20)
  }

  /// Another program has made the pipe non-blocking.
  @Test func aNonBlockingPipeLosesNothing() async throws {
    var ends: [Int32] = [0, 0]
    try #require(pipe(&ends) == 0)
    let (readEnd, writeEnd) = (ends[0], ends[1])
    try #require(fcntl(writeEnd, F_SETFL, O_NONBLOCK) == 0)
    let sink = LogSink(descriptor: writeEnd)
    sink.append([UInt8](repeating: UInt8(ascii: "x"), count: 1 << 20))
    async let text = Self.inThread { readAll(readEnd) }
    await Self.inThread {
      sink.flush(within: .seconds(60))
      close(writeEnd)
    }
    #expect(await text.utf8.count == 1 << 20)
  }

  private static func inThread<R: Sendable>(_ work: @escaping @Sendable () -> R) async -> R {
    await withCheckedContinuation { continuation in
      DispatchQueue.global().async { continuation.resume(returning: work()) }
    }
  }
}

private func readAll(_ descriptor: Int32) -> String {
  var bytes: [UInt8] = []
  var chunk = [UInt8](repeating: 0, count: 65_536)
  while case let count = read(descriptor, &chunk, chunk.count), count > 0 { bytes += chunk[..<count] }
  close(descriptor)
  return String(decoding: bytes, as: UTF8.self)
}
