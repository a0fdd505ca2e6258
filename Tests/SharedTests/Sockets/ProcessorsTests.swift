import Libc
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

  #if canImport(Glibc)
    @Test func `only the processors of the affinity are counted`() async {
      let counted = Promise<Int?>()
      BackgroundThread.start {
        let size = MemoryLayout<cpu_set_t>.size
        var set = cpu_set_t()
        sched_getaffinity(0, size, &set)
        withUnsafeMutableBytes(of: &set) { set in
          guard let first = set.firstIndex(where: { $0 != 0 }) else { return }
          for index in set.indices { set[index] &= index == first ? 0 &- set[index] : 0 }
        }
        let isSet = sched_setaffinity(0, size, &set) == 0
        counted.fulfil(isSet ? Processors.affinity() : nil)
      }
      #expect(await counted.wait() == 1)
    }
  #endif

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
