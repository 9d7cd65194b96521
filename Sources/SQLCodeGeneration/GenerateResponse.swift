import FoundationEssentials

/// A file to be written below the plugin's `out` folder.
struct SourceFile: Equatable {
  var name: String
  var text: String
}

/// sqlc's `plugin.GenerateResponse`; protobuf's JSON form carries the contents (`bytes`) in base 64.
struct GenerateResponse: Codable {
  struct File: Codable {
    var name: String
    var contents: Data
  }

  var files: [File]

  init(files: [SourceFile]) {
    self.files = files.map { File(name: $0.name, contents: Data($0.text.utf8)) }
  }

  func json() throws(GenerationError) -> Data {
    do {
      return try JSONEncoder().encode(self)
    } catch {
      throw GenerationError("the response cannot be written as JSON: \(error)")
    }
  }
}
