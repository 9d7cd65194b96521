import Glibc
import LocalStack
import Testing

@Suite(.timeLimit(.minutes(1))) struct ChildProcessTests {
  @Test func outputAndEndOfAProgram() async throws {
    let result = try await ChildProcess.run(
      ["sh", "-c", "cat; echo error >&2; exit 3"],
      name: "sh",
      input: "input\n"
    )
    #expect(result.output == "input\nerror\n")
    #expect(result.end == .exit(3))
  }

  @Test func exactlyTheGivenVariablesAndDirectory() async throws {
    var options = ChildProcess.Options()
    options.environment = ["PATH": "/usr/bin:/bin", "A": "b c"]
    options.directory = "/tmp"
    let result = try await ChildProcess.run(
      ["sh", "-c", "echo \"$A|$HOME|$PWD\""],
      name: "sh",
      options: options
    )
    #expect(result.output == "b c||/tmp\n")
  }

  @Test func aProgramThatIsMissingEndsWithTheShellsCode() async throws {
    let result = try await ChildProcess.run(["/nowhere/program"], name: "missing")
    #expect(result.end == .exit(127))
  }

  @Test func signalsArriveAndEndsAreTold() async throws {
    let process = try await ChildProcess.start(["sleep", "1000"], name: "sleep")
    #expect(process.end == nil)
    process.signal(SIGTERM)
    #expect(await process.waitForEnd() == .signal(SIGTERM))
    process.signal(SIGKILL)  // reaches no other process that may have its id by now
    #expect(await process.waitForEnd() == .signal(SIGTERM))
  }

  @Test func standardInputStaysOpenUntilItIsClosed() async throws {
    var options = ChildProcess.Options()
    options.hasInput = true
    let process = try await ChildProcess.start(["cat"], name: "cat", options: options)
    process.write("one\n")
    process.closeInput()
    #expect(await process.waitForEnd() == .exit(0))
  }
}
