/// What this executable does with a real cluster, and with what that showed. The first word of the
/// command line names it.
enum Subcommand: String, CaseIterable, Sendable {
  case loadTest = "k8s-load-test"
  case comparison = "k8s-compare"
  case sideBySide = "compare"
  case lag = "k8s-measure-lag"
  case drain = "k8s-drain-node"
}
