import NIOCore
import Synchronization

/// Runs tasks on an event loop: what a request's task goes on with after a wait happens on its connection's thread.
///
/// Jobs that arrive together, as the answers to one batch of look-ups do, wake the event loop once.
final class EventLoopExecutor: TaskExecutor {
  private let eventLoop: any EventLoop
  private let waiting = Mutex<[UnownedJob]>([])

  init(_ eventLoop: any EventLoop) {
    self.eventLoop = eventLoop
  }

  func enqueue(_ job: consuming ExecutorJob) {
    let job = UnownedJob(job)
    let isFirst = waiting.withLock { waiting in
      waiting.append(job)
      return waiting.count == 1
    }
    if isFirst { eventLoop.execute(runWaiting) }
  }

  private func runWaiting() {
    let jobs = waiting.withLock { waiting in
      defer { waiting = [] }
      return waiting
    }
    let executor = asUnownedTaskExecutor()
    for job in jobs { job.runSynchronously(on: executor) }
  }
}

/// One executor for each event loop of a group.
struct EventLoopExecutors: Sendable {
  private let executors: [ObjectIdentifier: EventLoopExecutor]

  init(_ group: any EventLoopGroup) {
    executors = Dictionary(
      group.makeIterator().map { (ObjectIdentifier($0), EventLoopExecutor($0)) },
      uniquingKeysWith: { first, _ in first }
    )
  }

  func executor(of eventLoop: any EventLoop) -> EventLoopExecutor {
    executors[ObjectIdentifier(eventLoop)] ?? EventLoopExecutor(eventLoop)
  }
}
