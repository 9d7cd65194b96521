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
  public static func main<Settings>(_ definition: ServiceDefinition<Settings>) async -> Never {
    answerArguments(definition)
    let environment = ProcessInfo.processInfo.environment
    let settings: Settings
    var reader = SettingsReader(environment)
    do {
      settings = try definition.read(&reader)
    } catch {
      for problem in error.problems { writeError(problem) }
      exit(EX_CONFIG)
    }
    let code = await run(
      definition,
      settings,
      warnings: RetiredSettings.warnings(environment)
    )
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
    FileDescriptors.raiseLimit()
    if !common.scheduling.apply() {
      logger.warning("scheduling refused", metadata: ["scheduling": "\(common.scheduling)"])
    }
    logger.info(
      "starting",
      metadata: ["version": "\(definition.version)", "log_level": "\(common.logLevel)"]
    )
    do {
      let components = try await definition.build(
        settings,
        ServiceContext(logger: logger, identity: identity, metrics: metrics)
      )
      try await run(components, common, logger)
      await components.cleanUp()
    } catch {
      logger.error("stopped by a failure", metadata: ["error": "\(error)"])
      return EX_SOFTWARE
    }
    logger.info("stopped")
    return 0
  }

  private static func run(_ components: ServiceComponents, _ common: CommonSettings, _ logger: Logger)
    async throws
  {
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
      tasks.addTask { await stopOnSignals(group) }
      try await tasks.next()
      tasks.cancelAll()
    }
  }

  /// The first SIGTERM or SIGINT begins the graceful stop, a second one ends the process at once.
  private static func stopOnSignals(_ group: ServiceGroup) async {
    var seen = 0
    for await _ in await UnixSignalsSequence(trapping: .sigterm, .sigint) {
      seen += 1
      guard seen == 1 else {
        LogSink.standardOutput.flush()
        exit(EXIT_FAILURE)
      }
      await group.triggerGracefulShutdown()
    }
  }

  private static func answerArguments<Settings>(_ definition: ServiceDefinition<Settings>) {
    switch CommandLine.arguments.dropFirst().first {
    case nil: return
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
