import Testing

extension Tag {
  /// Of a suite that keeps the threads of all tasks busy for seconds. `Scripts/test.sh` runs these
  /// suites after all others: beside them a test whose subject is a time limit would miss it.
  @Tag static var alone: Tag
}
