/// A value that belongs to one loop, made ready to be named elsewhere: only its loop gets at it.
///
/// `@unchecked Sendable`: the value is handed out to a caller that is isolated to the very loop it
/// was made on, and to nobody else.
public struct LoopBound<Value>: @unchecked Sendable {
  public let loop: EventLoop
  private let value: Value

  public init(_ value: Value, on loop: isolated EventLoop) {
    self.loop = loop
    self.value = value
  }

  /// A value that nobody else has, given to its loop from outside.
  public init(_ value: sending Value, of loop: EventLoop) {
    self.loop = loop
    self.value = value
  }

  public func get(on loop: isolated EventLoop) -> Value {
    precondition(loop === self.loop, "a value of another loop")
    return value
  }
}

extension LoopBound {
  /// Calls `body` with the value, on its loop.
  public func with<Result: Sendable>(_ body: @Sendable (Value, isolated EventLoop) async -> Result)
    async -> Result
  {
    await loop.perform { await body(get(on: $0), $0) }
  }
}

extension EventLoop {
  /// Calls `body` on the loop.
  public func perform<Result: Sendable>(_ body: @Sendable (isolated EventLoop) async -> Result)
    async -> Result
  {
    await body(self)
  }
}
