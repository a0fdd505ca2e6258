// swift-tools-version: 6.2
import PackageDescription

let steps = ["CalcV1", "CalcV2", "CalcV3", "CalcV4", "CalcV5", "CalcV6", "CalcV7"]

let package = Package(
  name: "graceful-shutdown",
  // Task executors and Synchronization; only Linux has been run.
  platforms: [.macOS(.v15)],
  products: [.library(name: "Shared", targets: ["Shared"])]
    + (steps + ["Rehearsal", "Cluster", "Show"]).map { .executable(name: $0, targets: [$0]) },
  targets: [
    // A module map over system headers that Glibc's own module leaves out. No C code.
    .systemLibrary(name: "CLinux"),
    .target(
      name: "Shared", dependencies: [.target(name: "CLinux", condition: .when(platforms: [.linux]))]
    ),
  ]
    + steps.map { .executableTarget(name: $0, dependencies: ["Shared"]) }
    + [
      .target(name: "Comparison", dependencies: ["Shared"]),
      // The page stands in the executables: no file has to be found beside them.
      .target(
        name: "Picture", dependencies: ["Comparison", "Shared"],
        resources: [.embedInCode("Page")]),
    ]
    + [
      // It starts the steps, so building it builds them. No executable is linked into another.
      .executableTarget(
        name: "Rehearsal",
        dependencies: (["Comparison", "Picture", "Shared"] + steps).map { .byName(name: $0) }),
      .executableTarget(name: "Cluster", dependencies: ["Comparison", "Picture", "Shared"]),
      .executableTarget(name: "Show", dependencies: ["Comparison", "Picture", "Shared"]),
    ]
    + [
      // What several test targets use. A test target too, so that no other build compiles it.
      .testTarget(
        name: "TestSupport", dependencies: ["Shared", "Comparison", "Rehearsal"],
        path: "Tests/Support"),
      .testTarget(name: "SharedTests", dependencies: ["Shared", "TestSupport"]),
      .testTarget(
        name: "ComparisonTests", dependencies: ["Comparison", "Shared", "TestSupport"]),
      .testTarget(
        name: "PictureTests", dependencies: ["Picture", "Comparison", "Shared", "TestSupport"]),
      .testTarget(
        name: "RehearsalTests",
        dependencies: (steps + ["Rehearsal", "Comparison", "Shared", "TestSupport"]).map {
          .byName(name: $0)
        }),
      .testTarget(
        name: "ClusterTests",
        dependencies: ["Cluster", "Rehearsal", "Comparison", "Shared", "TestSupport"]),
      .testTarget(name: "ArchitectureTests", dependencies: ["TestSupport"]),
      .testTarget(
        name: "PageTests",
        dependencies: ["Cluster", "Show", "Rehearsal", "Comparison", "Shared", "TestSupport"]),
      .testTarget(
        name: "SlideTests", dependencies: ["Comparison", "Shared", "TestSupport"],
        exclude: ["Diffs"]),
      .testTarget(
        name: "StepTests",
        dependencies: (steps + ["Rehearsal", "Comparison", "Shared", "TestSupport"]).map {
          .byName(name: $0)
        }),
      .testTarget(
        name: "InfluxDBTests",
        dependencies: (steps + ["Rehearsal", "Comparison", "Shared", "TestSupport"]).map {
          .byName(name: $0)
        }),
      .testTarget(
        name: "ScriptTests", dependencies: ["Rehearsal", "Comparison", "Shared", "TestSupport"]),
    ],
  swiftLanguageModes: [.v6],
)
