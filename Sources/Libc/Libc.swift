// The C library of the system by one name, for the files that make system calls. A module of its
// own, so that a service that imports Shared does not get the names of the C library with it.
#if canImport(Glibc)
  @_exported import CLinux
  @_exported import Glibc
#elseif canImport(Musl)
  @_exported import CLinux
  @_exported import Musl
#elseif canImport(Darwin)
  @_exported import Darwin
#endif
