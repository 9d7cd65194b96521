import HTTP1
import NIOCore
import Testing

struct HeadWriterTests {
  /// Eight bytes are looked at in one go, so every place in them counts, and what is left over.
  @Test(arguments: 1...25)
  func lineBreaksBecomeBlanksWhereverTheyAre(length: Int) {
    for place in 0..<length {
      for control in ["\r", "\n", "\0"] {
        let before = String(repeating: "a", count: place)
        let after = String(repeating: "z", count: length - place - 1)
        #expect(written(before + control + after) == before + " " + after)
      }
    }
  }

  /// 0x1F and 0x20 are next to each other, 0xC3 has the bit that marks what is found.
  @Test(arguments: [
    "", "plain", "two words here", "tab\tand \u{1F}", "ü, ä and ö; über", "    ", "~~~~~~~~~",
  ])
  func allElseStays(text: String) {
    #expect(written(text) == text)
  }

  private func written(_ text: String) -> String {
    var buffer = ByteBuffer()
    buffer.writeHead(capacity: text.utf8.count) { $0.writeText(text) }
    return String(buffer: buffer)
  }
}
