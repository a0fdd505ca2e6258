import Testing

@testable import Shared

@Suite struct ProcessorsTests {
  @Test(arguments: [
    ("max 100000\n", nil), ("100000 100000\n", 1), ("150000 100000\n", 2), ("50000 100000\n", 1),
    ("1000 100000", 1), ("-1\n 100000\n", nil), ("", nil), (" ", nil), ("200000 100000 1", nil),
  ])
  func `a quota is rounded up to whole processors`(text: String, quota: Int?) {
    #expect(Processors.quota(text) == quota)
  }

  @Test(arguments: [
    ("Name:\tcalc\nCpus_allowed_list:\t0-3,8\nMems_allowed:\t1\n", 5),
    ("Cpus_allowed_list:\t7\n", 1), ("Cpus_allowed_list:\t0,2,4\n", 3),
    ("Cpus_allowed_list:\t\n", nil), ("Cpus_allowed_list:\tx\n", nil), ("", nil),
  ])
  func `the processors of the affinity are counted`(status: String, count: Int?) {
    #expect(Processors.affinity(status) == count)
  }

  @Test func `a cgroup's quota may stand in its folder or above`() {
    #expect(
      Processors.folders("0::/pods/a\n") == [
        "/sys/fs/cgroup/pods/a", "/sys/fs/cgroup/pods", "/sys/fs/cgroup",
      ])
    #expect(
      Processors.folders("5:memory:/a\n4:cpu,cpuacct:/b\nnonsense\n") == [
        "/sys/fs/cgroup/cpu/b", "/sys/fs/cgroup/cpu",
      ])
  }

  @Test func `this process may use one at least, and no more than there are`() {
    #expect((1...Platform.cores).contains(Processors.usable))
  }
}
