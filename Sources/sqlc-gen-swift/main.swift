// The sqlc process plugin: a GenerateRequest on standard input, a GenerateResponse on standard output.
// sqlc shows what a failing plugin wrote to standard error.
//
// `sqlc-gen-swift expand TEMPLATES QUERIES` comes before sqlc: it writes the queries of the templates (*.sql in the
// first folder) for each of their sets of tables into QUERIES/<database>/.

import Foundation
import SQLCodeGeneration

func expand(_ templates: URL, into queries: URL) throws {
  let names = try FileManager.default.contentsOfDirectory(atPath: templates.path).filter {
    $0.hasSuffix(".sql")
  }
  for name in names.sorted() {
    let text = try String(contentsOf: templates.appending(path: name), encoding: .utf8)
    for file in try SQLTemplate(name: name, text: text).expanded() {
      let folder = queries.appending(path: file.database)
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
      try Data(file.text.utf8).write(to: folder.appending(path: file.name))
    }
  }
}

do {
  let arguments = CommandLine.arguments
  if arguments.count == 4, arguments[1] == "expand" {
    try expand(URL(filePath: arguments[2]), into: URL(filePath: arguments[3]))
  } else {
    let request = try FileHandle.standardInput.readToEnd() ?? Data()
    try FileHandle.standardOutput.write(contentsOf: SQLCodeGeneration.respond(to: request))
  }
} catch {
  FileHandle.standardError.write(Data("sqlc-gen-swift: \(error)\n".utf8))
  exit(1)
}
