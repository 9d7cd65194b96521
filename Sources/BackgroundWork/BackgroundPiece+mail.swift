public import Logging
public import Outbox
import SMTP

extension BackgroundPiece {
  /// The delivery of a queue's mails, and the figures about it.
  public static func mail(
    _ queue: MailQueue,
    _ settings: BackgroundSettings,
    _ leadership: Leadership,
    logger: Logger
  ) -> [BackgroundPiece] {
    let worker = MailWorker(
      queue: queue,
      transport: .live(settings.smtp, connections: settings.mailWorker.concurrency),
      sender: settings.smtp.sender,
      settings: settings.mailWorker,
      isTrusted: { leadership.isTrusted },
      logger: logger
    )
    return [
      BackgroundPiece("mail", worker),
      BackgroundPiece("mail_figures", MailQueueGauges(queue, logger: logger)),
    ]
  }
}
