import API
import FoundationEssentials
import JSON
import NIOConcurrencyHelpers
import PostgresClient
import Synchronization
import Vocabulary

@testable import HubPortal
@testable import Sagas

/// One piece of a schedule's work in a process of its own.
final class Attempt: Sendable {
  enum Result: Sendable {
    /// The entity that was made or changed.
    case succeeded(UUID)
    case failed(String)
  }

  let number: Int
  let work: ScheduleScenario.Work
  let process: SimulatedProcess
  /// The number of the point at which something happens, counted from 0.
  let faultPoint: Int
  let fault: ScheduleFault?
  private let gate: Gate
  private let outcome = NIOLockedValueBox<Result?>(nil)
  private let reached = NIOLockedValueBox<[String]>([])

  init(
    _ number: Int,
    _ work: ScheduleScenario.Work,
    _ process: SimulatedProcess,
    faultPoint: Int,
    fault: ScheduleFault?,
    _ gate: Gate
  ) {
    self.number = number
    self.work = work
    self.process = process
    self.faultPoint = faultPoint
    self.fault = fault
    self.gate = gate
  }

  /// Nil while it runs.
  var result: Result? { outcome.withLockedValue { $0 } }
  var pointCount: Int { reached.withLockedValue { $0.count } }

  func start(_ scenario: ScheduleScenario) {
    gate.started(number)
    Task {
      let result: Result
      do {
        result = .succeeded(try await run(scenario))
      } catch {
        result = .failed("\(error)")
      }
      outcome.withLockedValue { $0 = result }
      gate.finished(number)
    }
  }

  private var failpoints: FailpointHandler {
    FailpointHandler { [self] point, sagaID, _ in
      // The code of a dead process runs on, to no effect.
      guard !process.isDead else { return }
      reached.withLockedValue { $0.append("\(point)") }
      await gate.stand(number, at: point, sagaID)
    }
  }

  private func run(_ scenario: ScheduleScenario) async throws -> UUID {
    let logger = ScheduleWorld.quiet
    switch work {
    case .signup(let token, let home):
      let saga = try Self.signup(scenario.signupTokens[token], home)
      _ = try await process.runner(failpoints).run(saga, logger: logger)
      return saga.subjectID
    case .change(let number):
      let portal = try process.portal(failpoints)
      let saga = try await portal.emailChange(scenario.changeTokens[number].token.hash)
      try await portal.sagas.run(saga, logger: logger)
      return saga.subjectID
    case .recovery:
      _ = try await process.recovery(failpoints).recoverOverdue(logger: logger)
      return UUID()
    }
  }

  static func signup(_ token: ScheduleScenario.SignupToken, _ home: String) throws -> HubSignupSaga {
    guard let region = RegionCode(rawValue: home) else { throw SagaError.lostOutcome }
    let input = try InputDecoder.read(
      CompleteSignupInput.self,
      from: [
        "signup_token": .string(token.token.hex), "password": .string("correct horse battery"),
        "preferred_display_name": .string("Somebody"), "home_region": .string(home),
        "preferred_language": .string("en-US"), "resident_country_code": .string("DE"),
      ]
    )
    // Whoever signs up with the same address is first given the same handle.
    let tries = Atomic<UInt8>(0)
    return HubSignupSaga(
      email: token.email,
      addresses: .plain,
      signupTokenHash: token.token.hash,
      region: region,
      input: input,
      passwordHash: "$argon2id$",
      sessionHash: RawToken().hash,
      sessionLifetime: .seconds(3600),
      handleBytes: {
        token.email.hash.prefix(Handle.length - 1) + [tries.wrappingAdd(1, ordering: .relaxed).newValue]
      }
    )
  }

  /// For a failure's message.
  var story: String {
    let end = result.map { "\($0)" } ?? "running"
    let what = fault.map { "\($0) at point \(faultPoint)" } ?? "no fault"
    return
      "\(number) \(work) in \(process.name), \(what): \(reached.withLockedValue { $0 }.suffix(6)) → \(end)"
  }
}
