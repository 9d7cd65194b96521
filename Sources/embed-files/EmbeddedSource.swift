/// The Swift source file with all the files in it.
struct EmbeddedSource {
  let folder: String
  let typeName: String
  let access: String
  let files: [EmbeddedFile]

  var text: String {
    let entries = files.map { "    (path: \"\($0.path)\", text: \($0.literal)),\n" }.joined()
    return """
      // Generated from \(folder) by embed-files; `make generate` writes it again. Do not edit.
      // swift-format-ignore-file

      \(access) enum \(typeName) {
        /// Paths below the folder, in ascending order, and the files' texts.
        \(access) static let files: [(path: String, text: String)] = [
      \(entries)  ]
      }

      """
  }
}
