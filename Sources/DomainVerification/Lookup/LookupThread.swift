import CAres
import Glibc
import NIOConcurrencyHelpers
import NIOPosix

/// The thread on which all look-ups run: it waits for every socket of every channel at once, and only while there is a
/// look-up under way.
final class LookupThread: Sendable {
  private enum Order: Sendable {
    case start(UInt64, TXTQuestion, CheckedContinuation<TXTOutcome, Never>)
    case cancel(UInt64)
  }

  private struct Inbox: Sendable {
    var orders: [Order] = []
    var nextID: UInt64 = 1
    /// True while the thread will look into the inbox again by itself.
    var isAttended = false
    var isClosed = false
  }

  private let threads = NIOThreadPool(numberOfThreads: 1)
  private let wakeUp: Int32
  private let inbox = NIOLockedValueBox(Inbox())

  init() {
    wakeUp = eventfd(0, Int32(EFD_CLOEXEC | EFD_NONBLOCK))
    precondition(wakeUp >= 0, "no file descriptor left for look-ups")
    threads.start()
  }

  deinit { close(wakeUp) }

  func lookUp(_ question: TXTQuestion) async -> TXTOutcome {
    let id = inbox.withLockedValue { inbox in
      defer { inbox.nextID += 1 }
      return inbox.nextID
    }
    return await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        give(.start(id, question, continuation))
        // Cancelled before there was anything to cancel.
        if Task.isCancelled { give(.cancel(id)) }
      }
    } onCancel: {
      give(.cancel(id))
    }
  }

  func shutdown() async {
    inbox.withLockedValue { $0.isClosed = true }
    wake()
    try? await threads.shutdownGracefully()
  }

  private func give(_ order: Order) {
    let (isClosed, mustStart) = inbox.withLockedValue { inbox in
      if inbox.isClosed { return (true, false) }
      inbox.orders.append(order)
      defer { inbox.isAttended = true }
      return (false, !inbox.isAttended)
    }
    if isClosed {
      if case .start(_, _, let continuation) = order { continuation.resume(returning: .failure(.cancelled)) }
    } else if mustStart {
      threads.submit { _ in self.work() }
    } else {
      wake()
    }
  }

  private func wake() {
    var one: UInt64 = 1
    _ = write(wakeUp, &one, MemoryLayout<UInt64>.size)
  }

  /// Runs look-ups until none is left.
  private func work() {
    var lookups: [UInt64: (TXTLookup, CheckedContinuation<TXTOutcome, Never>)] = [:]
    while let (orders, isClosed) = nextOrders(isIdle: lookups.isEmpty) {
      for order in orders {
        switch order {
        case .start(let id, let question, let continuation): lookups[id] = (TXTLookup(question), continuation)
        case .cancel(let id): lookups[id]?.0.giveUp(.cancelled)
        }
      }
      if isClosed { for (lookup, _) in lookups.values { lookup.giveUp(.cancelled) } }
      if lookups.values.allSatisfy({ lookup, _ in lookup.outcome == nil }) {
        wait(for: lookups.values.map(\.0))
      }
      for (id, (lookup, continuation)) in lookups {
        guard let outcome = lookup.outcome else { continue }
        lookups[id] = nil
        continuation.resume(returning: outcome)
      }
    }
  }

  /// Takes the orders; returns nil when there is nothing to do, and the next order then starts the thread's work anew.
  private func nextOrders(isIdle: Bool) -> (orders: [Order], isClosed: Bool)? {
    inbox.withLockedValue { inbox in
      defer { inbox.orders = [] }
      if isIdle, inbox.orders.isEmpty {
        inbox.isAttended = false
        return nil
      }
      return (inbox.orders, inbox.isClosed)
    }
  }

  /// Sleeps until a socket is ready, time has passed or an order has come, and then lets every look-up proceed.
  private func wait(for lookups: [TXTLookup]) {
    var descriptors = [pollfd(fd: wakeUp, events: Int16(POLLIN), revents: 0)]
    for lookup in lookups { descriptors += lookup.descriptors }
    let pause = lookups.map(\.untilNextStep).min() ?? .zero
    let milliseconds = Int32((pause / .milliseconds(1)).rounded(.up))
    _ = poll(&descriptors, nfds_t(descriptors.count), milliseconds)
    var count: UInt64 = 0
    if descriptors[0].revents != 0 { _ = read(wakeUp, &count, MemoryLayout<UInt64>.size) }
    var rest = descriptors.dropFirst()
    for lookup in lookups {
      let own = rest.prefix(lookup.descriptors.count)
      rest = rest.dropFirst(own.count)
      lookup.process(own)
    }
  }
}
