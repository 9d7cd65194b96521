import MailDelivery
public import ServiceKit

/// The settings of background work, which the regional worker and the global service have in common.
public struct BackgroundSettings: Sendable {
  let smtp: SMTPSettings
  let mailWorker: MailWorkerSettings
  /// How long a finished mail's row is kept.
  public let mailRetention: Duration
  /// By the name of the job.
  public let cleanUpIntervals: [String: Duration]

  /// What was read, before it is known to be all right.
  public struct Draft {
    let smtp: SMTPSettings?
    let mailWorker: MailWorkerSettings
    let mailRetention: Duration
    let cleanUpIntervals: [String: Duration]

    /// - Parameter poolSize: connections of the database's pool.
    public init(_ reader: inout SettingsReader, poolSize: Int, cleaning plan: CleanUpPlan) {
      smtp = reader.readSMTP()
      mailWorker = reader.readMailWorker(poolSize: poolSize)
      mailRetention = reader.read(MailSettings.retention)
      cleanUpIntervals = plan.readIntervals(&reader)
    }

    /// To be called when the reader has found no problem.
    /// - Throws: `SettingsError` if the SMTP settings cannot be used after all.
    public func finished() throws(SettingsError) -> BackgroundSettings {
      guard let smtp else {
        throw SettingsError(problems: ["SMTP_HOST: cannot be used, expected a host name or an address"])
      }
      return BackgroundSettings(
        smtp: smtp,
        mailWorker: mailWorker,
        mailRetention: mailRetention,
        cleanUpIntervals: cleanUpIntervals
      )
    }
  }
}
