/// Why what arrived is no message that may be answered or passed on.
public enum MessageError: Error, Equatable {
  /// Not HTTP, or something that two programs could read in two ways.
  case malformed
  /// The head is over a limit.
  case headTooLarge
}

/// How large a head may be.
public struct HeadLimits: Sendable {
  /// In bytes, per line.
  public var field = 16 << 10
  /// In bytes, for the whole head.
  public var head = 64 << 10
  public var fieldCount = 128

  public init() {}
}
