// swift-tools-version: 6.2
import PackageDescription

// The target graph is the architecture: read it from top to bottom, dependencies only point upwards.
// docs/internals/source-map.md gives a reading order.

let swift: [SwiftSetting] = [
  .swiftLanguageMode(.v6),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
  // An async function runs where its caller does, so that a request stays on its event loop.
  .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
]

// Packages of others, by the short names used below.
let logging: Target.Dependency = .product(name: "Logging", package: "swift-log")
let metrics: Target.Dependency = .product(name: "Metrics", package: "swift-metrics")
let lifecycle: Target.Dependency = .product(name: "ServiceLifecycle", package: "swift-service-lifecycle")
let unixSignals: Target.Dependency = .product(name: "UnixSignals", package: "swift-service-lifecycle")
let httpTypes: Target.Dependency = .product(name: "HTTPTypes", package: "swift-http-types")
let asyncHTTPClient: Target.Dependency = .product(name: "AsyncHTTPClient", package: "async-http-client")
let nioCore: Target.Dependency = .product(name: "NIOCore", package: "swift-nio")
let nioConcurrency: Target.Dependency = .product(name: "NIOConcurrencyHelpers", package: "swift-nio")
let nioEmbedded: Target.Dependency = .product(name: "NIOEmbedded", package: "swift-nio")
let nioHTTP1: Target.Dependency = .product(name: "NIOHTTP1", package: "swift-nio")
let nioSSL: Target.Dependency = .product(name: "NIOSSL", package: "swift-nio-ssl")
let nioTLS: Target.Dependency = .product(name: "NIOTLS", package: "swift-nio")
let nioPosix: Target.Dependency = .product(name: "NIOPosix", package: "swift-nio")
let mustache: Target.Dependency = .product(name: "Mustache", package: "swift-mustache")
let argumentParser: Target.Dependency = .product(name: "ArgumentParser", package: "swift-argument-parser")
let collections: Target.Dependency = .product(name: "DequeModule", package: "swift-collections")
let crypto: Target.Dependency = .product(name: "Crypto", package: "swift-crypto")
let subprocess: Target.Dependency = .product(name: "Subprocess", package: "swift-subprocess")

func library(
  _ name: String, _ dependencies: [Target.Dependency], exclude: [String] = []
) -> Target {
  .target(name: name, dependencies: dependencies, exclude: exclude, swiftSettings: swift)
}
func program(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
  .executableTarget(name: name, dependencies: dependencies, swiftSettings: swift)
}
func tests(
  _ name: String, _ dependencies: [Target.Dependency], exclude: [String] = []
) -> Target {
  .testTarget(name: name, dependencies: dependencies, exclude: exclude, swiftSettings: swift)
}

func support(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
  .target(name: name, dependencies: dependencies, path: "Tests/\(name)", swiftSettings: swift)
}

let package = Package(
  name: "vetchium",
  products: [
    .executable(name: "regional-api-server", targets: ["regional-api-server"]),
    .executable(name: "regional-worker", targets: ["regional-worker"]),
    .executable(name: "global-service", targets: ["global-service"]),
    .executable(name: "vetchium", targets: ["vetchium"]),
    .executable(name: "vetchium-dev", targets: ["vetchium-dev"]),
    .executable(name: "sqlc-gen-swift", targets: ["sqlc-gen-swift"]),
    .executable(name: "mail-preview", targets: ["mail-preview"]),
    // For the package in Fuzzing/.
    .library(name: "parsers", targets: ["API", "HTTP1", "JSON", "RegionRouting", "ServiceRuntime", "SystemPrimitives", "Vocabulary"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/apple/swift-collections", from: "1.6.0"),
    .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
    .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0"),
    .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
    .package(url: "https://github.com/apple/swift-metrics", from: "2.13.0"),
    .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
    .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.36.0"),
    .package(url: "https://github.com/hummingbird-project/swift-mustache", from: "2.1.1"),
    .package(url: "https://github.com/swift-server/async-http-client", from: "1.37.0", traits: []),
    .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
    .package(url: "https://github.com/swiftlang/swift-subprocess", from: "1.0.2"),
  ],
  targets: [
    // C libraries of the operating system
    .systemLibrary(name: "CLibPQ", pkgConfig: "libpq", providers: [.apt(["libpq-dev"])]),
    .systemLibrary(name: "CSodium", pkgConfig: "libsodium", providers: [.apt(["libsodium-dev"])]),
    .systemLibrary(name: "CCrypt", providers: [.apt(["libcrypt-dev"])]),
    .systemLibrary(name: "CEpoll"),
    .systemLibrary(name: "CSocketFilter"),
    .systemLibrary(name: "CPSL", pkgConfig: "libpsl", providers: [.apt(["libpsl-dev"])]),
    .systemLibrary(name: "CAres", pkgConfig: "libcares", providers: [.apt(["libc-ares-dev"])]),
    .target(name: "CCurl", linkerSettings: [.linkedLibrary("curl")]),

    // Time, threads and addresses
    library("SystemPrimitives", [
      "CEpoll",
      nioConcurrency,
    ]),

    // The list of all metrics
    library("Telemetry", [
      metrics,
    ]),

    // PostgreSQL
    library("PostgresClient", [
      "CEpoll",
      "CLibPQ",
      "SystemPrimitives",
      collections,
      logging,
      nioConcurrency,
    ]),
    library("Migrations", [
      "PostgresClient",
      "Vocabulary",
      logging,
    ]),
    library("SharedQueries", [
      "PostgresClient",
      "Vocabulary",
    ]),
    library("GlobalDatabase", [
      "PostgresClient",
      "SharedQueries",
      "SystemPrimitives",
      "Telemetry",
      "Vocabulary",
      collections,
      logging,
      metrics,
      nioConcurrency,
    ]),
    library("RegionalDatabase", [
      "PostgresClient",
      "SharedQueries",
      "Vocabulary",
    ]),

    // The domain's words as types; no input or output
    library("Vocabulary", [
      "CSodium",
      crypto,
    ]),
    library("PasswordHashing", [
      "CCrypt",
      "CSodium",
      "Vocabulary",
      nioPosix,
    ]),

    // The HTTP/1.1 engine: wire format, server, client; fuzzed and compared with others
    library("HTTP1", [
      "CSocketFilter",
      httpTypes,
      lifecycle,
      nioConcurrency,
      nioCore,
      nioPosix,
      nioTLS,
    ]),

    // TLS of the client: certificates and their authorities
    library("HTTP1TLS", [
      "HTTP1",
      "ServiceRuntime",
      logging,
      nioConcurrency,
      nioCore,
      nioPosix,
      nioSSL,
    ]),

    // JSON texts, and the life of a process: settings, logs, metrics
    library("JSON", []),
    library("ServiceRuntime", [
      "JSON",
      "SystemPrimitives",
      "Telemetry",
      "Vocabulary",
      lifecycle,
      logging,
      metrics,
      nioConcurrency,
      unixSignals,
    ]),

    // The parts that all HTTP endpoints share, and the way of a request to its home region
    library("API", [
      "HTTP1",
      "JSON",
      "PostgresClient",
      "ServiceRuntime",
      "SystemPrimitives",
      "Telemetry",
      "Vocabulary",
      httpTypes,
      lifecycle,
      logging,
      metrics,
      nioConcurrency,
      nioCore,
      nioPosix,
    ]),
    library("RegionRouting", [
      "API",
      "HTTP1",
      "ServiceRuntime",
      "SystemPrimitives",
      "Telemetry",
      "Vocabulary",
      httpTypes,
      logging,
      metrics,
      nioConcurrency,
      nioCore,
      nioPosix,
    ]),
    library("Mail", [], exclude: ["Resources"]),
    library("Outbox", [
      "GlobalDatabase",
      "Mail",
      "PostgresClient",
      "RegionalDatabase",
      "SharedQueries",
      "SystemPrimitives",
      logging,
    ]),
    library("SMTP", [
      "CCurl",
      "SystemPrimitives",
      "Vocabulary",
      nioConcurrency,
    ]),
    library("Sagas", [
      "GlobalDatabase",
      "PostgresClient",
      "RegionalDatabase",
      "SharedQueries",
      "SystemPrimitives",
      "Telemetry",
      "Vocabulary",
      logging,
      metrics,
    ]),
    library("DomainVerification", [
      "CAres",
      "CPSL",
      "SystemPrimitives",
      "Vocabulary",
      nioConcurrency,
      nioPosix,
    ]),
    library("BackgroundWork", [
      "GlobalDatabase",
      "Outbox",
      "PostgresClient",
      "RegionalDatabase",
      "ServiceRuntime",
      "SharedQueries",
      "SMTP",
      "SystemPrimitives",
      "Telemetry",
      "Vocabulary",
      collections,
      lifecycle,
      logging,
      metrics,
      nioConcurrency,
    ]),


    library("ConsistencyAudit", [
      "GlobalDatabase",
      "PostgresClient",
      "RegionalDatabase",
      "Sagas",
      "SharedQueries",
      "Vocabulary",
      logging,
    ]),

    // What the platform does
    library("Accounts", [
      "API",
      "GlobalDatabase",
      "HTTP1",
      "PasswordHashing",
      "PostgresClient",
      "RegionalDatabase",
      "ServiceRuntime",
      "SharedQueries",
      "SystemPrimitives",
      "Vocabulary",
      httpTypes,
      logging,
    ]),
    library("UserAdministration", [
      "API",
      "PasswordHashing",
      "PostgresClient",
      "SharedQueries",
      "Vocabulary",
      httpTypes,
    ]),
    library("HubPortal", [
      "Accounts",
      "API",
      "GlobalDatabase",
      "Mail",
      "Outbox",
      "PasswordHashing",
      "PostgresClient",
      "RegionalDatabase",
      "Sagas",
      "ServiceRuntime",
      "SystemPrimitives",
      "Vocabulary",
      httpTypes,
      logging,
    ]),
    library("AdminPortal", [
      "Accounts",
      "API",
      "GlobalDatabase",
      "HTTP1",
      "JSON",
      "Mail",
      "Outbox",
      "PasswordHashing",
      "PostgresClient",
      "ServiceRuntime",
      "SharedQueries",
      "SystemPrimitives",
      "UserAdministration",
      "Vocabulary",
      httpTypes,
    ]),
    library("TenantPortal", [
      "Accounts",
      "API",
      "DomainVerification",
      "GlobalDatabase",
      "HTTP1",
      "JSON",
      "Mail",
      "Outbox",
      "PasswordHashing",
      "PostgresClient",
      "RegionalDatabase",
      "RegionRouting",
      "Sagas",
      "ServiceRuntime",
      "SharedQueries",
      "SystemPrimitives",
      "UserAdministration",
      "Vocabulary",
      httpTypes,
      logging,
      nioCore,
    ]),

    // The services
    program("regional-api-server", [
      "Accounts",
      "API",
      "DomainVerification",
      "GlobalDatabase",
      "HTTP1",
      "HTTP1TLS",
      "HubPortal",
      "JSON",
      "Mail",
      "Migrations",
      "PasswordHashing",
      "PostgresClient",
      "RegionalDatabase",
      "RegionRouting",
      "Sagas",
      "ServiceRuntime",
      "SharedQueries",
      "TenantPortal",
      "Vocabulary",
      httpTypes,
      logging,
      nioConcurrency,
      nioCore,
      nioPosix,
    ]),
    program("regional-worker", [
      "API",
      "BackgroundWork",
      "HTTP1",
      "HTTP1TLS",
      "Migrations",
      "Outbox",
      "PostgresClient",
      "RegionalDatabase",
      "RegionRouting",
      "ServiceRuntime",
      "SharedQueries",
      "Telemetry",
      "Vocabulary",
      logging,
      metrics,
    ]),
    program("global-service", [
      "AdminPortal",
      "API",
      "BackgroundWork",
      "GlobalDatabase",
      "Mail",
      "Migrations",
      "Outbox",
      "PasswordHashing",
      "PostgresClient",
      "ServiceRuntime",
      "SharedQueries",
      "Telemetry",
      lifecycle,
      logging,
      metrics,
    ]),
    program("vetchium", [
      "ConsistencyAudit",
      "GlobalDatabase",
      "Migrations",
      "PasswordHashing",
      "PostgresClient",
      "RegionalDatabase",
      "RegionRouting",
      "Sagas",
      "ServiceRuntime",
      "SharedQueries",
      "Vocabulary",
      argumentParser,
      logging,
    ]),

    // The local stack, which people run and tests start
    library("LocalStack", [
      "RegionRouting",
      "ServiceRuntime",
      "SystemPrimitives",
      "Vocabulary",
      nioConcurrency,
    ]),
    program("vetchium-dev", [
      "LocalStack",
      argumentParser,
      unixSignals,
    ]),

    // Tools that write source code; see `make generate`
    library("SQLCodeGeneration", []),
    program("sqlc-gen-swift", [
      "SQLCodeGeneration",
    ]),
    program("mail-preview", [
      "Mail",
    ]),
    program("metrics-reference", [
      "Telemetry",
    ]),
    program("embed-files", [
      argumentParser,
      mustache,
    ]),

    // Tests
    library("TestSupport", [
      "HTTP1",
      "LocalStack",
      "PostgresClient",
      "RegionRouting",
      "Vocabulary",
      asyncHTTPClient,
      logging,
      nioConcurrency,
      nioCore,
      nioHTTP1,
      nioPosix,
    ]),
    tests("PostgresClientTests", [
      "PostgresClient",
      "SystemPrimitives",
      "TestSupport",
      logging,
      nioConcurrency,
    ]),
    tests("SQLCodeGenerationTests", [
      "sqlc-gen-swift",
      "SQLCodeGeneration",
      subprocess,
    ], exclude: ["Cases"]),
    tests("LocalStackTests", [
      "LocalStack",
    ]),
    tests("MigrationsTests", [
      "GlobalDatabase",
      "Migrations",
      "PostgresClient",
      "RegionalDatabase",
      "SharedQueries",
      "TestSupport",
      "vetchium",
      "Vocabulary",
      argumentParser,
      logging,
    ]),
    tests("VocabularyTests", [
      "TestSupport",
      "Vocabulary",
    ]),
    tests("RegionalDatabaseTests", [
      "Migrations",
      "PostgresClient",
      "RegionalDatabase",
      "TestSupport",
      logging,
    ]),
    tests("PasswordHashingTests", [
      "PasswordHashing",
      "Vocabulary",
    ]),
    tests("HTTP1Tests", [
      "HTTP1",
      "TestSupport",
      httpTypes,
      nioConcurrency,
      nioCore,
      nioPosix,
    ]),
    tests("HTTP1TLSTests", [
      "HTTP1",
      "HTTP1TLS",
      "TestSupport",
      httpTypes,
      logging,
      nioCore,
      nioPosix,
    ]),
    tests("HTTPDifferentialTests", [
      "HTTP1",
      "TestSupport",
      httpTypes,
      nioConcurrency,
      nioCore,
      nioEmbedded,
      nioHTTP1,
      nioPosix,
    ]),
    tests("SystemPrimitivesTests", [
      "SystemPrimitives",
    ]),
    tests("JSONTests", [
      "JSON",
      "TestSupport",
    ]),
    tests("ServiceRuntimeTests", [
      "API",
      "PostgresClient",
      "ServiceRuntime",
      logging,
      metrics,
    ]),
    tests("APITests", [
      "API",
      "HTTP1",
      "JSON",
      "PostgresClient",
      "SystemPrimitives",
      "Vocabulary",
      httpTypes,
      logging,
      nioCore,
    ]),
    tests("RegionRoutingTests", [
      "API",
      "HTTP1",
      "RegionRouting",
      "SystemPrimitives",
      "TestSupport",
      "Vocabulary",
      asyncHTTPClient,
      httpTypes,
      logging,
      nioConcurrency,
      nioCore,
      nioHTTP1,
      nioPosix,
    ]),
    tests("MailTests", [
      "Mail",
    ]),
    tests("OutboxTests", [
      "Mail",
      "Migrations",
      "Outbox",
      "PostgresClient",
      "TestSupport",
      logging,
      nioConcurrency,
    ]),
    tests("SMTPTests", [
      "SMTP",
      "TestSupport",
    ]),
    // All portals in the test's process, for the tests of `Accounts` and of the portals
    support("PortalTestSupport", [
      "Accounts",
      "AdminPortal",
      "API",
      "DomainVerification",
      "HTTP1",
      "HubPortal",
      "Mail",
      "Migrations",
      "PasswordHashing",
      "PostgresClient",
      "RegionalDatabase",
      "RegionRouting",
      "Sagas",
      "ServiceRuntime",
      "TenantPortal",
      "TestSupport",
      "Vocabulary",
      httpTypes,
      logging,
      metrics,
      nioConcurrency,
      nioCore,
    ]),
    tests("RouteFuzzTests", [
      "API",
      "PortalTestSupport",
      "PostgresClient",
      "regional-api-server",
      "TestSupport",
      "Vocabulary",
      httpTypes,
    ]),
    tests("AccountsTests", [
      "Accounts",
      "GlobalDatabase",
      "PortalTestSupport",
      "PostgresClient",
      "TestSupport",
      "Vocabulary",
    ]),
    tests("AdminPortalTests", [
      "PortalTestSupport",
      "TestSupport",
    ]),
    tests("HubPortalTests", [
      "PortalTestSupport",
      "TestSupport",
      "Vocabulary",
    ]),
    tests("TenantPortalTests", [
      "PortalTestSupport",
      "TenantPortal",
      "TestSupport",
      "Vocabulary",
    ]),
    tests("DomainVerificationTests", [
      "DomainVerification",
      "TestSupport",
      "Vocabulary",
    ]),
    tests("SagasTests", [
      "PostgresClient",
      "Sagas",
    ]),
    tests("CrashTests", [
      "Accounts",
      "API",
      "ConsistencyAudit",
      "global-service",
      "HubPortal",
      "JSON",
      "Mail",
      "PasswordHashing",
      "PostgresClient",
      "regional-api-server",
      "regional-worker",
      "RegionRouting",
      "Sagas",
      "ServiceRuntime",
      "TestSupport",
      "vetchium",
      "Vocabulary",
      logging,
      nioConcurrency,
      nioCore,
      nioPosix,
    ], exclude: ["Mutations"]),
    tests("ConsistencyAuditTests", [
      "ConsistencyAudit",
      "TestSupport",
      "vetchium",
      "Vocabulary",
    ]),
    tests("AttackTests", [
      "Migrations",
      "PostgresClient",
      "RegionRouting",
      "SQLCodeGeneration",
      "SystemPrimitives",
      "TestSupport",
      "Vocabulary",
      logging,
    ]),
    tests("BackgroundWorkTests", [
      "BackgroundWork",
      "GlobalDatabase",
      "Migrations",
      "Outbox",
      "PostgresClient",
      "RegionalDatabase",
      "ServiceRuntime",
      "SharedQueries",
      "SMTP",
      "TestSupport",
      lifecycle,
      logging,
      nioConcurrency,
    ]),
    tests("DocumentationTests", [
      "Accounts",
      "AdminPortal",
      "API",
      "DomainVerification",
      "HubPortal",
      "JSON",
      "Mail",
      "PasswordHashing",
      "PostgresClient",
      "regional-api-server",
      "RegionRouting",
      "Sagas",
      "ServiceRuntime",
      "Telemetry",
      "TenantPortal",
      "Vocabulary",
      httpTypes,
      logging,
    ]),
    tests("GlobalDatabaseTests", [
      "GlobalDatabase",
      "SystemPrimitives",
    ]),
    tests("EndToEndTests", [
      "global-service",
      "LocalStack",
      "PasswordHashing",
      "PostgresClient",
      "regional-api-server",
      "regional-worker",
      "RegionRouting",
      "TestSupport",
      "vetchium",
      "Vocabulary",
      nioConcurrency,
      nioCore,
      nioPosix,
    ]),
  ]
)
