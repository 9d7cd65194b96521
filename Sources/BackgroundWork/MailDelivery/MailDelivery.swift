// MailDelivery: from a row of `emails` to "the SMTP server has accepted it".
//
//   MailWorker      decides when to look for due mails, and how many deliveries run at once (`DeliverySlots`)
//   DeliveryAgent   delivers one claimed mail and says what to record
//   DeliveryPolicy  decides whether and when a refused mail is tried again
//
// The claim, the SMTP dialogue, the attempt row and the new status are one transaction that holds the row's lock:
//
//     event                                consequence
//     SMTP server refuses, or is away      attempt row with the reason; wait; other mails go on
//     body cannot be opened                as if the server refused: attempt row with the reason, wait
//     code or link expired                 cancelled, with an attempt row that says so; nothing is sent
//     worker killed before the reply       row unlocked and still pending, no attempt row; sent by the next worker
//     killed between reply and commit      the same: sent again with the same Message-ID, recipients can tell
//     database lost between the two        the worker remembers, and records what it claims again instead of sending it
//     database away                        nothing is sent without a claim; the worker tries again
//     two workers at once                  SKIP LOCKED: each row has one
//     leadership lost, worker asked to     a message that is not handed over yet is aborted when trust or grace ends;
//       stop                               the reply to one that is handed over is waited for, since only it tells
//                                          whether the mail was accepted

public import Logging
import Metrics
public import Outbox
import SMTP
import ServiceLifecycle
import SystemPrimitives
import Telemetry

extension BackgroundJob {
  /// The jobs of a queue: the delivery of its mails, and the gauges about what is pending.
  public static func mail(
    _ queue: MailQueue,
    _ settings: BackgroundSettings,
    _ leadership: Leadership,
    logger: Logger
  ) -> [BackgroundJob] {
    let worker = MailWorker(
      queue: queue,
      transport: .live(settings.smtp, connections: settings.mailWorker.concurrency),
      sender: settings.smtp.sender,
      settings: settings.mailWorker,
      isTrusted: { leadership.isTrusted },
      logger: logger
    )
    return [
      BackgroundJob("mail", worker),
      BackgroundJob("mail_figures", MailBacklogGauges(queue, logger: logger)),
    ]
  }
}

/// Measures a queue every five seconds. Only the leader does so: the figures of several replicas would add up.
struct MailBacklogGauges: Service {
  private static let interval = Duration.seconds(5)

  private let queue: MailQueue
  private let logger: Logger

  init(_ queue: MailQueue, logger: Logger) {
    self.queue = queue
    self.logger = logger
  }

  func run() async throws {
    defer { record(MailBacklog(pending: 0, oldestAge: .zero)) }
    await cancelWhenGracefulShutdown {
      while !Task.isCancelled {
        do {
          record(try await queue.measure())
        } catch {
          if !Task.isCancelled { logger.warning("mail queue not measured", metadata: ["error": "\(error)"]) }
        }
        try? await Task.sleep(for: Self.interval)
      }
    }
  }

  private func record(_ backlog: MailBacklog) {
    PlatformMetrics.mailPending().record(backlog.pending)
    PlatformMetrics.mailOldestPending().record(backlog.oldestAge.inSeconds)
  }
}
