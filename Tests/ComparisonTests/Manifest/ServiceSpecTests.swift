import Testing

@testable import Comparison
@testable import TestSupport

/// A Service beside the Deployment of row 5.
struct ServiceSpecTests {
  private func refusal(_ spec: String) throws -> String? {
    let deployment = try TemporaryFolder.text(
      "\(TemporaryFolder.repository)/k8s/v5/deployment.yaml")
    let lines = spec.split(separator: ";").map { "  \($0)\n" }.joined()
    let service = "apiVersion: v1\nkind: Service\nmetadata:\n  name: calc\nspec:\n\(lines)---\n"
    do throws(CommandError) {
      _ = try Deployment.read(Array((service + deployment).utf8), file: "d.yaml")
      return nil
    } catch {
      #expect(error.status == .data)
      return error.message
    }
  }

  @Test(arguments: [
    "selector:;  app: calc", "selector:;  app: calc;type: LoadBalancer;sessionAffinity: None",
    "selector:;  app: calc;publishNotReadyAddresses: false",
  ])
  func `an ordinary Service is taken`(spec: String) throws {
    #expect(try refusal(spec) == nil)
  }

  @Test(arguments: [
    (
      "selector:;  app: calk",
      "d.yaml:6: spec.selector selects app: calk, but the pods have app: calc"
    ),
    (
      "selector:;  tier: web",
      "d.yaml:6: spec.selector selects tier: web, but the pods have no tier"
    ),
    ("type: ClusterIP", "d.yaml:6: spec.selector is missing, so it has no endpoint"),
    (
      "selector:;  app: calc;publishNotReadyAddresses: true",
      "d.yaml:8: spec.publishNotReadyAddresses is true, which is not modelled by the rehearsal: it "
        + "sends to ready pods only"
    ),
    (
      "selector:;  app: calc;sessionAffinity: ClientIP",
      "d.yaml:8: spec.sessionAffinity is ClientIP, which is not modelled by the rehearsal: its "
        + "clients have no address"
    ),
    (
      "selector:;  app: calc;clusterIP: None",
      "d.yaml:8: spec.clusterIP is None, which is not modelled by the rehearsal: its clients ask "
        + "no DNS"
    ),
  ])
  func `what would send requests elsewhere is refused by name`(spec: String, message: String)
    throws
  {
    #expect(try refusal(spec) == message)
  }
}
