// swift-tools-version: 6.2
import PackageDescription

/// `make fuzz` builds the fuzzer in place of the tests: it needs a sanitizer's library.
let isFuzzing = Context.environment["FUZZ"] == "1"
/// `make test only=shared` builds the library and its tests alone: what threads race for is there,
/// and a sanitizer makes all else slow.
let isSharedOnly = Context.environment["ONLY_SHARED"] == "1"
let steps = ["CalcV1", "CalcV2", "CalcV3", "CalcV4", "CalcV5", "CalcV6", "CalcV7"]

let sharedTests: [Target] = [
  // What several test targets use. A test target too, so that no other build compiles it.
  .testTarget(
    name: "TestSupport",
    dependencies: (["Libc", "Shared", "Comparison"] + (isSharedOnly ? [] : ["Rehearsal"])).map {
      .byName(name: $0)
    },
    path: "Tests/Support", exclude: isSharedOnly ? ["Processes"] : []),
  .testTarget(
    name: "SharedTests", dependencies: ["Comparison", "Libc", "Shared", "TestSupport"]),
]

let tests: [Target] = [
  .testTarget(
    name: "ComparisonTests", dependencies: ["Comparison", "Libc", "Shared", "TestSupport"]),
  .testTarget(
    name: "PictureTests", dependencies: ["Picture", "Comparison", "Libc", "Shared", "TestSupport"]),
  .testTarget(
    name: "RehearsalTests",
    dependencies: (steps + [
      "Comparison", "FlawedServer", "Libc", "Rehearsal", "Shared", "TestSupport",
    ]).map { .byName(name: $0) }),
  .testTarget(
    name: "ClusterTests",
    dependencies: ["Cluster", "Rehearsal", "Comparison", "Libc", "Shared", "TestSupport"]),
  // A server with one flaw at a time, as a process: what the check is tried on.
  .executableTarget(
    name: "FlawedServer", dependencies: ["Libc", "Shared"], path: "Tests/FlawedServer"),
  .testTarget(
    name: "DrainCheckTests",
    dependencies: (steps + [
      "Comparison", "DrainCheck", "FlawedServer", "Libc", "Rehearsal", "Shared", "TestSupport",
    ]).map { .byName(name: $0) }),
  .testTarget(name: "ArchitectureTests", dependencies: ["Libc", "TestSupport"]),
  .testTarget(
    name: "PageTests",
    dependencies: ["Cluster", "Show", "Rehearsal", "Comparison", "Libc", "Shared", "TestSupport"]),
  .testTarget(
    name: "SlideTests", dependencies: ["Comparison", "Libc", "Shared", "TestSupport"],
    exclude: ["Diffs"]),
  .testTarget(
    name: "StepTests",
    dependencies: (steps + ["Rehearsal", "Comparison", "Libc", "Shared", "TestSupport"]).map {
      .byName(name: $0)
    }),
  .testTarget(
    name: "InfluxDBTests",
    dependencies: (steps + ["Rehearsal", "Comparison", "Libc", "Shared", "TestSupport"]).map {
      .byName(name: $0)
    }),
  .testTarget(
    name: "ScriptTests",
    dependencies: ["Rehearsal", "Comparison", "Libc", "Shared", "TestSupport"]),
  .testTarget(
    name: "FuzzTests",
    dependencies: ["Cluster", "Rehearsal", "Comparison", "Libc", "Shared", "TestSupport"],
    exclude: ["Fuzzer"]),
]

// An executable is not linked into another one, so the fuzzer takes what is in them as libraries.
let fuzzer: [Target] = [
  .target(
    name: "Rehearsal", dependencies: ["Comparison", "DrainCheck", "Libc", "Picture", "Shared"],
    exclude: ["main.swift"]),
  .target(
    name: "Cluster", dependencies: ["Comparison", "Libc", "Picture", "Shared"],
    exclude: ["main.swift"]),
  .executableTarget(
    name: "Fuzz", dependencies: ["Cluster", "Rehearsal", "Comparison", "Libc", "Shared"],
    path: "Tests/FuzzTests", exclude: ["CorpusTests.swift", "Mutation.swift"]),
]

let programs: [Target] = [
  // It starts the steps, so building it builds them. No executable is linked into another.
  .executableTarget(
    name: "Rehearsal",
    dependencies: (["Comparison", "DrainCheck", "Libc", "Picture", "Shared"] + steps).map {
      .byName(name: $0)
    }),
  .executableTarget(name: "Cluster", dependencies: ["Comparison", "Libc", "Picture", "Shared"]),
  .executableTarget(name: "Show", dependencies: ["Comparison", "Libc", "Picture", "Shared"]),
]

let beyondShared: [Target] =
  steps.map { .executableTarget(name: $0, dependencies: ["Shared"]) }
  + [
    .target(name: "DrainCheck", dependencies: ["Comparison", "Libc", "Shared"]),
    // The page stands in the executables: no file has to be found beside them.
    .target(
      name: "Picture", dependencies: ["Comparison", "Shared"],
      resources: [.embedInCode("Page")]),
  ] + (isFuzzing ? fuzzer : programs + sharedTests + tests)

let package = Package(
  name: "graceful-shutdown",
  // Task executors and Synchronization; only Linux has been run.
  platforms: [.macOS(.v15)],
  products: [.library(name: "Shared", targets: ["Shared"])]
    + (isSharedOnly ? [] : steps + (isFuzzing ? ["Fuzz"] : ["Rehearsal", "Cluster", "Show"])).map {
      .executable(name: $0, targets: [$0])
    },
  targets: [
    // A module map over system headers that Glibc's own module leaves out. No C code.
    .systemLibrary(name: "CLinux"),
    .target(
      name: "Libc", dependencies: [.target(name: "CLinux", condition: .when(platforms: [.linux]))]),
    .target(name: "Shared", dependencies: ["Libc"]),
    .target(name: "Comparison", dependencies: ["Libc", "Shared"]),
  ] + (isSharedOnly ? sharedTests : beyondShared),
  swiftLanguageModes: [.v6],
)
