extension Duration {
  /// Whole milliseconds, rounded up, as statements take durations: a wait is never shorter than it was meant.
  public var roundedUpMilliseconds: Int64 {
    let (seconds, attoseconds) = components
    return seconds * 1000 + (attoseconds + 999_999_999_999_999) / 1_000_000_000_000_000
  }
}
