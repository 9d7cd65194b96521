import FoundationEssentials
import TestSupport
import Testing
import Vocabulary

/// Invitations and further domains, in both portals.
@Suite struct TenantInvitationTests {
  @Test(arguments: TenantPortalName.allCases)
  func fromInvitationToLogin(portal: TenantPortalName) async throws {
    let stack = try await TestStack.shared
    let founder = try await stack.founder(portal)
    let domain = founder.signup.domain
    // Any address; personal mail providers included.
    let email = "grace.\(UInt32.random(in: 0 ... .max))@gmail.com"
    let answer = try await founder.invite(email.uppercased(), ["full_name": "ignored", "roles": ["ignored"]])
    #expect(answer.status == 201 && answer.json.names == ["invitation_id", "expires_at"], "\(answer)")
    let letter = try await stack.queuedMail("\(portal.rawValue)_invitation", to: email, in: "deu1")?.text
    #expect(letter?.contains(founder.signup.email) == true && letter?.contains(domain) == true)
    try await founder.invite(email).expectProblem(409, "already-registered")

    let token = try await founder.invitation(to: email)
    let setup = founder.setup(token)
    for (field, value) in [
      ("full_name", "R2D2"), ("full_name", "   "), ("password", "short"), ("preferred_language", "fr-FR"),
    ] as [(String, JSON)] {
      try await stack.client("ind1").post(portal.path("complete-setup"), setup.with(field, value))
        .expectProblem(400, "invalid-fields", fields: [field])
    }
    for wrong in ["x", "XXX9-" + token.dropFirst(5), "DEU1-" + String(repeating: "0", count: 64)] {
      try await stack.client("ind1").post(
        portal.path("complete-setup"),
        setup.with("invitation_token", .string(wrong))
      ).expectProblem(401, "unauthorized")
    }
    let statuses = try await together(3) { number in
      try await stack.client(["ind1", "usa1", "deu1"][number])
        .postPatiently(portal.path("complete-setup"), setup).status
    }
    #expect(statuses.sorted() == [200, 401, 401])
    let login = try await stack.login(portal, email, at: domain, home: "deu1")
    let session = try #require(login.json["session_token"].string)
    let me = try await stack.client("ind1").get(portal.path("myinfo"), session: session)
    #expect(me.json["full_name"] == "Grace Hopper" && me.json["is_admin"] == false && me.json["roles"] == [])
    #expect(me.json["preferred_language"] == "de-DE")
    #expect(me.json["\(portal.rawValue)_user_id"] == answer.json["invitation_id"])
    // Without the role.
    try await stack.client("ind1").post(
      portal.path("invite-user"),
      ["email_address": "x@example.com"],
      session: session
    ).expectProblem(403, "missing-role")
  }

  @Test(arguments: TenantPortalName.allCases)
  func ofManyWhoInviteAnAddressOneDoes(portal: TenantPortalName) async throws {
    let stack = try await TestStack.shared
    let founder = try await stack.founder(portal)
    let email = Person.unheardOfAddress()
    let answers = try await together(5) { number in
      try await stack.client(["ind1", "usa1", "deu1"][number % 3]).post(
        portal.path("invite-user"),
        ["email_address": .string(email)],
        session: founder.session
      ).status
    }
    #expect(answers.sorted() == [201, 409, 409, 409, 409])
    #expect(
      try await stack.global.count(
        "\(portal.rawValue)_users",
        where: "email_address_hash = $1",
        EmailAddress(email).hash
      ) == 1
    )
    // Another tenant may invite the same address, and so may the other portal's.
    #expect(try await stack.founder(portal, home: "usa1").invite(email).status == 201)
    #expect(try await stack.founder(portal.other).invite(email).status == 201)
  }
}
