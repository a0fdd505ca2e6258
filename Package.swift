// swift-tools-version: 6.2
import PackageDescription

let steps = ["CalcV1", "CalcV2", "CalcV3", "CalcV4", "CalcV5", "CalcV6", "CalcV7"]

let package = Package(
  name: "graceful-shutdown",
  // Task executors and Synchronization; only Linux has been run.
  platforms: [.macOS(.v15)],
  products: [.library(name: "Shared", targets: ["Shared"])]
    + (steps + ["Rehearsal"]).map { .executable(name: $0, targets: [$0]) },
  targets: [
    // A module map over system headers that Glibc's own module leaves out. No C code.
    .systemLibrary(name: "CLinux"),
    .target(
      name: "Shared", dependencies: [.target(name: "CLinux", condition: .when(platforms: [.linux]))]
    ),
  ]
    + steps.map { .executableTarget(name: $0, dependencies: ["Shared"]) }
    + [
      .executableTarget(name: "Rehearsal", dependencies: ["Shared"]),
      .testTarget(name: "SharedTests", dependencies: ["Shared"]),
      .testTarget(
        name: "RehearsalTests",
        dependencies: (steps + ["Rehearsal", "Shared"]).map { .byName(name: $0) }),
      .testTarget(
        name: "SlideTests",
        dependencies: (steps + ["Shared", "Rehearsal"]).map { .byName(name: $0) },
        exclude: ["Diffs"]),
      .testTarget(
        name: "InfluxDBTests",
        dependencies: (steps + ["Shared", "Rehearsal"]).map { .byName(name: $0) }),
      .testTarget(name: "StageTests", dependencies: ["Shared", "Rehearsal"], exclude: ["Support"]),
    ],
  swiftLanguageModes: [.v6],
)
