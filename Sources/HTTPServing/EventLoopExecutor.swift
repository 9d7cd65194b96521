import NIOCore

/// Runs tasks on an event loop: what a request's task goes on with after a wait happens on its connection's thread.
final class EventLoopExecutor: TaskExecutor {
  private let eventLoop: any EventLoop

  init(_ eventLoop: any EventLoop) {
    self.eventLoop = eventLoop
  }

  func enqueue(_ job: consuming ExecutorJob) {
    let job = UnownedJob(job)
    eventLoop.execute { [self] in job.runSynchronously(on: asUnownedTaskExecutor()) }
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
