internal import Glibc
internal import NIOConcurrencyHelpers
internal import ServiceRuntime

/// The output for the person at the terminal: the steps of the start and the log lines of all programs. The lines as
/// the programs wrote them go to files.
///
/// Nobody waits for whoever reads it: a pager, a paused terminal or a `tee` that Ctrl-C has ended must not hold up the
/// programs, nor the stop. Lines that do not fit are dropped, and their number is told.
package final class StackConsole: Sendable {
  private let sink: LogSink
  private let formatter: LogLineFormatter

  /// - Parameters:
  ///   - descriptor: standard output, or standard error when that belongs to another program.
  ///   - environment: `NO_COLOR` (https://no-color.org) forbids colours, which only a terminal gets.
  package init(descriptor: Int32, environment: [String: String], longestName: Int = 11) {
    sink = LogSink(descriptor: descriptor) { Array("==> \($0) lines dropped: nobody read them\n".utf8) }
    let isPlain = environment["NO_COLOR"].map { !$0.isEmpty } ?? false || environment["TERM"] == "dumb"
    formatter = LogLineFormatter(hasColours: isatty(descriptor) == 1 && !isPlain, nameWidth: longestName)
  }

  /// Prints one step of the work.
  package func say(_ text: String) { print("==> \(text)") }

  package func print(_ text: String) { sink.append(Array((text + "\n").utf8)) }

  /// Writes what is left, at the end of the process, and waits a moment for whoever reads it.
  package func flush() { sink.flush() }

  /// Takes the output of one program: the returned function writes it to the file and shows it line by line.
  func log(of name: String, to file: String, onLine: @escaping @Sendable (String) -> Void)
    -> @Sendable (ArraySlice<UInt8>) -> Void
  {
    let copy = open(file, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
    let unfinished = NIOLockedValueBox<[UInt8]>([])
    return { bytes in
      if copy >= 0 { _ = bytes.withUnsafeBytes { write(copy, $0.baseAddress, $0.count) } }
      let lines = unfinished.withLockedValue { unfinished in
        unfinished += bytes
        var lines = unfinished.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        unfinished = Array(lines.removeLast())
        return lines.map { String(decoding: $0, as: UTF8.self) }
      }
      for line in lines {
        onLine(line)
        if let text = self.formatter.text(of: line, from: name) { self.print(text) }
      }
    }
  }
}
