import FoundationEssentials

@testable import SQLCodeGeneration

/// A folder of `Cases/`: SQL and sqlc.yaml, the request that sqlc makes of them (`request.json`), and what must come
/// out: the files of `expected/`, or the refusal in `refusal.txt`. The files of `templates/`, if there are any, are
/// expanded before.
///
/// A new case needs no code: add the folder and run
/// `RECORD_GOLDEN_CASES=1 swift test --filter SqlcTests`, then read what was recorded.
struct GoldenCase: Sendable, CustomStringConvertible {
  /// The files or the refusal that the generator answers a request with.
  enum Outcome: Equatable {
    case files([String: String])
    case refusal(String)
  }

  let name: String

  var description: String { name }
  var folder: URL { Self.folder.appending(path: name) }

  static let all: [GoldenCase] = {
    let names = try? FileManager.default.contentsOfDirectory(atPath: folder.path)
    return (names ?? []).sorted().map(GoldenCase.init)
  }()

  /// Writes the queries of the case's templates into folders named like the databases.
  func expandTemplates(into copy: URL) throws {
    let templates = folder.appending(path: "templates")
    guard FileManager.default.fileExists(atPath: templates.path) else { return }
    for (name, text) in try Self.files(in: templates) {
      for file in try SQLTemplate(name: name, text: text).expanded() {
        let queries = copy.appending(path: file.database)
        try FileManager.default.createDirectory(at: queries, withIntermediateDirectories: true)
        try Data(file.text.utf8).write(to: queries.appending(path: file.name))
      }
    }
  }

  func recordedRequest() throws -> Data {
    try Data(contentsOf: folder.appending(path: "request.json"))
  }

  func expectedOutcome() throws -> Outcome {
    if let refusal = try? String(contentsOf: folder.appending(path: "refusal.txt"), encoding: .utf8) {
      return .refusal(refusal)
    }
    return .files(try Self.files(in: folder.appending(path: "expected")))
  }

  /// Replaces what is expected by what was seen.
  func record(request: Data, outcome: Outcome) throws {
    let expected = folder.appending(path: "expected")
    let refusal = folder.appending(path: "refusal.txt")
    try? FileManager.default.removeItem(at: expected)
    try? FileManager.default.removeItem(at: refusal)
    try request.write(to: folder.appending(path: "request.json"))
    switch outcome {
    case .refusal(let text):
      try Data(text.utf8).write(to: refusal)
    case .files(let files):
      try FileManager.default.createDirectory(at: expected, withIntermediateDirectories: true)
      for (name, text) in files { try Data(text.utf8).write(to: expected.appending(path: name)) }
    }
  }

  static func files(in folder: URL) throws -> [String: String] {
    var files: [String: String] = [:]
    for name in try FileManager.default.contentsOfDirectory(atPath: folder.path) {
      files[name] = try String(contentsOf: folder.appending(path: name), encoding: .utf8)
    }
    return files
  }

  private static let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Cases")
}
