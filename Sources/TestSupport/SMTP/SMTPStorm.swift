/// Faults that hit some mails' first or second attempts, chosen by a seed, and always refused recipients whose addresses begin
/// with `never`. A fault here is at `recipient` or at `message`.
public struct SMTPStorm: Encodable, Sendable {
  public let seed: UInt64
  public let faults: [SMTPFault]

  public init(seed: UInt64, faults: [SMTPFault]) {
    self.seed = seed
    self.faults = faults
  }
}
