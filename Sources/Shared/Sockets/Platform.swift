// The one file with platform imports. Exported, so that no other file has to ask which system it is on.
#if canImport(Glibc)
  @_exported import Glibc
  @_exported import CLinux
#elseif canImport(Musl)
  @_exported import Musl
  @_exported import CLinux
#elseif canImport(Darwin)
  @_exported import Darwin
#endif
