import TestSupport

/// An administrator who manages domains.
struct DomainEditor: Sendable {
  let stack: TestStack
  let admin: Administrator

  static func make(in stack: TestStack? = nil) async throws -> DomainEditor {
    let stack = if let stack { stack } else { try await TestStack.shared }
    return DomainEditor(stack: stack, admin: try await stack.administrator(roles: ["admin:manage_domains"]))
  }

  /// A domain that no other test uses.
  static func unheardOfName(_ label: String = "d") -> String {
    "\(label)\(UInt64.random(in: .min ... .max)).example"
  }

  /// - Parameter way: add, disable or enable
  func change(
    _ way: String,
    _ name: String,
    _ reason: String = "a reason",
    headers: [(String, String)] = []
  ) async throws -> HTTPAnswer {
    try await stack.admin.post(
      "/admin/\(way)-approved-domain",
      ["domain_name": .string(name), "reason": .string(reason)],
      session: admin.session,
      headers: headers
    )
  }
}

extension TestStack.Configuration {
  /// The global database and its service, without any region.
  static var globalOnly: TestStack.Configuration {
    var configuration = TestStack.Configuration()
    configuration.regions = []
    return configuration
  }
}
