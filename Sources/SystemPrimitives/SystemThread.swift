internal import CEpoll
internal import Glibc

/// Threads of the operating system, for calls that block: those would hold up the cooperative pool.
public enum SystemThread {
  /// The function that a new thread runs; a class, because C takes one pointer.
  private final class Body: Sendable {
    let run: @Sendable () -> Void
    init(_ run: @escaping @Sendable () -> Void) { self.run = run }
  }

  /// Starts a detached thread with all signals blocked, since signals are the main program's business.
  ///
  /// Ends the process if the system has no thread left: as with memory, no caller could go on without it.
  ///
  /// - Parameters:
  ///   - name: shown by `top -H`; the first 15 bytes count.
  ///   - run: ends the thread when it returns.
  public static func start(named name: String, _ run: @escaping @Sendable () -> Void) {
    let body = Unmanaged.passRetained(
      Body {
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
        if let argument { Unmanaged<Body>.fromOpaque(argument).takeRetainedValue().run() }
        return nil
      },
      body.toOpaque()
    )
    precondition(failure == 0, "no thread for \(name): errno \(failure)")
    pthread_detach(thread)
  }
}
