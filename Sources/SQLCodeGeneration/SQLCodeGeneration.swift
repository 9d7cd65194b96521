// SQLCodeGeneration turns checked SQL into typed Swift: the library behind the sqlc plugin `sqlc-gen-swift`.
//
//   db/templates/*.sql ─SQLTemplate─▶ expanded ┐
//   db/queries/*.sql ──────────────────────────┴─sqlc─▶ GenerateRequest ─▶ [Query] + [EnumType] ─▶ Swift files
//
// A template holds queries that several sets of tables have in common. `SQLTemplate` expands it for each set before
// sqlc reads it, and leaves marks in the comments (`Expansion`). sqlc (https://docs.sqlc.dev, process plugins with
// `format: json`) parses the queries against the migrations and says for each its text, parameters and columns with
// their types. This module owns everything after that: what is acceptable (`Query`, `EnumType`: values that can only be
// made from a good description) and how it is written down. It reads and writes no file: JSON in, JSON out, the same
// bytes for the same request.
//
//   written by hand   `QueryFile`: a namespace and a function for each query of the database's struct
//   a template        `TableProtocolFile`: one protocol with its rows and the functions that run the queries
//   a set of tables   `TableSetFile`: the conformance, so the compiler checks that parameters and columns are the same
//                     for all sets, also when they are in two databases
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
    let types = TypeMap(catalog: request.catalog, names: names, declared: options.enums)

    var problems: [String] = []
    var queries: [Query] = []
    for described in request.queries {
      do throws(GenerationError) {
        queries.append(try Query(described, types: types, names: names))
      } catch {
        problems += error.problems
      }
    }
    problems += Dictionary(grouping: queries, by: \.fileName).values.flatMap(foreignRows).sorted()
    let files =
      switch options.content {
      case .queries(let typeName, let statementPrefix):
        databaseFiles(queries, typeName, statementPrefix, names, options, request.settings, &problems)
      case .protocols:
        protocolFiles(queries, names, &problems)
      }
    guard problems.isEmpty else { throw GenerationError(problems: problems) }
    return files.sorted { $0.name < $1.name }
  }

  private static func databaseFiles(
    _ queries: [Query],
    _ typeName: String,
    _ statementPrefix: String,
    _ names: SwiftNames,
    _ options: GeneratorOptions,
    _ settings: GenerateRequest.Settings,
    _ problems: inout [String]
  ) -> [SourceFile] {
    let ownQueries = queries.filter { $0.comment.expansion == nil }
    let expandedQueries = queries.filter { $0.comment.expansion != nil }
    var enums: [EnumType] = []
    for used in EnumReference.sorted(queries.flatMap(\.enums)) {
      do throws(GenerationError) {
        enums.append(try EnumType(used, names: names))
      } catch {
        problems += error.problems
      }
    }
    problems += repeatedNames(ownQueries.map(\.name) + enums.filter { $0.module == nil }.map(\.swiftName))

    var files = [QueriesFile(typeName: typeName, settings: settings).rendered()]
    if !enums.isEmpty { files.append(EnumFile(enums: enums, settings: settings).rendered()) }
    if !expandedQueries.isEmpty {
      files.append(TablesFile(expansions: expandedQueries.compactMap(\.comment.expansion)).rendered())
    }
    for (fileName, queries) in Dictionary(grouping: queries, by: \.fileName).sorted(by: { $0.key < $1.key }) {
      if let expansion = queries.first?.comment.expansion {
        let file = TableSetFile(
          expansion: expansion,
          queries: queries,
          names: names,
          protocolsModule: options.protocolsModule
        )
        problems += file.problems
        files.append(file.rendered())
      } else {
        let file = QueryFile(
          fileName: fileName,
          queries: queries,
          names: names,
          typeName: typeName,
          statementPrefix: statementPrefix,
          settings: settings
        )
        files.append(file.rendered())
      }
    }
    return files
  }

  private static func protocolFiles(
    _ queries: [Query],
    _ names: SwiftNames,
    _ problems: inout [String]
  ) -> [SourceFile] {
    let queries = queries.filter { $0.comment.expansion?.isFirst == true }
    problems += repeatedNames(queries.filter(\.command.givesRows).map(\.name))
    for query in queries {
      for type in EnumReference.sorted(query.enums) where type.module == nil {
        problems.append(
          """
          \(query.comment.expansion?.template ?? ""): \(query.name): the enum \(type.databaseName) belongs to one \
          database; declare it in Swift and name it in the option enums, or cast to TEXT
          """
        )
      }
    }
    return Dictionary(grouping: queries, by: \.comment.expansion).compactMap { expansion, queries in
      expansion.map { TableProtocolFile(expansion: $0, queries: queries, names: names).rendered() }
    }
  }

  /// The queries of one file that do not give the rows they are marked to give.
  private static func foreignRows(_ queries: [Query]) -> [String] {
    queries.compactMap { query in
      guard let name = query.comment.rowOwner else { return nil }
      let owner = queries.first { $0.name == name && $0.declaresRow }
      guard owner?.columns != query.columns else { return nil }
      return "\(query.fileName): \(query.name): the columns are not those of \(name) in the same file"
    }
  }

  /// Every query and every enum becomes a type or function of one scope, so their names must differ.
  private static func repeatedNames(_ names: [String]) -> [String] {
    Dictionary(grouping: names) { $0 }
      .filter { $0.value.count > 1 }.keys.sorted()
      .map { "\($0): more than one query or enum has this name" }
  }
}

/// Why no Swift could be written: every problem of the request, one sentence each, naming the query it is about.
public struct GenerationError: Error, Equatable, CustomStringConvertible {
  public let problems: [String]

  init(problems: [String]) { self.problems = problems }
  init(_ problem: String) { self.problems = [problem] }

  public var description: String { problems.joined(separator: "\n") }
}
