import LocalStack
import Testing

@Suite struct LogLineFormatterTests {
  private static let formatter = LogLineFormatter(hasColours: false, nameWidth: 11)

  struct Case: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let line: String
    let text: String?

    init(_ description: String, _ line: String, _ text: String?) {
      testDescription = description
      self.line = line
      self.text = text
    }
  }

  @Test(arguments: [
    Case(
      "a request",
      #"{"time":"2026-05-01T12:30:00.123Z","level":"info","message":"request","service":"api","region":"ind1","#
        + #""request_id":"0198","method":"POST","path":"/hub/login","status":200,"duration_ms":8.349}"#,
      "12:30:00.123 api-ind1    POST /hub/login 200 8.3 ms 0198"
    ),
    Case(
      "a request whose client left",
      #"{"time":"2026-05-01T12:30:00.123Z","message":"request","request_id":"7","method":"GET","path":"/","#
        + #""status":503,"duration_ms":0.04,"aborted":true}"#,
      "12:30:00.123 api-ind1    GET / 503 0.0 ms aborted 7"
    ),
    Case(
      "an event with its details in the order of their names",
      #"{"time":"2026-05-01T12:30:01.007Z","level":"info","message":"leading","service":"w","region":"ind1","#
        + #""term":7,"a":true}"#,
      "12:30:01.007 api-ind1    leading a=true term=7"
    ),
    Case(
      "a warning",
      #"{"time":"2026-05-01T12:30:01.007Z","level":"warn","message":"breaker opened","endpoint":"http://127.0.0.1:1"}"#,
      "12:30:01.007 api-ind1    warning: breaker opened endpoint=http://127.0.0.1:1"
    ),
    Case(
      "an error",
      #"{"time":"2026-05-01T12:30:01.007Z","level":"error","message":"stopped by a failure"}"#,
      "12:30:01.007 api-ind1    error: stopped by a failure"
    ),
    Case(
      "control characters of a client, which could steer the terminal",
      #"{"message":"request","method":"GET","path":"/\u001b[2J\u009b","status":404,"duration_ms":1,"request_id":"1"}"#,
      "             api-ind1    GET /\u{FFFD}[2J\u{FFFD} 404 1.0 ms 1"
    ),
    Case(
      "a mail that the catcher has taken",
      #"{"accepted": {"recipient": "you@example.com", "messageID": "<1@x>", "time": 1.5}}"#,
      "             api-ind1    mail for you@example.com"
    ),
    Case("JSON without a message", #"{"listening": 1025, "certificate": null}"#, nil),
    Case("PostgreSQL's chat", "[77] LOG:  checkpoint starting: time", nil),
    Case(
      "PostgreSQL's errors",
      "[77] vetchium_owner@vetchium_ind1 ERROR:  deadlock detected",
      "             api-ind1    [77] vetchium_owner@vetchium_ind1 ERROR:  deadlock detected"
    ),
    Case(
      "a session that ends with PostgreSQL",
      "[77] vetchium_api_ind1@vetchium_ind1 FATAL:  terminating connection due to administrator command",
      nil
    ),
    Case(
      "a warning of nginx",
      "2026/05/01 12:30:00 [warn] 7#7: low address",
      "             api-ind1    2026/05/01 12:30:00 [warn] 7#7: low address"
    ),
    Case("knot's chat", "2026-05-01T12:30:00+0000 info: [test.] zone file loaded", nil),
    Case("half a line of JSON", #"{"message":"#, nil),
    Case("nothing", "", nil),
  ])
  func lines(_ given: Case) {
    #expect(Self.formatter.text(of: given.line, from: "api-ind1") == given.text)
  }

  @Test(arguments: [(200, "32"), (302, "32"), (404, "33"), (503, "31")])
  func aTerminalGetsColours(status: Int, colour: String) {
    let line =
      #"{"time":"2026-05-01T12:30:00.123Z","message":"request","method":"GET","path":"/","status":\#(status),"#
      + #""duration_ms":1,"request_id":"7"}"#
    let text = LogLineFormatter(hasColours: true, nameWidth: 3).text(of: line, from: "api")
    let escape = "\u{1B}["
    #expect(
      text
        == "\(escape)2m12:30:00.123\(escape)0m \(escape)36mapi\(escape)0m GET / "
        + "\(escape)\(colour)m\(status)\(escape)0m 1.0 ms \(escape)2m7\(escape)0m"
    )
  }
}
