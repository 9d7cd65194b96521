import Synchronization

/// Names one request in every log line, error report and hop.
public enum RequestID {
  /// Whether an id offered by a client is used: `^[A-Za-z0-9._-]{1,128}$`. Anything else could forge log lines.
  public static func isAcceptable(_ offered: String) -> Bool {
    guard (1...128).contains(offered.utf8.count) else { return false }
    // A string's own iterator would take five times as long, twice for each request between regions.
    return offered.utf8.withContiguousStorageIfAvailable { $0.allSatisfy(isAcceptable) }
      ?? offered.utf8.allSatisfy(isAcceptable)
  }

  private static func isAcceptable(_ byte: UInt8) -> Bool {
    byte &- 0x30 < 10 || (byte | 0x20) &- 0x61 < 26 || byte == 0x2D || byte == 0x2E || byte == 0x5F
  }

  /// A fresh id: a random part drawn once per process and a running number. Unique without a system call per request.
  public static func fresh() -> String {
    prefix + String(counter.add(1, ordering: .relaxed).newValue, radix: 16)
  }

  private static let prefix = String(UInt64.random(in: .min ... .max), radix: 36) + "-"
  private static let counter = Atomic<UInt64>(0)
}
