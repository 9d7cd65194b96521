/// Why no Swift could be written: every problem of the request, one sentence each, naming the query it is about.
public struct GenerationError: Error, Equatable, CustomStringConvertible {
  public let problems: [String]

  init(problems: [String]) { self.problems = problems }
  init(_ problem: String) { self.problems = [problem] }

  public var description: String { problems.joined(separator: "\n") }
}
