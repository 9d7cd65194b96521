internal import CLibPQ

/// The permission to ask the server to stop what a session is doing.
///
/// Sendable because libpq says so: a `PGcancel` may be used from any thread (manual, "Canceling Queries in Progress");
/// it is not changed after its creation.
final class CancelRequest: @unchecked Sendable {
  private let pointer: OpaquePointer

  init(owning pointer: OpaquePointer) { self.pointer = pointer }

  deinit { PQfreeCancel(pointer) }

  /// Blocks until the server has passed the signal on.
  func send() {
    var message = [CChar](repeating: 0, count: 256)
    PQcancel(pointer, &message, Int32(message.count))
  }
}
