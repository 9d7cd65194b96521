/// What a server made of the bytes of a connection.
struct Reading: Equatable, Sendable, CustomStringConvertible {
  /// A request that arrived whole.
  struct Request: Equatable, Sendable, CustomStringConvertible {
    var method: String
    var target: String
    var host: String?
    /// The fields whose names begin with `x`, as `name: value`, with names in lower case.
    var fields: [String] = []
    var body = ""

    init(
      _ method: String,
      _ target: String,
      host: String? = "a.example",
      fields: [String] = [],
      body: String = ""
    ) {
      (self.method, self.target, self.host, self.fields, self.body) = (method, target, host, fields, body)
    }

    /// - Parameter fields: all fields of the request
    init(method: String, target: String, fields: [(name: String, value: String)], body: String) {
      let fields = fields.map { (name: $0.name.lowercased(), value: $0.value) }
      self.init(
        method,
        target,
        host: fields.first { $0.name == "host" }?.value,
        fields: fields.filter { $0.name.hasPrefix("x") }.map { "\($0.name): \($0.value)" },
        body: body
      )
    }

    var description: String {
      "\(method) \(target) of \(host ?? "no host") \(fields) \(body.debugDescription)"
    }
  }

  var requests: [Request] = []
  /// What follows them is no request; the server has given up. If it has not, it may wait for the rest of a request.
  var isRefused = false

  static let refused = Reading(isRefused: true)
  /// Neither a request nor a mistake: what is missing may still come.
  static let nothing = Reading()

  static func requests(_ requests: Request...) -> Reading { Reading(requests: requests) }
  static func requestsThenRefused(_ requests: Request...) -> Reading {
    Reading(requests: requests, isRefused: true)
  }

  var description: String { "\(requests)\(isRefused ? ", then refused" : "")" }
}
