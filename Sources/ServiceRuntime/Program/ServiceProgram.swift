import FoundationEssentials
import Glibc
import Logging
import Metrics
import ServiceLifecycle
import UnixSignals

/// The skeleton of an executable: settings → log → services until a signal → exit code.
///
/// Exit codes follow sysexits.h: 0 after a graceful stop, 64 for an unknown argument, 70 when a service failed,
/// 78 for wrong settings.
public enum ServiceProgram {
  /// Runs the program to its end and leaves the process.
  ///
  /// - Parameter probe: asks a path of the service that runs with the same settings, and returns why it does not reply
  ///   with 200, or nil if it does.
  public static func main<Settings>(
    _ definition: ServiceDefinition<Settings>,
    probe: (_ path: String, CommonSettings) async -> String?
  ) async -> Never {
    let probed = answerArguments(definition)
    let environment = ProcessInfo.processInfo.environment
    let warnings = RetiredSettings.warnings(environment) + MisspelledSettings.warnings(environment)
    let settings: Settings
    var reader = SettingsReader(environment)
    do {
      settings = try definition.read(&reader)
    } catch {
      // What is missing may only be misspelled.
      for problem in error.problems + warnings { writeError(problem) }
      exit(EX_CONFIG)
    }
    if let probed {
      guard let problem = await probe(probed, definition.common(settings)) else { exit(EXIT_SUCCESS) }
      writeError("\(definition.name): \(probed): \(problem)")
      exit(EXIT_FAILURE)
    }
    let code = await run(definition, settings, warnings: warnings)
    LogSink.standardOutput.flush()
    exit(code)
  }

  private static func run<Settings>(
    _ definition: ServiceDefinition<Settings>,
    _ settings: Settings,
    warnings: [String]
  ) async -> Int32 {
    let identity = ServiceIdentity(service: definition.name, region: definition.region(settings))
    let common = definition.common(settings)
    let logger = Logger(label: definition.name) { _ in
      JSONLogHandler(identity: identity, level: common.logLevel)
    }
    let metrics = PrometheusRegistry()
    MetricsSystem.bootstrap(metrics)
    for warning in warnings { logger.warning("setting without effect", metadata: ["hint": "\(warning)"]) }
    // A log that nobody reads any more is no reason to end.
    signal(SIGPIPE, SIG_IGN)
    FileDescriptors.raiseLimit()
    if !common.scheduling.apply() {
      logger.warning("scheduling refused", metadata: ["scheduling": "\(common.scheduling)"])
    }
    logger.info(
      "starting",
      metadata: ["version": "\(definition.version)", "log_level": "\(common.logLevel)"]
    )
    let drain = ServiceDrain()
    do {
      let components = try await definition.build(
        settings,
        ServiceContext(logger: logger, identity: identity, metrics: metrics, drain: drain)
      )
      try await run(components, common, drain, logger)
      await components.cleanUp()
    } catch {
      logger.error("stopped by a failure", metadata: ["error": "\(error)"])
      return EX_SOFTWARE
    }
    logger.info("stopped")
    return 0
  }

  private static func run(
    _ components: ServiceComponents,
    _ common: CommonSettings,
    _ drain: ServiceDrain,
    _ logger: Logger
  ) async throws {
    var configuration = ServiceGroupConfiguration(
      services: components.services.map {
        // Without a name of its own a service is printed to get one, with everything that it holds.
        .init(
          service: $0,
          successTerminationBehavior: .gracefullyShutdownGroup,
          serviceName: "\(type(of: $0))"
        )
      },
      logger: logger
    )
    configuration.maximumGracefulShutdownDuration = common.shutdownTimeout
    let group = ServiceGroup(configuration: configuration)
    try await withThrowingTaskGroup(of: Void.self) { tasks in
      tasks.addTask { try await group.run() }
      tasks.addTask {
        await stopOnSignals(after: common.shutdownDelay, drain, logger) {
          await group.triggerGracefulShutdown()
        }
      }
      try await tasks.next()
      tasks.cancelAll()
    }
  }

  /// The first SIGTERM, SIGINT or SIGHUP begins the graceful stop, a second one ends the process at once. SIGHUP comes
  /// when the terminal goes away; there is no configuration that could be read again.
  private static func stopOnSignals(
    after delay: Duration,
    _ drain: ServiceDrain,
    _ logger: Logger,
    stop: @escaping @Sendable () async -> Void
  ) async {
    await withTaskGroup(of: Void.self) { tasks in
      var seen = 0
      for await signal in await UnixSignalsSequence(trapping: .sigterm, .sigint, .sighup) {
        seen += 1
        guard seen == 1 else {
          logger.error("ending at once: a second signal came", metadata: ["signal": "\(signal)"])
          LogSink.standardOutput.flush()
          exit(EXIT_FAILURE)
        }
        drain.begin()
        tasks.addTask {
          if delay > .zero {
            logger.info("draining", metadata: ["delay": "\(delay)"])
            try? await Task.sleep(for: delay)
          }
          await stop()
        }
      }
      tasks.cancelAll()
    }
  }

  /// Replies to the argument, if there is one, and leaves the process.
  /// - Returns: the path that a running service is to be asked for; nil if there is no argument.
  private static func answerArguments<Settings>(_ definition: ServiceDefinition<Settings>) -> String? {
    switch CommandLine.arguments.dropFirst().first {
    case nil: return nil
    case "--health": return "/livez"
    case "--ready": return "/readyz"
    case "--version": writeOutput("\(definition.name) \(definition.version)")
    case "--help", "-h": writeOutput(ProgramHelp(definition).text)
    // For docs/reference/settings.md.
    case "--settings": writeOutput(ProgramHelp(definition).markdown)
    case let argument?:
      writeError("\(definition.name): unknown argument \(argument); see --help")
      exit(EX_USAGE)
    }
    exit(0)
  }

  private static func writeOutput(_ text: String) { write(text, to: STDOUT_FILENO) }
  private static func writeError(_ text: String) { write(text, to: STDERR_FILENO) }

  private static func write(_ text: String, to descriptor: Int32) {
    let line = Array((text + "\n").utf8)
    _ = line.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
  }
}
