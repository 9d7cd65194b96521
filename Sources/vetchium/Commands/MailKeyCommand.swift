import ArgumentParser
import MailSealing

struct MailKeyCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "mail-key",
    abstract: "Makes a pair of keys with which the bodies of queued mails are sealed.",
    discussion: """
      Prints two settings. MAIL_SEALING_KEYS holds the public half, for API servers and the global service. \
      MAIL_OPENING_KEYS holds the private half, for workers and the global service and for nobody else. One pair for \
      each region and one for the global service. To change a pair: put the new private key beside the old one first, \
      then the new public key in front of the old one.
      """
  )

  func run() {
    let key = MailOpeningKey.random()
    print("MAIL_SEALING_KEYS=\(key.sealing.base64)")
    print("MAIL_OPENING_KEYS=\(key.base64)")
  }
}
