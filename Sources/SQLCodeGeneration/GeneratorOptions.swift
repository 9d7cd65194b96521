import FoundationEssentials

/// The plugin's `options` in sqlc.yaml.
struct GeneratorOptions: Decodable {
  enum Content: Equatable {
    /// The queries of one database, in the database's own module.
    /// - Parameters:
    ///   - typeName: the struct that gets a function per query, e.g. `RegionalQueries`
    ///   - statementPrefix: makes the names of this database's statements unique in the program, e.g. `regional`
    case queries(typeName: String, statementPrefix: String)
    /// The protocols of the templates whose first set of tables is in this database.
    case protocols
  }

  var content: Content
  /// The module that the protocols are generated into.
  var protocolsModule: String
  /// Words that are written in one case, lower-case here: `id` makes `user_id` into `userID`.
  var initialisms: Set<String>
  /// Enums that Swift declares by hand: `Module.Type` by the database's name.
  var enums: [String: String]

  private enum CodingKeys: String, CodingKey {
    case content, typeName, statementPrefix, initialisms, enums, protocolsModule
  }

  init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    switch try container.decodeIfPresent(String.self, forKey: .content) ?? "queries" {
    case "queries":
      content = .queries(
        typeName: try container.decode(String.self, forKey: .typeName),
        statementPrefix: try container.decode(String.self, forKey: .statementPrefix)
      )
    case "protocols":
      content = .protocols
    default:
      throw DecodingError.dataCorruptedError(
        forKey: .content,
        in: container,
        debugDescription: "content is queries or protocols"
      )
    }
    protocolsModule = try container.decodeIfPresent(String.self, forKey: .protocolsModule) ?? "SharedQueries"
    initialisms = try container.decodeIfPresent(Set<String>.self, forKey: .initialisms) ?? ["id"]
    // Not by the decoder, which would rewrite the database's names as it does with the options' own.
    let pairs = try container.decodeIfPresent([String].self, forKey: .enums) ?? []
    enums = Dictionary(
      pairs.map { pair in
        let parts = pair.split(separator: "=", maxSplits: 1).map(String.init)
        return (parts.first ?? "", parts.last ?? "")
      },
      uniquingKeysWith: { $1 }
    )
  }

  /// - Throws: ``GenerationError`` that names the options there are.
  init(json: Data) throws(GenerationError) {
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    do {
      self = try decoder.decode(GeneratorOptions.self, from: json)
    } catch {
      throw GenerationError(
        """
        sqlc.yaml: the plugin's options are type_name, statement_prefix (both needed unless content is protocols), \
        initialisms, enums, content and protocols_module: \(error)
        """
      )
    }
  }
}
