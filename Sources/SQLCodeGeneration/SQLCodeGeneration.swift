// Turns checked SQL into typed Swift: the brain of the sqlc plugin `sqlc-gen-swift`.
//
//   db/queries/*.sql ──sqlc──▶ GenerateRequest ──check──▶ [Query] + [EnumType] ──render──▶ GenerateResponse
//
// sqlc (https://docs.sqlc.dev, process plugins with `format: json`) parses the queries against the migrations and
// says for each query its text, parameters and columns with their types. This module owns everything after that:
// what is acceptable (`Query`, `EnumType`: values that can only be made from a good description) and how it is
// written down (`QueryFile`, `EnumFile`, `QueriesFile`). It reads and writes no file: JSON in, JSON out, the same
// bytes for the same request.
//
// Failures: a query that has no faithful Swift counterpart (an unknown type, a column without a name, a look-up that
// is not one) is refused with its name and the cure, never guessed at; all such problems are reported in one go and
// no file is written then.

public import FoundationEssentials

/// sqlc's request answered with Swift files.
public enum SQLCodeGeneration {
  /// Answers one request of sqlc.
  ///
  /// - Parameter requestJSON: a `GenerateRequest` in protobuf's JSON form, as sqlc writes it to a process plugin.
  /// - Returns: the `GenerateResponse` in the same form.
  /// - Throws: ``GenerationError`` with everything that is wrong with the request.
  public static func respond(to requestJSON: Data) throws(GenerationError) -> Data {
    let request = try GenerateRequest(json: requestJSON)
    return try GenerateResponse(files: files(for: request)).json()
  }

  /// The Swift files for a request, sorted by name.
  static func files(for request: GenerateRequest) throws(GenerationError) -> [SourceFile] {
    let options = try GeneratorOptions(json: request.pluginOptions)
    let names = SwiftNames(initialisms: options.initialisms)
    let types = TypeMap(catalog: request.catalog, names: names)

    var problems: [String] = []
    var queries: [Query] = []
    for described in request.queries {
      do throws(GenerationError) {
        queries.append(try Query(described, types: types, names: names, options: options))
      } catch {
        problems += error.problems
      }
    }
    var enums: [EnumType] = []
    for used in EnumReference.sorted(queries.flatMap(\.enums)) {
      do throws(GenerationError) {
        enums.append(try EnumType(used, names: names))
      } catch {
        problems += error.problems
      }
    }
    problems += repeatedNames(queries: queries, enums: enums)
    guard problems.isEmpty else { throw GenerationError(problems: problems) }

    var files = [QueriesFile(options: options, settings: request.settings).rendered()]
    if !enums.isEmpty {
      files.append(EnumFile(enums: enums, settings: request.settings).rendered())
    }
    for (fileName, queries) in Dictionary(grouping: queries, by: \.fileName) {
      let file = QueryFile(
        fileName: fileName,
        queries: queries,
        names: names,
        options: options,
        settings: request.settings
      )
      files.append(file.rendered())
    }
    return files.sorted { $0.name < $1.name }
  }

  /// Every query and every enum becomes a type of the module, so their names must differ.
  private static func repeatedNames(queries: [Query], enums: [EnumType]) -> [String] {
    let names = queries.map(\.name) + enums.map(\.swiftName)
    return Dictionary(grouping: names) { $0 }
      .filter { $0.value.count > 1 }.keys.sorted()
      .map { "\($0): more than one query or enum has this name" }
  }
}
