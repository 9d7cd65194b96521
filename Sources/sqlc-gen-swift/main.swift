// The sqlc process plugin: a GenerateRequest on standard input, a GenerateResponse on standard output.
// sqlc shows what a failing plugin wrote to standard error.

import Foundation
import SQLCodeGeneration

do {
  let request = try FileHandle.standardInput.readToEnd() ?? Data()
  try FileHandle.standardOutput.write(contentsOf: SQLCodeGeneration.respond(to: request))
} catch {
  FileHandle.standardError.write(Data("sqlc-gen-swift: \(error)\n".utf8))
  exit(1)
}
