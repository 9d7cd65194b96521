import HTTP1
import Testing

@testable import RegionRouting

@Suite struct TraceContextTests {
  static let genuine = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"

  @Test func readsAndWrites() throws {
    let trace = try #require(TraceContext(traceparent: Self.genuine))
    #expect(trace.isSampled)
    #expect(trace.traceparent == Self.genuine)
  }

  /// §3.2.4: a later version may be longer; what is written is version 00.
  @Test func readsLaterVersions() {
    let later = "cc" + Self.genuine.dropFirst(2) + "-what-the-future-brings"
    #expect(TraceContext(traceparent: later)?.traceparent == Self.genuine)
  }

  @Test(arguments: [
    "", "00", "ff-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
    "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-more",
    "00-0AF7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
    "00-00000000000000000000000000000000-b7ad6b7169203331-01",
    "00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01",
    "00-0af7651916cd43dd8448eb211c80319-b7ad6b7169203331-01",
    "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-1",
    "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-0x",
  ])
  func refusesOthers(_ text: String) {
    #expect(TraceContext(traceparent: text) == nil)
  }

  @Test func childKeepsTheTraceAndHasASpanOfItsOwn() throws {
    var random = SystemRandomNumberGenerator()
    let root = TraceContext.root(using: &random)
    let child = root.child(using: &random)
    #expect(child.traceID == root.traceID)
    #expect(child.spanID != root.spanID)
    #expect(TraceContext(traceparent: child.traceparent) == child)
  }
}

extension TraceContext {
  /// As it is sent.
  fileprivate var traceparent: String {
    HeadWriter.withTemporary(capacity: 55, { write(to: &$0) }, use: { String(decoding: $0, as: UTF8.self) })
  }
}
