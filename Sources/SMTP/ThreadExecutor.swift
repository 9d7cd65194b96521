import Glibc

/// Runs an actor's jobs on a thread of its own, which lives as long as the executor.
final class ThreadExecutor: SerialExecutor {
  private let queue: ThreadJobQueue

  init() {
    queue = ThreadJobQueue()
    var thread = pthread_t()
    let failure = pthread_create(&thread, nil, runThread, Unmanaged.passRetained(queue).toOpaque())
    // As with memory: without a thread there is no way to go on, and no caller who could do better.
    precondition(failure == 0, "no thread: errno \(failure)")
    pthread_detach(thread)
  }

  deinit { queue.close() }

  func enqueue(_ job: consuming ExecutorJob) {
    queue.append(UnownedJob(job), on: asUnownedSerialExecutor())
  }

  func asUnownedSerialExecutor() -> UnownedSerialExecutor { UnownedSerialExecutor(ordinary: self) }
}

private func runThread(_ argument: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
  guard let argument else { return nil }
  let queue = Unmanaged<ThreadJobQueue>.fromOpaque(argument).takeRetainedValue()
  // Whoever waits for a job holds the actor, and that its executor, so both are there while one runs.
  while let jobs = queue.next() {
    for (job, executor) in jobs { job.runSynchronously(on: executor) }
  }
  return nil
}
