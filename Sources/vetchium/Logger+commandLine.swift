import Logging

extension Logger {
  /// Only what a person who waits should know, on standard error; standard output is the command's result.
  static var commandLine: Logger {
    var logger = Logger(label: "vetchium") { StreamLogHandler.standardError(label: $0) }
    logger.logLevel = .notice
    return logger
  }
}
