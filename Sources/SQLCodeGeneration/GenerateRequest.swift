import FoundationEssentials

/// The part of sqlc's `plugin.GenerateRequest` that is used here (sqlc, protos/plugin/codegen.proto).
struct GenerateRequest: Codable {
  var settings: Settings
  var catalog: Catalog
  var queries: [QueryDescription]
  /// The `options` of this plugin in sqlc.yaml, as JSON.
  var pluginOptions: Data

  struct Settings: Codable {
    /// The files or folders that the queries were read from, relative to sqlc.yaml.
    var queries: [String]
  }

  struct Catalog: Codable {
    var defaultSchema: String
    var schemas: [Schema]
  }

  struct Schema: Codable {
    var name: String
    var enums: [EnumDescription]
  }

  struct EnumDescription: Codable {
    var name: String
    var vals: [String]
  }

  struct QueryDescription: Codable {
    var text: String
    var name: String
    var cmd: String
    var columns: [Column]
    var params: [Parameter]
    var comments: [String]
    var filename: String
  }

  struct Parameter: Codable {
    var number: Int
    var column: Column
  }

  /// A column of a result, or the column that a parameter is compared with or written to.
  struct Column: Codable {
    var name: String
    var notNull: Bool
    var isArray: Bool
    var arrayDims: Int
    var isSqlcSlice: Bool
    var embedTable: Identifier?
    var type: Identifier
  }

  struct Identifier: Codable {
    var schema: String
    var name: String
  }
}

extension GenerateRequest {
  /// - Throws: ``GenerationError`` if this is not a request of a sqlc that we know.
  init(json: Data) throws(GenerationError) {
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    do {
      self = try decoder.decode(GenerateRequest.self, from: json)
    } catch {
      throw GenerationError("the request is not the JSON of sqlc 1.31's plugin protocol: \(error)")
    }
  }

  /// The request reduced to what is used here, in stable order: what the golden tests keep.
  func json() throws -> Data {
    let encoder = JSONEncoder()
    encoder.keyEncodingStrategy = .convertToSnakeCase
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    return try encoder.encode(self)
  }
}
