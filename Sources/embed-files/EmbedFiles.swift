import ArgumentParser
import FoundationEssentials

/// Puts the files of a folder into a Swift source file, so that a binary needs nothing beside it.
@main
struct EmbedFiles: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "embed-files",
    abstract:
      "Writes the text files of a folder, with their paths, as a Swift enum with a static array `files`.",
    discussion: "The output depends on the files' paths and texts only."
  )

  @Option(help: "The folder; its subfolders are included, hidden files are not.") var input: String
  @Option(help: "The name of the enum.") var typeName: String
  @Option(help: "package or public.") var access = AccessLevel.package
  @Option(help: "The Swift file to write.") var output: String
  @Flag(help: "Take the layouts out of Mustache templates, so that they have placeholders only.") var expand =
    false

  enum AccessLevel: String, ExpressibleByArgument { case package, `public` }

  func run() throws {
    let paths = try FileManager.default.subpathsOfDirectory(atPath: input).sorted()
    var files: [EmbeddedFile] = []
    for path in paths where !path.split(separator: "/").contains(where: { $0.hasPrefix(".") }) {
      let fullPath = input + "/" + path
      var isDirectory = false
      guard FileManager.default.fileExists(atPath: fullPath, isDirectory: &isDirectory), !isDirectory else {
        continue
      }
      files.append(try EmbeddedFile(path: path, bytes: Data(contentsOf: URL(filePath: fullPath))))
    }
    guard !files.isEmpty else { throw ValidationError("There are no files in \(input).") }
    if expand { files = try TemplateExpansion(of: files).expanded(files) }
    let source = EmbeddedSource(folder: input, typeName: typeName, access: access.rawValue, files: files)
    try Data(source.text.utf8).write(to: URL(filePath: output), options: .atomic)
  }
}
