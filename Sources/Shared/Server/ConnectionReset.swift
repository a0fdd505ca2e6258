/// A handler throws this to reset the connection instead of answering: for servers that inject
/// faults.
package struct ConnectionReset: Error {
  package init() {}
}
