// The operator's command line. It works on databases with their owner's credentials; services never need it
// while they run. Exit codes are those of sysexits.h where one fits: 0 done, 1 refused or failed, 64 wrong usage,
// 69 database unavailable. No message ever holds a password or a connection string.

import ArgumentParser

@main
struct Vetchium: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "vetchium",
    abstract: "Runs and repairs a Vetchium installation.",
    subcommands: [
      MigrateCommand.self, GrantCommand.self, SeedCommand.self, AdminCommand.self, HubUserCommand.self,
      AuditCommand.self, RehashCommand.self, HashPasswordCommand.self, MeasurePasswordsCommand.self,
      ForwardingKeyCommand.self, ForwardingVerifiersCommand.self, MailKeyCommand.self,
    ]
  )
}
