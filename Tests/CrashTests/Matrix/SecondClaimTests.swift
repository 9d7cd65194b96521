import FoundationEssentials
import TestSupport
import Testing

/// A tenant that claims what it has already.
@Suite struct SecondClaimTests {
  /// Two claims at once, and the process dies after the second one's first step: its undo must leave the first one's
  /// domain alone.
  @Test func aSecondClaimThatDiesLeavesTheFirst() async throws {
    try await CrashStack.with { crash in
      try await Self.claimTwice(Org.self, crash)
      try await Self.claimTwice(Agency.self, crash)
    }
  }

  private static func claimTwice<Portal: TenantPortalType>(_: Portal.Type, _ crash: CrashStack) async throws {
    let claim = try await DomainClaimScenario<Portal>.prepare(crash)
    let second = "second-\(Portal.portal)"
    let step = "\(DomainClaimScenario<Portal>.name).insertIntent"
    crash.points.plan(second, toHoldAt: "\(step).before")
    try await withThrowingTaskGroup(of: Void.self) { group in
      defer { crash.points.releaseAll() }
      group.addTask { _ = await claim.start(crash, requestID: second, via: CrashStack.landing) }
      // It has seen a domain that is free.
      try await eventually("the second claim to stand before its intent") { crash.points.isHeld(second) }
      let first = await claim.start(crash, requestID: "first", via: CrashStack.landing)
      #expect(first == 201)
      crash.points.plan(second, toHoldAt: "\(step).after")
      crash.points.releaseAll()
      try await eventually("the second claim to stand behind its intent") { crash.points.isHeld(second) }
      try await crash.happen(.killed)
      try await group.waitForAll()
    }
    try await crash.settle()
    let third = await claim.start(crash, requestID: "third", via: CrashStack.landing)
    #expect(third == 409)
    #expect(try await claim.outcome(crash) == .complete)
  }
}
