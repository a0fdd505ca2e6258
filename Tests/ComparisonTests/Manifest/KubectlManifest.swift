/// A Deployment that was not written for a rehearsal.
enum KubectlManifest {
  /// As `kubectl get deployment web -o yaml` prints it, with some thirty kinds of fields.
  static let text = """
    apiVersion: apps/v1
    kind: Deployment
    metadata:
      annotations:
        deployment.kubernetes.io/revision: "3"
        kubectl.kubernetes.io/last-applied-configuration: |
          {"apiVersion":"apps/v1","kind":"Deployment","metadata":{"annotations":{},"name":"web"}}
      creationTimestamp: "2026-11-02T08:15:30Z"
      generation: 3
      labels: {app: web}
      name: web
      namespace: shop
      resourceVersion: "48213"
      uid: 5f0c0b1e-2f1d-4d5c-9a27-0d3f6b6f7b11
    spec:
      minReadySeconds: 4
      progressDeadlineSeconds: 600
      replicas: 3
      revisionHistoryLimit: 10
      selector:
        matchLabels:
          app: web
      strategy:
        rollingUpdate:
          maxSurge: 25%
          maxUnavailable: 0
        type: RollingUpdate
      template:
        metadata:
          annotations:
            prometheus.io/scrape: "true"
          creationTimestamp: null
          labels:
            app: web
            tier: front
        spec:
          affinity:
            podAntiAffinity:
              preferredDuringSchedulingIgnoredDuringExecution:
              - podAffinityTerm:
                  labelSelector:
                    matchLabels: {app: web}
                  topologyKey: kubernetes.io/hostname
                weight: 100
          automountServiceAccountToken: false
          containers:
          - args:
            - --port=$(PORT)
            - --name=$(POD_NAME)
            command:
            - /usr/local/bin/node
            - server.js
            env:
            - name: PORT
              value: "8080"
            - name: POD_NAME
              valueFrom:
                fieldRef:
                  apiVersion: v1
                  fieldPath: metadata.name
            - name: POD_IP
              valueFrom:
                fieldRef:
                  fieldPath: status.podIP
            - name: TIER
              valueFrom:
                fieldRef:
                  fieldPath: metadata.labels['tier']
            - name: WHERE
              value: $(POD_IP):$(PORT), $$(PORT), $(MISSING)
            - name: DATABASE_URL
              valueFrom:
                secretKeyRef:
                  key: url
                  name: database
            - name: FLAG
              valueFrom:
                configMapKeyRef: {key: flag, name: flags, optional: true}
            envFrom:
            - configMapRef:
                name: web
            image: registry.example.com/web:1.4.2
            imagePullPolicy: IfNotPresent
            lifecycle:
              preStop:
                exec:
                  command: ["/bin/sh", "-c", "sleep 7"]
            livenessProbe:
              failureThreshold: 3
              httpGet:
                httpHeaders:
                - name: X-Probe
                  value: live
                path: /live
                port: admin
                scheme: HTTP
              periodSeconds: 10
              successThreshold: 1
              terminationGracePeriodSeconds: 9
              timeoutSeconds: 1
            name: web
            ports:
            - containerPort: 9090
              name: admin
              protocol: TCP
            - containerPort: 8080
              name: http
              protocol: TCP
            readinessProbe:
              tcpSocket:
                port: http
            resources:
              limits: {cpu: 500m, memory: 256Mi}
              requests: {cpu: 100m, memory: 128Mi}
            securityContext:
              readOnlyRootFilesystem: true
            startupProbe:
              exec:
                command: [cat, /etc/hostname]
              failureThreshold: 30
            terminationMessagePath: /dev/termination-log
            terminationMessagePolicy: File
            tty: false
            volumeMounts:
            - mountPath: /tmp
              name: tmp
            workingDir: /srv
          dnsPolicy: ClusterFirst
          hostNetwork: false
          initContainers:
          - name: migrate
            image: web:1.4.2
          nodeSelector: {kubernetes.io/os: linux}
          priorityClassName: high
          restartPolicy: Always
          schedulerName: default-scheduler
          securityContext: {}
          serviceAccount: web
          serviceAccountName: web
          terminationGracePeriodSeconds: 40
          tolerations:
          - effect: NoSchedule
            key: spot
            operator: Exists
          topologySpreadConstraints: []
          volumes:
          - emptyDir: {}
            name: tmp
    status:
      availableReplicas: 3
      conditions:
      - lastTransitionTime: "2026-11-02T08:15:42Z"
        message: Deployment has minimum availability.
        reason: MinimumReplicasAvailable
        status: "True"
        type: Available
      observedGeneration: 3

    """
}
