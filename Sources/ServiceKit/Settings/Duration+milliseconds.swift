extension Duration {
  /// As the queries take lifetimes.
  package var milliseconds: Int64 { Int64(self / .milliseconds(1)) }
}
