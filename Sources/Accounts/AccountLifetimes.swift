/// How long what a realm hands out is valid.
public struct AccountLifetimes: Sendable {
  let tfaToken: Duration
  let session: Duration
  let rememberedSession: Duration
  let passwordResetToken: Duration

  public init(
    tfaToken: Duration,
    session: Duration,
    rememberedSession: Duration,
    passwordResetToken: Duration
  ) {
    self.tfaToken = tfaToken
    self.session = session
    self.rememberedSession = rememberedSession
    self.passwordResetToken = passwordResetToken
  }
}
