/// A value that belongs to one loop, in a box that may be passed to any thread: only code on the
/// loop can open it.
///
/// `@unchecked Sendable`: `get` returns the value to callers that are isolated to the loop on which
/// it was made, and to no others.
package struct LoopBound<Value>: @unchecked Sendable {
  /// The loop that the value belongs to.
  package let loop: EventLoop
  private let value: Value

  /// A value of the loop that makes the box.
  package init(_ value: Value, on loop: isolated EventLoop) {
    self.loop = loop
    self.value = value
  }

  /// A value to which there is no other reference, given to a loop from another thread.
  package init(_ value: sending Value, of loop: EventLoop) {
    self.loop = loop
    self.value = value
  }

  /// The value. A precondition: `loop` is the value's.
  package func get(on loop: isolated EventLoop) -> Value {
    precondition(loop === self.loop, "a value of another loop")
    return value
  }
}

extension LoopBound {
  /// Calls `body` with the value, on its loop.
  package func with<Result: Sendable>(_ body: @Sendable (Value, isolated EventLoop) async -> Result)
    async -> Result
  {
    await loop.perform { await body(get(on: $0), $0) }
  }

  /// Calls `body` with the value, on its loop, after what was posted before it.
  func post(_ body: @escaping @Sendable (Value, isolated EventLoop) -> Void) {
    loop.executor.post { body(get(on: $0), $0) }
  }
}

extension EventLoop {
  /// Calls `body` on the loop.
  package func perform<Result: Sendable>(_ body: @Sendable (isolated EventLoop) async -> Result)
    async -> Result
  {
    await body(self)
  }
}
