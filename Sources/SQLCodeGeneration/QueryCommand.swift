/// The result of a query, declared after its name in the SQL file.
enum QueryCommand: String, CaseIterable {
  /// The first row, or none.
  case one = ":one"
  /// All rows.
  case many = ":many"
  /// Nothing.
  case exec = ":exec"
  /// How many rows it touched.
  case execRows = ":execrows"

  var givesRows: Bool { self == .one || self == .many }
}
