import Testing

@testable import Comparison

/// A manifest with everything that the rows' manifests have.
enum ManifestText {
  /// The whole of it, with one text replaced by another.
  static func manifest(_ old: String = "", _ new: String = "") -> String {
    let text = """
      apiVersion: apps/v1
      kind: Deployment
      metadata:
        name: calc
        labels: {}
      spec:
        replicas: 13
        selector:
          matchLabels: {}
        strategy:
          type: RollingUpdate
          rollingUpdate:
            maxSurge: 3
            maxUnavailable: 0
        template:
          metadata:
            labels: {}
          spec:
            terminationGracePeriodSeconds: 30
            containers:
              - name: calc
                image: calc:dev
                command: ["/app/CalcV5"]
                args: ["--graceful"]
                ports:
                  - name: http
                    containerPort: 4000
                env:
                  - name: WARMUP_SECONDS
                    value: "3"
                  - name: POD_NAME
                    valueFrom:
                      fieldRef:
                        fieldPath: metadata.name
                readinessProbe:
                  httpGet:
                    path: /health
                    port: http
                  initialDelaySeconds: 3
                  periodSeconds: 5
                livenessProbe:
                  httpGet:
                    path: /health
                    port: 4000
                  initialDelaySeconds: 10
                lifecycle:
                  preStop:
                    sleep:
                      seconds: 5

      """
    #expect(old.isEmpty || text.contains(old))
    return old.isEmpty ? text : text.replacing(old, with: new)
  }

  static func read(_ text: String) throws(CommandError) -> Deployment {
    let deployment = try Deployment.read(Array(text.utf8), file: "d.yaml")
    try deployment.requireValues()
    return deployment
  }

  /// Why it is refused with one text replaced by another; nil when it is not.
  static func refusal(_ old: String, _ new: String) -> String? {
    do {
      _ = try read(manifest(old, new))
      return nil
    } catch {
      #expect(error.status == .data)
      return error.message
    }
  }
}
