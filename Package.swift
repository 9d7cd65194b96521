// swift-tools-version: 6.2
import PackageDescription

// The target graph is the architecture: read it from top to bottom, dependencies only point upwards.
// docs/internals/source-map.md explains what lives in each room.

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
let nioFoundation: Target.Dependency = .product(name: "NIOFoundationEssentialsCompat", package: "swift-nio")
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

let package = Package(
  name: "vetchium",
  products: [
    .executable(name: "regional-api-server", targets: ["regional-api-server"]),
    .executable(name: "regional-worker", targets: ["regional-worker"]),
    .executable(name: "global-service", targets: ["global-service"]),
    .executable(name: "vetchium", targets: ["vetchium"]),
    .executable(name: "sqlc-gen-swift", targets: ["sqlc-gen-swift"]),
    .executable(name: "mail-preview", targets: ["mail-preview"]),
    // For the package in Fuzzing/.
    .library(name: "parsers", targets: ["HTTP1", "RegionRouting", "ServiceKit", "Vocabulary"]),
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
    .systemLibrary(name: "CAres", pkgConfig: "libcares", providers: [.apt(["libc-ares-dev"])]),
    .target(name: "CCurl", linkerSettings: [.linkedLibrary("curl")]),

    // Time, threads and addresses
    library("SystemPrimitives", ["CEpoll", nioConcurrency]),

    // PostgreSQL
    library("PostgresClient", ["CLibPQ", "CEpoll", logging, collections]),
    library("Migrations", ["PostgresClient", "Vocabulary", logging]),
    library("GlobalDatabase", ["PostgresClient"]),
    library("RegionalDatabase", ["PostgresClient"]),

    // The domain's words as types; no input or output
    library("Vocabulary", ["CSodium", crypto]),
    library("PasswordHashing", ["Vocabulary", "CCrypt", "CSodium", nioPosix]),

    // The HTTP/1.1 engine: wire format, server, client; fuzzed and compared with others
    library("HTTP1", [httpTypes, lifecycle, nioConcurrency, nioCore, nioPosix, nioTLS]),

    // What every service is made of
    library("ServiceKit", ["SystemPrimitives", "HTTP1", "PostgresClient", "Vocabulary", httpTypes, logging, metrics, lifecycle, unixSignals, nioCore, nioPosix, nioFoundation]),
    library("HTTP1TLS", ["HTTP1", "ServiceKit", nioConcurrency, nioCore, nioSSL]),
    library("RegionRouting", ["SystemPrimitives", "HTTP1", "ServiceKit", "Vocabulary", httpTypes, logging, metrics, nioConcurrency, nioCore, nioPosix]),
    library("Mail", ["PostgresClient", "GlobalDatabase", "RegionalDatabase"], exclude: ["Resources"]),
    library("MailDelivery", ["SystemPrimitives", "CCurl", "PostgresClient", "GlobalDatabase", "RegionalDatabase", "Vocabulary", collections, logging, metrics, lifecycle]),
    library("Sagas", ["GlobalDatabase", "RegionalDatabase", "PostgresClient", "Vocabulary", logging, metrics]),
    library("DomainVerification", ["SystemPrimitives", "CAres", "ServiceKit", nioPosix]),
    library("BackgroundWork", ["MailDelivery", "ServiceKit", "PostgresClient", "GlobalDatabase", "RegionalDatabase", logging, metrics, lifecycle]),

    library("SagaRecoveryRequests", ["Sagas", "HTTP1", "RegionRouting", "ServiceKit", "RegionalDatabase", "PostgresClient", "Vocabulary", httpTypes, logging, metrics]),

    library("ConsistencyAudit", ["Sagas", "GlobalDatabase", "RegionalDatabase", "PostgresClient", "Vocabulary", logging]),

    // What the platform does
    library("Accounts", ["SystemPrimitives", "HTTP1", "ServiceKit", "PasswordHashing", "PostgresClient", "GlobalDatabase", "RegionalDatabase", "Vocabulary", httpTypes, logging]),
    library("UserAdministration", ["SystemPrimitives", "HTTP1", "PasswordHashing", "PostgresClient", "ServiceKit", "Vocabulary", httpTypes]),
    library("GlobalDirectory", ["HTTP1", "RegionRouting", "ServiceKit", "GlobalDatabase", "Vocabulary"]),
    library("HubPortal", ["SystemPrimitives", "Accounts", "HTTP1", "RegionRouting", "ServiceKit", "GlobalDatabase", "RegionalDatabase", "PasswordHashing", "Sagas", "Mail", "Vocabulary", logging]),
    library("AdminPortal", ["SystemPrimitives", "Accounts", "UserAdministration", "HTTP1", "ServiceKit", "GlobalDatabase", "PasswordHashing", "PostgresClient", "Mail", "Vocabulary", httpTypes, nioCore]),
    library("TenantPortal", ["SystemPrimitives", "Accounts", "DomainVerification", "HTTP1", "Mail", "PasswordHashing", "RegionRouting", "Sagas", "ServiceKit", "UserAdministration", "GlobalDatabase", "RegionalDatabase", "PostgresClient", "Vocabulary", httpTypes, logging]),

    // The services: each a builder that the executable and the tests share
    library("RegionalAPIService", ["Accounts", "DomainVerification", "GlobalDirectory", "HTTP1", "HTTP1TLS", "TenantPortal", "HubPortal", "SagaRecoveryRequests", "Sagas", "RegionRouting", "ServiceKit", "PasswordHashing", "PostgresClient", lifecycle, logging, nioCore, nioPosix]),
    library("RegionalWorkerService", ["BackgroundWork", "HTTP1", "HTTP1TLS", "RegionalDatabase", "MailDelivery", "SagaRecoveryRequests", "RegionRouting", "ServiceKit", "Vocabulary", "PostgresClient", lifecycle, logging]),
    library("GlobalAdminService", ["AdminPortal", "BackgroundWork", "GlobalDatabase", "Mail", "MailDelivery", "PasswordHashing", "ServiceKit", "PostgresClient", lifecycle, logging]),
    program("regional-api-server", ["RegionalAPIService", "ServiceKit"]),
    program("regional-worker", ["RegionalWorkerService", "ServiceKit"]),
    program("global-service", ["GlobalAdminService", "ServiceKit"]),
    program("vetchium", ["ConsistencyAudit", "HubPortal", "TenantPortal", "Sagas", "Migrations", "GlobalDatabase", "PostgresClient", "PasswordHashing", "Vocabulary", "CLibPQ", argumentParser, logging]),

    // Tools that write source code; see `make generate`
    library("SQLCodeGeneration", []),
    program("sqlc-gen-swift", ["SQLCodeGeneration"]),
    program("mail-preview", ["Mail"]),
    program("embed-files", [argumentParser, mustache]),

    // Tests
    library("TestSupport", ["HTTP1", "PostgresClient", "Migrations", "Vocabulary", subprocess, asyncHTTPClient, logging, nioCore, nioHTTP1, nioPosix], exclude: ["SMTP/smtp_catcher.py"]),
    tests("PostgresClientTests", ["PostgresClient", "TestSupport", logging]),
    tests("SQLCodeGenerationTests", ["SQLCodeGeneration", "sqlc-gen-swift", subprocess], exclude: ["Cases"]),
    tests("MigrationsTests", ["Migrations", "PostgresClient", "TestSupport", "Vocabulary", "vetchium", argumentParser, logging]),
    tests("SystemPrimitivesTests", ["SystemPrimitives"]),
    tests("VocabularyTests", ["Vocabulary"]),
    tests("RegionalDatabaseTests", ["RegionalDatabase", "Migrations", "PostgresClient", "TestSupport", logging]),
    tests("PasswordHashingTests", ["PasswordHashing", "Vocabulary"]),
    tests("HTTP1Tests", ["HTTP1", "TestSupport", httpTypes, nioConcurrency, nioCore, nioPosix]),
    tests("HTTPDifferentialTests", ["HTTP1", "TestSupport", httpTypes, nioConcurrency, nioCore, nioEmbedded, nioHTTP1, nioPosix]),
    tests("ServiceKitTests", ["SystemPrimitives", "HTTP1", "ServiceKit", "Vocabulary", logging, nioCore, httpTypes]),
    tests("RegionRoutingTests", ["SystemPrimitives", "HTTP1", "RegionRouting", "ServiceKit", "TestSupport", "Vocabulary", asyncHTTPClient, httpTypes, logging, nioConcurrency, nioCore, nioHTTP1, nioPosix]),
    tests("MailTests", ["Mail"]),
    tests("MailDeliveryTests", ["MailDelivery", "Migrations", "TestSupport", "PostgresClient", "RegionalDatabase", lifecycle, logging]),
    tests("AccountsTests", ["Accounts"]),
    tests("DomainVerificationTests", ["DomainVerification", "TestSupport"]),
    tests("SagasTests", ["Sagas", "PostgresClient"]),
    tests("CrashTests", ["Accounts", "TestSupport", "ConsistencyAudit", "HubPortal", "Mail", "PasswordHashing", "PostgresClient", "RegionRouting", "Sagas", "ServiceKit", "Vocabulary", logging, nioCore, nioPosix, "regional-api-server", "regional-worker", "global-service", "vetchium"], exclude: ["Mutations"]),
    tests("ConsistencyAuditTests", ["ConsistencyAudit", "TestSupport", "Vocabulary", "vetchium"]),
    tests("BackgroundWorkTests", ["BackgroundWork", "Migrations", "PostgresClient", "GlobalDatabase", "RegionalDatabase", "TestSupport", lifecycle, logging]),
    tests("DocumentationTests", ["Accounts", "DomainVerification", "TenantPortal", "HubPortal", "AdminPortal", "GlobalDirectory", "RegionRouting", "ServiceKit", "PasswordHashing", "PostgresClient", "Sagas", "Mail", "Vocabulary", httpTypes, logging]),
    tests("EndToEndTests", ["TestSupport", "PasswordHashing", "RegionRouting", "Vocabulary", "PostgresClient", asyncHTTPClient, nioCore, nioPosix, "regional-api-server", "regional-worker", "global-service", "vetchium"]),
  ]
)
