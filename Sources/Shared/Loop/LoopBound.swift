/// A value that belongs to one loop, made ready to be named elsewhere: only its loop gets at it.
///
/// `@unchecked Sendable`: the value is handed out to a caller that is isolated to the very loop it was made on, and to nobody else.
struct LoopBound<Value>: @unchecked Sendable {
  let loop: EventLoop
  private let value: Value

  init(_ value: Value, on loop: isolated EventLoop) {
    self.loop = loop
    self.value = value
  }

  func get(on loop: isolated EventLoop) -> Value {
    precondition(loop === self.loop, "a value of another loop")
    return value
  }
}
