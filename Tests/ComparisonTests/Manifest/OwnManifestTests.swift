import Testing

@testable import Comparison

/// Manifests that were not written for a rehearsal.
struct OwnManifestTests {
  private func read(_ text: String, _ choice: ManifestChoice = ManifestChoice())
    throws(CommandError) -> Deployment
  {
    try Deployment.read(Array(text.utf8), file: "web.yaml", choice: choice)
  }

  private func refusal(_ text: String, _ choice: ManifestChoice = ManifestChoice()) -> String? {
    do {
      _ = try read(text, choice)
      return nil
    } catch {
      #expect(error.status == .data)
      return error.message
    }
  }

  @Test func `what kubectl prints is read`() throws {
    let deployment = try read(KubectlManifest.text)
    #expect((deployment.name, deployment.replicas, deployment.grace) == ("web", 3, 40))
    #expect(deployment.program == "/usr/local/bin/node")
    #expect(deployment.arguments == ["server.js", "--port=$(PORT)", "--name=$(POD_NAME)"])
    #expect(deployment.minReadySeconds == 4)
    #expect(deployment.preStop == .exec(sleep: 7))
    #expect(deployment.port == 9090)
    #expect(deployment.startup?.handler == .exec(["cat", "/etc/hostname"]))
    #expect(deployment.startup?.failureThreshold == 30)
    #expect(deployment.readiness?.handler == .tcpSocket(port: 8080))
    let header = HTTPGet.Header(name: "X-Probe", value: "live")
    #expect(
      deployment.liveness?.handler
        == .httpGet(HTTPGet(path: "/live", port: 9090, headers: [header])))
    #expect(deployment.liveness?.terminationGracePeriodSeconds == 9)
    #expect(
      deployment.notes == [
        "spec.template.spec.containers[0].startupProbe.exec runs on this machine, not in a "
          + "container",
        "initContainers: they are not run; start=5s gives pods the time that they take",
        "envFrom: its objects are not here; env= gives what the service needs of them",
        "workingDir: the command runs in this folder",
      ])
  }

  @Test func `values come from the manifest, from the pod, and from what is given`() throws {
    let deployment = try read(KubectlManifest.text)
    let values = deployment.environment(
      podName: "web-1-2", address: "127.9.0.1", replaced: ["DATABASE_URL": "pg://x", "PORT": "81"])
    let named = Dictionary(values.map { ($0.name, $0.value) }) { $1 }
    #expect(
      named == [
        "POD_NAME": "web-1-2", "POD_IP": "127.9.0.1", "TIER": "front", "DATABASE_URL": "pg://x",
        "PORT": "81", "WHERE": "127.9.0.1:81, $(PORT), $(MISSING)",
      ])
    let elsewhere = deployment.environment.compactMap { variable in
      if case .elsewhere(let source) = variable.value {
        (variable.name, source.isOptional)
      } else {
        nil
      }
    }
    #expect(elsewhere.map(\.0) == ["DATABASE_URL", "FLAG"])
    #expect(elsewhere.map(\.1) == [false, true])
  }

  @Test func `the command of a probe sees what is written, nothing of what comes from elsewhere`()
    throws
  {
    let values = try read(KubectlManifest.text).writtenValues(
      replaced: ["DATABASE_URL": "pg://x", "PORT": "81", "MORE": "1"])
    #expect(
      values == [
        "PORT": "81", "WHERE": "$(POD_IP):$(PORT), $$(PORT), $(MISSING)", "MORE": "1",
        "POD_NAME": "", "POD_IP": "", "TIER": "", "DATABASE_URL": "", "FLAG": "",
      ])
  }

  @Test func `JSON and lists of kubectl are read, and a name chooses`() throws {
    func object(_ name: String) -> String {
      #"{"kind":"Deployment","apiVersion":"apps/v1","metadata":{"name":"\#(name)"},"spec":"#
        + #"{"template":{"spec":{"containers":[{"name":"c","image":"i"}]}}},"status":{}}"#
    }
    #expect(try read(object("one")).name == "one")
    let list = #"{"apiVersion":"v1","kind":"List","items":[\#(object("one")),\#(object("two"))]}"#
    #expect(try read(list, ManifestChoice(deployment: "two")).name == "two")
    #expect(
      refusal(list)
        == "web.yaml: holds 2 Deployments (one, two); name=one takes one of them")
    #expect(
      refusal(list, ManifestChoice(deployment: "three"))
        == "web.yaml: holds no Deployment 'three', but one, two")
  }

  @Test func `the Service beside it says to which port requests go, other objects say nothing`()
    throws
  {
    func service(_ name: String, _ app: String, _ target: String) -> String {
      "apiVersion: v1\nkind: Service\nmetadata: {name: \(name)}\nspec:\n  selector: {app: \(app)}\n"
        + "  ports:\n  - port: 80\n\(target)---\n"
    }
    let others = service("other", "other", "") + "kind: ConfigMap\ndata: {}\n---\n"
    let named = service("web", "web", "    targetPort: http\n")
    #expect(try read(others + named + KubectlManifest.text).port == 8080)
    #expect(
      try read(service("web", "web", "    targetPort: 81\n") + KubectlManifest.text).port == 81)
    #expect(try read(service("web", "web", "") + KubectlManifest.text).port == 80)
    #expect(try read(others + KubectlManifest.text).port == 9090)
    let wrong = service("web", "web", "    targetPort: web\n") + KubectlManifest.text
    let refusal =
      "web.yaml:8: spec.ports[0].targetPort names 'web', but no port of the container has this name"
    #expect(self.refusal(wrong) == refusal)
    // Another container of the pod may have it.
    let chosen = try read(wrong, ManifestChoice(container: "web"))
    #expect(chosen.port == 9090 && chosen.notes.contains(refusal))
    #expect(
      self.refusal(service("web", "web", "  clusterIP: None\n") + KubectlManifest.text)?.contains(
        "spec.clusterIP is None, which is not modelled") == true)
  }

  @Test func `a container is chosen where there are several`() throws {
    let two = KubectlManifest.text.replacing(
      "      dnsPolicy:", with: "      - name: proxy\n        image: envoy\n      dnsPolicy:")
    #expect(
      refusal(two)?.hasSuffix(
        "containers[1] is not modelled by the rehearsal, which runs one container per pod; "
          + "container=NAME takes one of them") == true)
    let web = try read(two, ManifestChoice(container: "web"))
    #expect(web.notes.contains("containers: only web is run, the others are not"))
    #expect(try read(two, ManifestChoice(container: "proxy")).program == "")
    #expect(
      refusal(two, ManifestChoice(container: "x"))?.hasSuffix(
        "spec.template.spec.containers holds no container 'x', but web, proxy") == true)
  }

  @Test(arguments: [
    ("hostNetwork: false", "hostNetwork: true", "hostNetwork is not modelled by the rehearsal"),
    ("replicas: 3", "paused: true", "spec.paused is not modelled by the rehearsal"),
    ("scheme: HTTP", "scheme: HTTPS", "scheme 'HTTPS' is not modelled by the rehearsal; HTTP is"),
    ("scheme: HTTP", "host: example.com", "httpGet.host is not modelled by the rehearsal"),
    ("tcpSocket:", "grpc:", "readinessProbe.grpc is not modelled by the rehearsal"),
    ("sleep 7", "sleep 7; nginx -s quit", "'/bin/sh -c sleep 7; nginx -s quit' is not modelled"),
    (
      "kind: Deployment\nmetadata", "kind: StatefulSet\nmetadata",
      "web.yaml: holds no Deployment, but StatefulSet"
    ),
    ("fieldPath: metadata.name", "fieldPath: metadata.uid", "'metadata.uid' is not modelled"),
  ]) func `what is not modelled is refused by its name`(
    old: String, new: String, message: String
  ) {
    #expect(KubectlManifest.text.contains(old))
    #expect(refusal(KubectlManifest.text.replacing(old, with: new))?.contains(message) == true)
  }

  @Test(arguments: [
    ("[sleep, \"5\"]", 5), ("[/bin/sleep, 5s]", 5), ("[sh, -c, \"exec sleep 12\"]", 12),
  ]) func `a hook's command that only waits is read`(command: String, seconds: Int) throws {
    let text = KubectlManifest.text.replacing(#"["/bin/sh", "-c", "sleep 7"]"#, with: command)
    #expect(try read(text).preStop == .exec(sleep: seconds))
  }

  @Test func `a hook may be a request`() throws {
    let text = KubectlManifest.text.replacing("            exec:\n", with: "            httpGet:\n")
      .replacing(
        #"              command: ["/bin/sh", "-c", "sleep 7"]"#,
        with: "              path: /drain\n              port: 8080")
    #expect(try read(text).preStop == .httpGet(HTTPGet(path: "/drain", port: 8080)))
    #expect(try read(text).preStopSleep == nil)
  }
}

struct VariableReferencesTests {
  @Test(arguments: [
    ("$(A)-$(B)", "1-$(B)"), ("$$(A)", "$(A)"), ("$$$(A)", "$1"), ("$A ${A}", "$A ${A}"),
    ("$(A", "$(A"), ("$", "$"), ("", ""), ("$()", "$()"),
  ]) func `references are replaced as Kubernetes does`(text: String, expected: String) {
    #expect(VariableReferences.expand(text, ["A": "1"]) == expected)
  }
}
