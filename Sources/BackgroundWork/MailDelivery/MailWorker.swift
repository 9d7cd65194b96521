public import Logging
public import Outbox
public import SMTP
public import ServiceLifecycle

/// Delivers a queue's mails: at start, when the database notifies, when a waiting mail becomes due, and every poll
/// interval. Runs until it is cancelled or gracefully shut down.
public struct MailWorker: Service {
  private enum Event: Sendable {
    case news
    case alarm(ContinuousClock.Instant)
    case laneEnded(failed: Bool)
    case quiet(nextDue: Duration?)
    case stop
    case graceOver
  }

  /// A mail that another worker holds is due all the time.
  private static let shortestPause = Duration.seconds(1)
  /// After an error of the database.
  private static let pauseAfterFailure = Duration.seconds(5)

  private let queue: MailQueue
  private let delivery: DeliveryAgent
  private let settings: MailWorkerSettings
  private let logger: Logger

  /// - Parameters:
  ///   - transport: closed when the worker ends, and used again when it runs again.
  ///   - sender: who the mails come from.
  ///   - isTrusted: whether this process may send, asked before anything is handed to the SMTP server: while it is false, claimed
  ///     mails are let go as they are.
  public init(
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

  public func run() async throws {
    let (events, send) = AsyncStream<Event>.makeStream()
    delivery.open()
    MailMetrics.begin(queue.mailTypes)
    await withGracefulShutdownHandler {
      await withDiscardingTaskGroup { group in
        group.addTask { await queue.watch { send.yield(.news) } }
        group.addTask { await poll(send) }
        send.yield(.news)
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
    var lanes = DeliveryLanes(limit: settings.concurrency)
    var alarm = Alarm()
    for await event in events {
      switch event {
      case .news:
        if lanes.news() { startLane(send, &group) }
      case .alarm(let time):
        if alarm.rings(at: time) { send.yield(.news) }
      case .laneEnded(let failed):
        switch lanes.ended(failed: failed) {
        case .startAgain: startLane(send, &group)
        case .askWhenNextIsDue: group.addTask { await ask(send) }
        case .pause: alarm.set(after: Self.pauseAfterFailure, &group) { send.yield(.alarm($0)) }
        case .none: break
        }
      case .quiet(let nextDue):
        if let nextDue, nextDue < settings.pollInterval {
          alarm.set(after: max(nextDue, Self.shortestPause), &group) { send.yield(.alarm($0)) }
        }
      case .stop:
        lanes.stop()
        group.addTask {
          try? await Task.sleep(for: settings.shutdownGrace)
          send.yield(.graceOver)
        }
      case .graceOver:
        delivery.close()
      }
      if lanes.isStopping, lanes.running == 0 { return }
    }
  }

  private func startLane(_ send: AsyncStream<Event>.Continuation, _ group: inout DiscardingTaskGroup) {
    group.addTask {
      do {
        var count = 0
        while count < settings.batchSize, !Task.isShuttingDownGracefully {
          let delivered = try await queue.deliverNext { mail, mayGoOn in
            send.yield(.news)
            return try await delivery.deliver(mail, while: mayGoOn)
          }
          guard let delivered else { break }
          delivery.recorded(delivered.report, of: delivered.mail)
          count += 1
        }
        if count == settings.batchSize { send.yield(.news) }
        send.yield(.laneEnded(failed: false))
      } catch {
        if !Task.isCancelled { logger.warning("mail delivery interrupted", metadata: ["error": "\(error)"]) }
        send.yield(.laneEnded(failed: true))
      }
    }
  }

  private func ask(_ send: AsyncStream<Event>.Continuation) async {
    // On an error the poll remains.
    send.yield(.quiet(nextDue: try? await queue.nextDue()))
  }

  private func poll(_ send: AsyncStream<Event>.Continuation) async {
    while (try? await Task.sleep(for: settings.pollInterval)) != nil { send.yield(.news) }
  }
}
