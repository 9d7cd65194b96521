internal import CEpoll
internal import Glibc

/// What a new thread runs; a class, because C takes one pointer.
private final class ThreadBody: Sendable {
  let run: @Sendable () -> Void
  init(_ run: @escaping @Sendable () -> Void) { self.run = run }
}

/// Starts a detached thread with all signals blocked: signals are the main program's business.
///
/// - Parameter name: shown by `top -H`; at most 15 bytes count.
func startThread(named name: String, _ run: @escaping @Sendable () -> Void) {
  let body = Unmanaged.passRetained(
    ThreadBody {
      cepoll_name_this_thread(name)
      run()
    }
  )
  var everySignal = sigset_t()
  var previous = sigset_t()
  sigfillset(&everySignal)
  pthread_sigmask(SIG_SETMASK, &everySignal, &previous)
  defer { pthread_sigmask(SIG_SETMASK, &previous, nil) }
  var thread = pthread_t()
  let failure = pthread_create(
    &thread,
    nil,
    { argument in
      if let argument { Unmanaged<ThreadBody>.fromOpaque(argument).takeRetainedValue().run() }
      return nil
    },
    body.toOpaque()
  )
  precondition(failure == 0, "no thread left for PostgresClient")
  pthread_detach(thread)
}
