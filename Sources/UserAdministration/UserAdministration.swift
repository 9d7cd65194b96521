// UserAdministration: how people who work for an employer, an agency or the platform itself are invited, listed,
// switched off and given roles, as far as it is the same everywhere.
//
// Owns: the input of those endpoints, the form of a listed user, and the problems they answer with. Who may call them,
// where the rows are and what is written is each portal's own.
//
//   a user         invited → active ⇄ disabled          (invited ⇄ disabled while no password was ever set)
//   an invitation  valid → used (deleted) or expired → replaced by inviting again
//
// Failure: the caller lacks the role 403, before the body is read; no such user 404; a role that is there already or is
// not there to be taken, an address that is taken 409; disabled already, last administrator, not invited 422.

public import API
import HTTPTypes

extension Problem {
  public static let noSuchUser = Problem(.notFound, .noSuchUser, "There is no such user.")
  public static let noDisabledUser = Problem(
    .notFound,
    .noSuchUser,
    "There is no disabled user with this e-mail address."
  )
  public static let alreadyDisabled = Problem(
    .unprocessableContent,
    .statusUnchanged,
    "The user is disabled already."
  )
  public static let lastAdministrator = Problem(
    .unprocessableContent,
    .lastAdministrator,
    "The last active administrator cannot be disabled."
  )
  public static let roleHeldAlready = Problem(.conflict, .roleUnchanged, "The user has this role already.")
  public static let roleNotHeld = Problem(.conflict, .roleUnchanged, "The user does not have this role.")
  public static let invalidInvitation = Problem.unauthorized("The invitation is not valid or was used.")
  public static let notInvited = Problem(
    .unprocessableContent,
    .notInvited,
    "The account is not waiting for its setup."
  )
}
