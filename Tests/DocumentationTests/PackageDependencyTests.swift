import FoundationEssentials
import Testing

/// Package.swift against the sources: the target graph is the architecture, so it may tell neither too much nor too
/// little.
struct PackageDependencyTests {
  /// One `library`, `program` or `tests` of Package.swift.
  private struct Target {
    let name: String
    /// Modules, in the order of the list.
    let dependencies: [String]
    let imports: Set<String>
    let isOneALine: Bool
  }

  private static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().path

  private let targets: [Target]
  /// What a target can depend on: modules of the package and products of others.
  private let modules: Set<String>
  private let programs: Set<String>

  init() throws {
    let text = try String(contentsOfFile: Self.root + "/Package.swift", encoding: .utf8)
      .replacing(/(?m)^ *\/\/.*$/, with: "")
    let aliases = Dictionary(
      uniqueKeysWithValues: text.matches(of: /let (\w+): Target\.Dependency = \.product\(name: "(\w+)"/)
        .map { (String($0.1), String($0.2)) }
    )
    let declarations = text.matches(
      of: /(library|program|tests)\(\s*"([\w-]+)",\s*\[([^\]]*)\](?:, exclude: \["([^"]*)"\])?/
    )
    programs = Set(declarations.filter { $0.1 == "program" }.map { Self.module(String($0.2)) })
    let foreign = text.matches(of: /\.(?:systemLibrary|target)\(name: "(\w+)"/).map { String($0.1) }
    modules = Set(declarations.map { Self.module(String($0.2)) } + foreign + aliases.values)
    targets = try declarations.map { declaration in
      let list = declaration.3.matches(of: /"([\w-]+)"|(\w+)/)
      let dependencies = list.map { item in
        item.1.map { Self.module(String($0)) } ?? item.2.map { aliases[String($0)] ?? String($0) } ?? ""
      }
      let folder = declaration.1 == "tests" ? "Tests" : "Sources"
      return Target(
        name: String(declaration.2),
        dependencies: dependencies,
        imports: try Self.imports(in: "\(Self.root)/\(folder)/\(declaration.2)", but: declaration.4),
        isOneALine: list.count < 2
          || declaration.3.split(separator: "\n").allSatisfy { $0.matches(of: /[\w"-]+/).count < 2 }
      )
    }
    try #require(targets.count > 40 && modules.contains("NIOCore"), "Package.swift is written in another way")
  }

  private static func module(_ target: String) -> String { target.replacing("-", with: "_") }

  private static func imports(in folder: String, but excluded: Substring?) throws -> Set<String> {
    let expression =
      /^ *(?:@\w+ +)*(?:\w+ +)?import +(?:(?:struct|class|enum|func|protocol|typealias|var|let) +)?(\w+)/
    var found: Set<String> = []
    for name in try FileManager.default.subpathsOfDirectory(atPath: folder)
    where name.hasSuffix(".swift") && excluded.map({ name.hasPrefix($0 + "/") }) != true {
      let text = try String(contentsOfFile: "\(folder)/\(name)", encoding: .utf8)
      for line in text.split(separator: "\n") where line.contains("import ") {
        if let module = line.firstMatch(of: expression) { found.insert(String(module.1)) }
      }
    }
    return found
  }

  @Test func whatIsDeclaredIsImported() {
    // Tests start programs without importing them.
    let unused = targets.flatMap { target in
      target.dependencies.filter { !target.imports.contains($0) && !programs.contains($0) }
        .map { "\(target.name): \($0)" }
    }
    #expect(unused == [])
  }

  /// The compiler accepts any module that has been built for another target, declared or not.
  @Test func whatIsImportedIsDeclared() {
    let undeclared = targets.flatMap { target in
      target.imports.intersection(modules).subtracting(target.dependencies)
        .filter { $0 != Self.module(target.name) }.map { "\(target.name): \($0)" }
    }
    #expect(undeclared.sorted() == [])
  }

  @Test func everyDependencyHasALineOfItsOwn() {
    #expect(targets.filter { !$0.isOneALine }.map(\.name) == [])
  }
}
