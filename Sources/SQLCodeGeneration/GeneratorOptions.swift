import FoundationEssentials

/// The plugin's `options` in sqlc.yaml.
struct GeneratorOptions: Decodable {
  /// The struct that gets a function per query, e.g. `RegionalQueries`.
  var typeName: String
  /// What makes the statement names of this database unique on its server connections, e.g. `regional`.
  var statementPrefix: String
  /// Words that are written in one case, lower-case here: `id` makes `user_id` into `userID`.
  var initialisms: Set<String>

  private enum CodingKeys: String, CodingKey {
    case typeName, statementPrefix, initialisms
  }

  init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    typeName = try container.decode(String.self, forKey: .typeName)
    statementPrefix = try container.decode(String.self, forKey: .statementPrefix)
    initialisms = try container.decodeIfPresent(Set<String>.self, forKey: .initialisms) ?? ["id"]
  }

  /// - Throws: ``GenerationError`` that names the options there are.
  init(json: Data) throws(GenerationError) {
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    do {
      self = try decoder.decode(GeneratorOptions.self, from: json)
    } catch {
      throw GenerationError(
        "sqlc.yaml: the plugin's options are type_name, statement_prefix (both needed) and initialisms: \(error)"
      )
    }
  }
}
