internal import FoundationEssentials
internal import Glibc

// LocalStack: a whole multi-region system on one machine, for development (`vetchium-dev`, `make run`) and, in parts,
// for the tests (TestSupport).
//
// Owns: which programs a stack consists of and with which settings each starts; child processes that cannot outlive
// this one; the private PostgreSQL with its databases; what a person reads at the terminal.
//
//   what happens                       what follows
//   a port is taken                    nothing starts; each port is named with the variable that moves it
//   a program ends by itself           everything is stopped, the program is named
//   SIGINT, SIGTERM, SIGHUP            services stop first, then the servers they need; what does not is killed
//   a second one of these              everything is ended at once
//   nobody reads the output            lines are dropped and counted; nothing waits for the reader
//   SIGKILL of this process            the kernel signals every child (`ChildProcess`)
//   a second start on the same data    refused: all programs of a stack hold the lock of its directory

/// A started stack, or one that is being started or stopped.
package actor LocalStack {
  private struct Part {
    let process: ChildProcess
    /// Asks it to end.
    let stop: @Sendable (ChildProcess) -> Void
    /// Servers that services need, which stop after them.
    let isServer: Bool
  }

  /// A service takes at most SHUTDOWN_TIMEOUT, 10 seconds by default.
  private static let stopTimeout = Duration.seconds(20)
  /// The time in which a program that was killed is gone, unless the kernel cannot end it.
  private static let killTimeout = Duration.seconds(5)

  private let settings: LocalStackSettings
  private let console: StackConsole
  private let programs: ServerPrograms
  private let databases: StackDatabases
  private let environment: ServiceEnvironment
  private let lock: Int32
  private let (ends, endings) = AsyncStream<String>.makeStream()
  private var parts: [Part] = []
  private var isStopping = false

  /// Takes the run directory, and refuses if its stack runs or if a port is taken.
  ///
  /// - Throws: `LocalStackFailure`.
  package init(_ settings: LocalStackSettings, _ console: StackConsole) async throws {
    self.settings = settings
    self.console = console
    try PrivateFiles.makeDirectory(settings.runDirectory)
    lock = try await RunDirectory.lock(settings)
    unlink(settings.descriptionFile)
    let problems = LoopbackPort.problems(of: settings.ports)
    guard problems.isEmpty else {
      throw LocalStackFailure(
        "the local stack needs these ports:",
        problems.joined(separator: "\n"),
        "or move all of them: VETCHIUM_PORT_OFFSET=1000 make run"
      )
    }
    programs = ServerPrograms(project: settings.project)
    let databases = try StackDatabases(settings, programs)
    self.databases = databases
    let regions = LocalStackSettings.regions
    var environment = ServiceEnvironment(
      keys: try databases.keys(),
      apiKeys: try databases.apiKeys(),
      mailKeys: try databases.mailKeys(),
      apiPorts: Dictionary(uniqueKeysWithValues: regions.map { ($0, settings.apiPort($0)) }),
      smtpPort: settings.smtpPort,
      dnsServer: "127.0.0.1:\(settings.dnsPort)",
      regions: regions,
      connection: { try databases.socketURL($0, $1.name) }
    )
    // The tour shows which server passed a request on.
    environment.exposesRegions = true
    self.environment = environment
    try? FileManager.default.removeItem(atPath: settings.logDirectory)
    try PrivateFiles.makeDirectory(settings.logDirectory)
  }

  // MARK: Start

  /// Starts everything and returns when every service is ready.
  package func start() async throws {
    let begin = ContinuousClock.now
    async let others: Void = startOthers()
    try await startDatabases()
    console.say("Starting; data is in \(settings.runDirectory)")
    try await others
    let services = try self.services()
    for service in services { try await start(service) }
    let balancer = try programs.nginx(
      in: settings.runDirectory,
      port: settings.port,
      apiServers: LocalStackSettings.regions.map { settings.apiPort($0) },
      globalService: settings.globalPort
    )
    try await launch(balancer, name: "balancer", deathSignal: "TERM") { $0.signal(SIGQUIT) }
    for service in services { try await waitUntilReady(service.name, port: service.port, path: "/readyz") }
    try await waitUntilReady("balancer", port: settings.port, path: "/health")
    let description = try StackDescription(settings, databases)
    try PrivateFiles.write(description.json(), to: settings.descriptionFile, isSecret: true)
    console.print("\n" + description.welcome(after: begin.duration(to: .now)))
  }

  /// Starts PostgreSQL with all databases filled, and writes services.json: how to start each service beside it.
  package func startDatabases() async throws {
    let server = try await databases.prepareServer(console)
    let postgres = try await launch(
      server,
      name: "postgres",
      deathSignal: "INT",
      user: databases.installation.owner,
      isServer: true
    ) { $0.signal(SIGINT) }  // PostgreSQL's fast shutdown
    while !PostgresInstallation.isReady(data: databases.data, pid: postgres.pid) {
      guard postgres.end == nil else { throw failure(of: "postgres") }
      // The file system offers no event for it that is worth its code.
      try await Task.sleep(for: .milliseconds(10))
    }
    console.say("Preparing the databases")
    try await databases.fill()
    let services = try self.services()
    let list = Dictionary(uniqueKeysWithValues: services.map { ($0.name, $0) })
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    let json = String(decoding: try encoder.encode(list), as: UTF8.self) + "\n"
    try PrivateFiles.write(json, to: settings.runDirectory + "/services.json", isSecret: true)
  }

  /// Runs a command beside the databases, with this process's output, and returns its exit code.
  ///
  /// It finds the databases by libpq's variables (PGHOST and so on, as their owner), the URLs in <DATABASE>_DB_CONN,
  /// and the rest by RUN_DIR, BINARIES, POSTGRES_PROGRAMS, POSTGRES_PID, BASE_PORT, FIRST_API_PORT, FIRST_WORKER_PORT,
  /// GLOBAL_PORT and SMTP_PORT.
  package func run(_ command: [String]) async throws -> Int32 {
    var variables = ProcessInfo.processInfo.environment.merging(try databases.ownerVariables()) { $1 }
    for kind in StackDatabases.kinds {
      let name = kind.name.split(separator: "_")[1].uppercased()
      variables["\(name)_DB_CONN"] = try databases.socketURL(kind, DatabaseKind.owner)
    }
    variables["RUN_DIR"] = settings.runDirectory
    variables["BINARIES"] = settings.binaries
    variables["POSTGRES_PROGRAMS"] = databases.installation.binaries
    variables["POSTGRES_PID"] = parts.first { $0.isServer }.map { "\($0.process.pid)" }
    variables["BASE_PORT"] = "\(settings.port)"
    variables["FIRST_API_PORT"] = "\(settings.firstAPIPort)"
    variables["FIRST_WORKER_PORT"] = "\(settings.firstWorkerPort)"
    variables["GLOBAL_PORT"] = "\(settings.globalPort)"
    variables["SMTP_PORT"] = "\(settings.smtpPort)"
    var options = ChildProcess.Options()
    options.environment = variables
    options.deathSignal = "TERM"
    options.inheritsOutput = true
    let process = try await ChildProcess.start(command, name: "command", options: options)
    parts.append(Part(process: process, stop: { $0.signal(SIGTERM) }, isServer: false))
    return switch await process.waitForEnd() {
    case .exit(let code): code
    case .signal(let signal): 128 + signal
    }
  }

  /// Waits until a program ends by itself and returns its name.
  package func firstEnd() async -> String? {
    for await name in ends { return name }
    return nil
  }

  /// SMTP catcher and DNS server.
  private func startOthers() async throws {
    let mailSettings =
      #"{"tls": "none", "isBrief": true, "maildir": "\#(settings.maildir)", "port": \#(settings.smtpPort)}"#
    try await launchAndWait(
      programs.smtpCatcher(mailSettings),
      name: "mail",
      line: "\"listening\"",
      deathSignal: "KILL"
    ) { $0.closeInput() }
    let dns = try programs.knot(
      in: settings.runDirectory,
      sockets: settings.socketDirectory + "/dns",
      port: settings.dnsPort
    )
    try await launchAndWait(dns, name: "dns", line: "server started", deathSignal: "TERM") {
      $0.signal(SIGTERM)
    }
  }

  private struct Service: Encodable {
    let name: String
    let program: String
    let port: Int
    let environment: [String: String]
  }

  private func services() throws -> [Service] {
    func service(_ name: String, _ role: ServiceRole, _ port: Int) throws -> Service {
      let given = ProcessInfo.processInfo.environment
      var variables = try environment.variables(of: role).merging(["HTTP_PORT": "\(port)"]) { $1 }
      variables["ENV"] = given["ENV"] ?? "dev"
      variables["SHUTDOWN_TIMEOUT"] = given["SHUTDOWN_TIMEOUT"] ?? "10s"
      return Service(
        name: name,
        program: settings.binaries + "/" + role.program,
        port: port,
        environment: variables
      )
    }
    return try LocalStackSettings.regions.flatMap { region in
      [
        try service("api-\(region)", .api(region), settings.apiPort(region)),
        try service("worker-\(region)", .worker(region), settings.workerPort(region)),
      ]
    } + [try service("global", .globalService, settings.globalPort)]
  }

  /// Other settings, such as LOG_LEVEL or HUB_TFA_TOKEN_EXPIRY, come from this process's environment.
  private func start(_ service: Service) async throws {
    let variables = ProcessInfo.processInfo.environment.merging(service.environment) { $1 }
    try await launch([service.program], name: service.name, environment: variables, deathSignal: "KILL") {
      $0.signal(SIGTERM)
    }
  }

  // MARK: Processes

  @discardableResult
  private func launch(
    _ words: [String],
    name: String,
    environment: [String: String]? = nil,
    deathSignal: String,
    user: String? = nil,
    isServer: Bool = false,
    onLine: @escaping @Sendable (String) -> Void = { _ in },
    stop: @escaping @Sendable (ChildProcess) -> Void
  ) async throws -> ChildProcess {
    guard !isStopping else { throw CancellationError() }
    var options = ChildProcess.Options()
    options.environment = environment
    options.user = user
    options.deathSignal = deathSignal
    options.hasInput = name == "mail"
    options.inherited = lock
    let log = console.log(of: name, to: "\(settings.logDirectory)/\(name).log", onLine: onLine)
    let process = try await ChildProcess.start(words, name: name, options: options, onOutput: log)
    parts.append(Part(process: process, stop: stop, isServer: isServer))
    // One that was started while the others were being stopped.
    if isStopping { stop(process) }
    Task {
      _ = await process.waitForEnd()
      if !isStopping { endings.yield(name) }
    }
    return process
  }

  /// Starts a server that services need, and waits for the line that says it is ready.
  private func launchAndWait(
    _ words: [String],
    name: String,
    line: String,
    deathSignal: String,
    stop: @escaping @Sendable (ChildProcess) -> Void
  ) async throws {
    let (lines, arrival) = AsyncStream<Bool>.makeStream()
    let process = try await launch(
      words,
      name: name,
      deathSignal: deathSignal,
      isServer: true,
      onLine: { if $0.contains(line) { arrival.yield(true) } },
      stop: stop
    )
    Task {
      _ = await process.waitForEnd()
      arrival.yield(false)
    }
    for await isReady in lines {
      guard isReady else { throw failure(of: name) }
      return
    }
  }

  private func waitUntilReady(_ name: String, port: Int, path: String) async throws {
    guard let process = parts.first(where: { $0.process.name == name })?.process else { return }
    guard await Readiness.wait(port: port, path: path, isAlive: { process.end == nil }) else {
      throw failure(of: name)
    }
  }

  private func failure(of name: String) -> LocalStackFailure {
    let log = "\(settings.logDirectory)/\(name).log"
    let lines = ((try? String(contentsOfFile: log, encoding: .utf8)) ?? "").split(separator: "\n").suffix(10)
    return LocalStackFailure("\(name) ended before it was ready:", lines.joined(separator: "\n"))
  }

  // MARK: Stop

  /// Stops everything that runs, services before the servers they need; returns when nothing does. What does not stop
  /// in time is killed; what does not even end then is named and left to the kernel.
  package func stop() async {
    isStopping = true
    unlink(settings.descriptionFile)
    for isServer in [false, true] {
      let stopped = parts.filter { $0.isServer == isServer }
      for part in stopped { part.stop(part.process) }
      await withTaskGroup(of: Void.self) { group in
        for part in stopped { group.addTask { await self.waitOrKill(part.process) } }
      }
    }
    close(lock)
  }

  private nonisolated func waitOrKill(_ process: ChildProcess) async {
    if await process.ends(within: Self.stopTimeout) { return }
    console.say("\(process.name) does not stop, so it is killed")
    process.kill()
    if await !process.ends(within: Self.killTimeout) {
      console.say("\(process.name) (process \(process.pid)) does not end")
    }
  }
}
