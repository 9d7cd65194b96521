public import MailSealing
import SMTP
public import ServiceRuntime

/// The settings of background work, which the regional worker and the global service have in common.
public struct BackgroundSettings: Sendable {
  let smtp: SMTPSettings
  let mailWorker: MailWorkerSettings
  /// The keys that open queued mails.
  public let opening: MailOpening
  /// The time for which a finished mail's row is kept.
  public let mailRetention: Duration
  /// The clean-up intervals by the name of the job.
  public let cleanupIntervals: [String: Duration]

  /// The settings as they were read, before all problems are known.
  public struct Draft {
    let smtp: SMTPSettings?
    let mailWorker: MailWorkerSettings
    public let opening: MailOpening
    let mailRetention: Duration
    let cleanupIntervals: [String: Duration]

    /// - Parameter poolSize: connections of the database's pool.
    public init(_ reader: inout SettingsReader, poolSize: Int, cleaning plan: CleanupPlan) {
      smtp = reader.readSMTP()
      mailWorker = reader.readMailWorker(poolSize: poolSize)
      opening = MailOpening(reader.read(MailSealingSettings.openingKeys))
      mailRetention = reader.read(MailSettings.retention)
      cleanupIntervals = plan.readIntervals(&reader)
    }

    /// Makes the settings; to be called when the reader has found no problem.
    /// - Throws: `SettingsError` if the SMTP settings cannot be used after all.
    public func finished() throws(SettingsError) -> BackgroundSettings {
      guard let smtp else {
        throw SettingsError(problems: ["SMTP_HOST: cannot be used, expected a host name or an address"])
      }
      return BackgroundSettings(
        smtp: smtp,
        mailWorker: mailWorker,
        opening: opening,
        mailRetention: mailRetention,
        cleanupIntervals: cleanupIntervals
      )
    }
  }
}
