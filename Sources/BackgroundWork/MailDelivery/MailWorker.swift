import Logging
import Metrics
import Outbox
import SMTP
import ServiceLifecycle
import Telemetry

/// The settings of the mail worker. Defaults are those of the environment variables.
struct MailWorkerSettings: Sendable {
  /// `EMAIL_WORKER_BATCH_SIZE`: the number of mails that a slot takes in one go; a full batch is followed by another.
  var batchSize = 10
  /// `EMAIL_WORKER_POLL_INTERVAL`: looks for mail even when no notification came and no due time is known.
  var pollInterval = Duration.seconds(30)
  /// `EMAIL_WORKER_MAX_ATTEMPTS`
  var maxAttempts = 5
  /// The number of deliveries at once. Each holds the lock of its row on a database connection of its own and has an
  /// SMTP connection of its own, so a slow server holds up no other delivery. The number is bounded because database
  /// connections are, and because mail servers turn away clients with dozens of connections.
  var concurrency = 8
  /// The time a message may take to be handed over once the worker is asked to stop. The reply to a message that has
  /// been handed over is waited for as long as at other times.
  var shutdownGrace = Duration.seconds(10)
}

/// Delivers a queue's mails: at start, when the database notifies, when a waiting mail becomes due, and every poll
/// interval. Runs until it is cancelled or gracefully shut down.
struct MailWorker: Service {
  private enum Event: Sendable {
    case mailsMayBeDue
    case timerFired(ContinuousClock.Instant)
    case slotEnded(failed: Bool)
    /// The time until the next mail is due, asked for when the last slot ended; nil if none is pending.
    case idle(nextDue: Duration?)
    case stop
    case graceEnded
  }

  /// The shortest wait for the next mail: a mail that another worker holds is due all the time.
  private static let shortestPause = Duration.seconds(1)
  private static let pauseAfterDatabaseError = Duration.seconds(5)

  private let queue: MailQueue
  private let delivery: DeliveryAgent
  private let settings: MailWorkerSettings
  private let logger: Logger

  /// - Parameters:
  ///   - transport: closed when the worker ends, and used again when it runs again.
  ///   - sender: the address in the `From` field of every mail.
  ///   - isTrusted: whether this process may send, asked before anything is handed to the SMTP server. While it is
  ///     false, claimed mails are released unchanged.
  init(
    queue: MailQueue,
    transport: SMTPTransport,
    sender: MailSender,
    settings: MailWorkerSettings,
    isTrusted: @escaping @Sendable () -> Bool,
    logger: Logger
  ) {
    self.queue = queue
    delivery = DeliveryAgent(
      transport: transport,
      sender: sender,
      policy: DeliveryPolicy(maxAttempts: settings.maxAttempts),
      isTrusted: isTrusted,
      logger: logger
    )
    self.settings = settings
    self.logger = logger
  }

  func run() async throws {
    let (events, send) = AsyncStream<Event>.makeStream()
    delivery.open()
    // The counters exist from the start: to Prometheus an increase from no series to one is no increase.
    for type in queue.mailTypes {
      PlatformMetrics.mailFailed(type).increment(by: 0)
      PlatformMetrics.mailExpired(type).increment(by: 0)
      PlatformMetrics.mailUnopened(type).increment(by: 0)
    }
    await withGracefulShutdownHandler {
      await withDiscardingTaskGroup { group in
        group.addTask { await queue.watch { send.yield(.mailsMayBeDue) } }
        group.addTask { await poll(send) }
        send.yield(.mailsMayBeDue)
        await react(to: events, send, &group)
        group.cancelAll()
      }
    } onGracefulShutdown: {
      send.yield(.stop)
    }
    await delivery.transport.close()
  }

  /// Returns when no delivery runs any more after `stop`, or when the task is cancelled.
  private func react(
    to events: AsyncStream<Event>,
    _ send: AsyncStream<Event>.Continuation,
    _ group: inout DiscardingTaskGroup
  ) async {
    var slots = DeliverySlots(limit: settings.concurrency)
    var timer = EarliestTimer()
    for await event in events {
      switch event {
      case .mailsMayBeDue:
        if slots.acquire() { startSlot(send, &group) }
      case .timerFired(let time):
        if timer.fired(at: time) { send.yield(.mailsMayBeDue) }
      case .slotEnded(let failed):
        switch slots.ended(failed: failed) {
        case .startAgain: startSlot(send, &group)
        case .askWhenNextIsDue: group.addTask { await askWhenNextIsDue(send) }
        case .pause: timer.set(after: Self.pauseAfterDatabaseError, &group) { send.yield(.timerFired($0)) }
        case .none: break
        }
      case .idle(let nextDue):
        if let nextDue, nextDue < settings.pollInterval {
          timer.set(after: max(nextDue, Self.shortestPause), &group) { send.yield(.timerFired($0)) }
        }
      case .stop:
        slots.stop()
        group.addTask {
          try? await Task.sleep(for: settings.shutdownGrace)
          send.yield(.graceEnded)
        }
      case .graceEnded:
        delivery.close()
      }
      if slots.isStopping, slots.running == 0 { return }
    }
  }

  private func startSlot(_ send: AsyncStream<Event>.Continuation, _ group: inout DiscardingTaskGroup) {
    group.addTask {
      do {
        var count = 0
        while count < settings.batchSize, !Task.isShuttingDownGracefully {
          let delivered = try await queue.deliverNext { mail, mayGoOn in
            send.yield(.mailsMayBeDue)
            return try await delivery.deliver(mail, while: mayGoOn)
          }
          guard let delivered else { break }
          delivery.recorded(delivered.outcome, of: delivered.mail)
          count += 1
        }
        if count == settings.batchSize { send.yield(.mailsMayBeDue) }
        send.yield(.slotEnded(failed: false))
      } catch {
        if !Task.isCancelled { logger.warning("mail delivery interrupted", metadata: ["error": "\(error)"]) }
        send.yield(.slotEnded(failed: true))
      }
    }
  }

  private func askWhenNextIsDue(_ send: AsyncStream<Event>.Continuation) async {
    // On an error the poll remains.
    send.yield(.idle(nextDue: try? await queue.nextDue()))
  }

  private func poll(_ send: AsyncStream<Event>.Continuation) async {
    while (try? await Task.sleep(for: settings.pollInterval)) != nil { send.yield(.mailsMayBeDue) }
  }
}

/// A timer that fires once, at the earliest of the times it was set to.
private struct EarliestTimer {
  private var time: ContinuousClock.Instant?

  mutating func set(
    after pause: Duration,
    _ group: inout DiscardingTaskGroup,
    _ fire: @escaping @Sendable (ContinuousClock.Instant) -> Void
  ) {
    let time = ContinuousClock.now + pause
    if let set = self.time, set <= time { return }
    self.time = time
    group.addTask {
      if (try? await Task.sleep(until: time)) != nil { fire(time) }
    }
  }

  /// Returns whether the timer is still set to this time; a later setting has been replaced.
  mutating func fired(at time: ContinuousClock.Instant) -> Bool {
    guard self.time == time else { return false }
    self.time = nil
    return true
  }
}
