import Sagas
import ServiceKit

/// What tests may change about sagas. Production refuses it: a service whose ENV is not `ci` or `dev` does not start when one of
/// them is set.
struct SagaSettings: Sendable {
  let deadline: Duration
  /// Nil: no failure points.
  let failurePoints: String?

  init(_ reader: inout SettingsReader, _ environmentLabel: String) {
    deadline = reader.read(Self.deadline)
    failurePoints = reader.read(Self.failurePoints)
    guard !["ci", "dev"].contains(environmentLabel) else { return }
    for name in [Self.deadline.name, Self.failurePoints.name] where reader.isSet(name) {
      reader.note(name, "is for tests", "ENV=ci or ENV=dev beside it, or the variable not to be set")
    }
  }

  static let deadline = Setting(
    "SAGA_DEADLINE",
    .duration,
    default: SagaRunner.standardDeadline,
    text: "30s",
    "for tests only (ENV=ci or dev): time after which an unfinished saga is undone"
  )
  static let failurePoints = Setting(
    "SAGA_FAILURE_POINTS",
    .optionalText,
    default: nil,
    text: "",
    "for tests only (ENV=ci or dev): Unix socket that is told of every point a saga reaches"
  )
}

extension SettingType where Value == String? {
  static let optionalText = SettingType("the path of a Unix socket") { .some($0) }
}
