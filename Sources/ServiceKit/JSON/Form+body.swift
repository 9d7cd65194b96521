public import NIOCore

extension Form {
  /// A body up to this size is parsed on the connection's event loop; a larger one would hold up its other connections, and
  /// goes to the cooperative pool. In bytes.
  private static let inlineLimit = 16 << 10

  /// Parses and checks a request body.
  /// - Parameter check: notes what else is wrong, by what the input's type does not know.
  /// - Throws: a 400 `Problem` for what is no JSON object, or that lists every wrong field.
  public static func read<Input: RequestInput>(
    _ input: Input.Type,
    from body: ByteBuffer,
    check: @escaping @Sendable (inout Form) -> Void = { _ in }
  ) async throws -> Input {
    guard body.readableBytes > inlineLimit else {
      return try read(input, from: JSONBody.parse(body), check: check)
    }
    return try await withTaskExecutorPreference(globalConcurrentExecutor) {
      try read(input, from: JSONBody.parse(body), check: check)
    }
  }
}
