/// A fault of an SMTP server of the tests.
public struct SMTPFault: Encodable, Sendable {
  /// Moments in the order of a dialogue: before the first reply, at the recipient, before asking for the message, after
  /// its last dot.
  public enum Stage: String, Encodable, Sendable, CaseIterable { case greeting, recipient, data, message }

  private enum Kind: String, Encodable { case none, reply, stall, drop, mute, goodbye }

  private let stage: Stage
  private let kind: Kind
  private let reply: String?
  private let seconds: Double?
  /// The share of a storm's dialogues that it happens in, from 0 to 1.
  private var share = 1.0

  /// No fault, in a list of several mails' faults.
  public static let none = SMTPFault(stage: .greeting, kind: .none, reply: nil, seconds: nil)

  /// Replies so, such as `550 No such user`, instead of going on.
  public static func reply(_ reply: String, at stage: Stage) -> SMTPFault {
    SMTPFault(stage: stage, kind: .reply, reply: reply, seconds: nil)
  }

  /// Replies so, and answers nothing that follows, not even the goodbye.
  public static func mute(after reply: String, at stage: Stage) -> SMTPFault {
    SMTPFault(stage: stage, kind: .mute, reply: reply, seconds: nil)
  }

  /// Says nothing for so long, then goes on.
  public static func stall(seconds: Double = 3600, at stage: Stage) -> SMTPFault {
    SMTPFault(stage: stage, kind: .stall, reply: nil, seconds: seconds)
  }

  /// Resets the connection. At `message` it has the whole mail by then, and has not accepted it.
  public static func drop(at stage: Stage) -> SMTPFault {
    SMTPFault(stage: stage, kind: .drop, reply: nil, seconds: nil)
  }

  /// Accepts the mail, and then closes the connection with such a reply that nobody has asked for.
  public static func goodbye(_ reply: String) -> SMTPFault {
    SMTPFault(stage: .message, kind: .goodbye, reply: reply, seconds: nil)
  }

  /// Limits the fault to so many of a storm's dialogues.
  public func inShare(_ share: Double) -> SMTPFault {
    var fault = self
    fault.share = share
    return fault
  }
}

/// Faults that hit some mails' first or second attempts, chosen by a seed, and always refused recipients whose
/// addresses begin with `never`. A fault here is at `recipient`, `data` or `message`.
public struct SMTPStorm: Encodable, Sendable {
  public let seed: UInt64
  public let faults: [SMTPFault]

  public init(seed: UInt64, faults: [SMTPFault]) {
    self.seed = seed
    self.faults = faults
  }
}
