import API
import JSON
import Testing
import Vocabulary

struct InputDecoderTests {
  private struct Input: RequestInput {
    let email: EmailAddress
    let remember: Bool
    let names: [String]

    init?(_ decoder: inout InputDecoder) {
      let email = decoder.required("email", as: EmailAddress.self)
      let remember = decoder.flag("remember", default: false)
      let names = decoder.objects("names", atMost: 3) { $0.requiredString("name") }
      guard let email, let remember, let names else { return nil }
      self.email = email
      self.remember = remember
      self.names = names
    }
  }

  @Test func readsTypedInput() throws {
    let input = try InputDecoder.read(
      Input.self,
      from: [
        "email": .string("A@b.de"), "names": .array([.object(["name": .string("x")])]), "unknown": .number,
      ]
    )
    #expect(input.email.address == "a@b.de")
    #expect(!input.remember)
    #expect(input.names == ["x"])
  }

  @Test func nullCountsAsAbsent() throws {
    let input = try InputDecoder.read(
      Input.self,
      from: ["email": .string("a@b.de"), "remember": .null, "names": .null]
    )
    #expect(input.names.isEmpty)
  }

  @Test func reportsAllFieldsInTheirOrder() throws {
    let problem = #expect(throws: Problem.self) {
      try InputDecoder.read(
        Input.self,
        from: [
          "remember": .string("yes"),
          "names": .array([.object(["name": .string("")]), .string("no object")]),
        ]
      )
    }
    #expect(
      problem?.errors == [
        FieldError(field: "email", message: "is required"),
        FieldError(field: "remember", message: "must be a boolean"),
        FieldError(field: "names[0].name", message: "is required"),
        FieldError(field: "names[1]", message: "must be an object"),
      ]
    )
  }

  @Test func listsAndTextsHaveAnEnd() throws {
    let long = String(repeating: "ä", count: 256)
    let problem = #expect(throws: Problem.self) {
      try InputDecoder.read(
        Input.self,
        from: ["email": .string("a@b.de"), "names": .array([.object(["name": .string(long + "x")])])]
      )
    }
    #expect(problem?.errors.map(\.field) == ["names[0].name"])
    let name = JSONValue.object(["name": .string(long)])
    #expect(
      try InputDecoder.read(
        Input.self,
        from: ["email": .string("a@b.de"), "names": .array([name, name, name])]
      ).names
        == [long, long, long]
    )
    let excess = #expect(throws: Problem.self) {
      try InputDecoder.read(
        Input.self,
        from: ["email": .string("a@b.de"), "names": .array([.null, .null, .null, .null])]
      )
    }
    #expect(excess?.errors == [FieldError(field: "names", message: "must have at most 3 elements")])
  }

  /// What is found out after the input has been read stands where its member does.
  @Test func laterErrorsStandInTheOrderOfTheMembers() throws {
    let problem = #expect(throws: Problem.self) {
      try InputDecoder.read(
        Input.self,
        from: ["email": .string("a@b.de"), "remember": .bool(true), "names": .array([.null, .object([:])])],
        check: {
          $0.note("unknown", "x")
          $0.note("remember", "y")
        }
      )
    }
    #expect(problem?.errors.map(\.field) == ["remember", "names[0]", "names[1].name", "unknown"])
  }

  @Test(arguments: [
    (JSONValue.number, "must be a string"), (.string(""), "is required"), (.null, "is required"),
    (.string("a+b@c.de"), "must be a valid e-mail address"),
  ])
  func saysWhatIsWrong(value: JSONValue, message: String) throws {
    let problem = #expect(throws: Problem.self) { try InputDecoder.read(Input.self, from: ["email": value]) }
    #expect(problem?.errors == [FieldError(field: "email", message: message)])
  }
}
