import Glibc

/// The targets that libFuzzer can run; the environment variable `FUZZ_TARGET` chooses one.
enum FuzzTarget: String, CaseIterable {
  case request
  case response
  case json
  case cursor
  case hop
  case text

  /// Reads an input and checks what must hold whatever it is.
  func run(_ input: [UInt8]) {
    switch self {
    case .request: RequestTarget.run(input)
    case .response: ResponseTarget.run(input)
    case .json: JSONTarget.run(input)
    case .cursor: CursorTarget.run(input)
    case .hop: HopTarget.run(input)
    case .text: TextTarget.run(input)
    }
  }

  static let chosen: FuzzTarget = {
    let name = getenv("FUZZ_TARGET").map { String(cString: $0) } ?? ""
    guard let target = FuzzTarget(rawValue: name) else {
      let names = allCases.map(\.rawValue).joined(separator: ", ")
      fatalError("FUZZ_TARGET is '\(name)'; it must be one of: \(names)")
    }
    return target
  }()
}

/// The function that libFuzzer calls with each input (https://llvm.org/docs/LibFuzzer.html).
/// - Returns: 0, whatever happened; what is wrong ends the process
@_cdecl("LLVMFuzzerTestOneInput") public func runOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int)
  -> CInt
{
  FuzzTarget.chosen.run(Array(UnsafeBufferPointer(start: start, count: count)))
  return 0
}

/// Ends the process, which libFuzzer reports with the input, unless something holds.
func check(_ isTrue: Bool, _ whatMustHold: @autoclosure () -> String) {
  if !isTrue { fatalError("does not hold: \(whatMustHold())") }
}
