import FoundationEssentials
import PortalTestSupport
import TestSupport
import Testing
import Vocabulary

/// The alerts of the professionals' portal: what an operator reads and what is counted when an undo fails.
@Suite struct ConsistencyAlertTests {
  /// How the undo goes wrong, and the error in the alert.
  enum Fault: String, CaseIterable, Sendable {
    case refused = "P0001"
    case findsNothing = "nothingToUndo"

    func happen(_ event: String, on table: String, in database: PortalDatabase) async throws {
      switch self {
      case .refused: try await database.refuse(event, on: table)
      case .findsNothing: try await database.ignore(event, on: table)
      }
    }
  }

  private static func subject(_ portals: PortalHarness) async throws -> String {
    try #require(try await portals.regional.text("SELECT subject_id::text FROM sagas"))
  }

  /// No saga: the token's mail cannot be queued, and then the token cannot be deleted.
  @Test(arguments: Fault.allCases)
  func aSignupTokenThatStays(_ fault: Fault) async throws {
    try await PortalHarness.with { portals in
      try await portals.regional.refuse("INSERT", on: "emails")
      try await fault.happen("DELETE", on: "hub_signup_tokens", in: portals.global)
      try await portals.post(
        "/hub/request-signup",
        ["email_address": .string(TestAccount.unheardOfAddress())]
      ).expectProblem(500, "internal-error")
      let hash = try await portals.global.text("SELECT encode(token_hash, 'hex') FROM hub_signup_tokens")
      portals.alerts.expectOne(
        entity: "hub_signup_token",
        entityID: try #require(hash),
        action: "delete_hub_signup_token",
        error: fault.rawValue,
        hasIntent: false
      )
    }
  }

  @Test(arguments: Fault.allCases)
  func aSignupWhoseUndoFails(_ fault: Fault) async throws {
    try await PortalHarness.with { portals in
      let token = try await portals.requestSignup(TestAccount.unheardOfAddress())
      try await portals.regional.refuse("INSERT", on: "hub_sessions")
      try await fault.happen("DELETE", on: "hub_users", in: portals.global)
      try await portals.completeSignup(PortalHarness.signupBody(token)).expectProblem(500, "internal-error")
      portals.alerts.expectOne(
        entity: "hub_user",
        entityID: try await Self.subject(portals),
        action: "delete_hub_user",
        error: fault.rawValue
      )
    }
  }

  /// What the undo of a change of address leaves is the new hash, so it is not done if it changes nothing.
  @Test(arguments: [(Fault.refused, "P0001"), (.findsNothing, "notUndone")])
  func aChangeOfAddressWhoseUndoFails(_ fault: Fault, _ error: String) async throws {
    try await PortalHarness.with { portals in
      let person = try await portals.account(.hub)
      let address = TestAccount.unheardOfAddress()
      try await portals.post(
        "/hub/request-email-change",
        ["new_email_address": .string(address)],
        session: person.session
      ).expect(200)
      let token = try await portals.mail("hub_email_verification", to: address).linkToken()
      try await portals.regional.refuse("UPDATE", on: "hub_users")
      let old = Hex.encode(try EmailAddress(person.email).hash)
      let action = fault == .refused ? "RAISE EXCEPTION 'refused by the test'" : "RETURN NULL"
      try await portals.global.run(
        """
        CREATE FUNCTION spoil() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN \(action); END $$;
        CREATE TRIGGER a_spoiler BEFORE UPDATE ON hub_users FOR EACH ROW
        WHEN (encode(NEW.email_address_hash, 'hex') = '\(old)') EXECUTE FUNCTION spoil()
        """
      )
      try await portals.post("/hub/complete-email-change", ["verification_token": .string(token)])
        .expectProblem(500, "internal-error")
      portals.alerts.expectOne(
        entity: "hub_user",
        entityID: person.idText,
        action: "revert_email_hash",
        error: error
      )
    }
  }

  /// The routing row bears neither the old hash nor the new one: nothing was done, and nothing can be.
  @Test func aForeignHash() async throws {
    try await PortalHarness.with { portals in
      let person = try await portals.account(.hub)
      let address = TestAccount.unheardOfAddress()
      try await portals.post(
        "/hub/request-email-change",
        ["new_email_address": .string(address)],
        session: person.session
      ).expect(200)
      let token = try await portals.mail("hub_email_verification", to: address).linkToken()
      try await portals.global.run("UPDATE hub_users SET email_address_hash = sha256('foreign')")
      try await portals.post("/hub/complete-email-change", ["verification_token": .string(token)])
        .expectProblem(500, "internal-error")
      portals.alerts.expectOne(
        entity: "hub_user",
        entityID: person.idText,
        action: "set_email_hash",
        error: "foreignHash",
        hasIntent: false
      )
    }
  }
}
