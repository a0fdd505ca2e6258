// The one file that imports Foundation, for JSON and files. Exported, so that no other file asks
// which of the two it is.
#if canImport(FoundationEssentials)
  @_exported import FoundationEssentials
#else
  @_exported import Foundation
#endif
