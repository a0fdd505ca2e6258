/// Entries in the order of their due times: a binary heap that knows the place of each entry, so
/// that it can be removed. No clock.
struct Timers<Payload> {
  /// Names one entry, and never another.
  struct ID: Hashable, Sendable {
    fileprivate let slot: Int32
    fileprivate let generation: UInt32
  }

  private struct Entry {
    let due: MonotonicTime
    let order: UInt64
    let slot: Int32
  }

  private struct Slot {
    var place: Int32 = -1
    var generation: UInt32 = 0
    var payload: Payload?
  }

  private var heap: [Entry] = []
  private var slots: [Slot] = []
  private var free: [Int32] = []
  private var order: UInt64 = 0

  var isEmpty: Bool { heap.isEmpty }
  /// How many entries there have been; tells apart those that a later `add` makes.
  var added: UInt64 { order }
  var nextDue: MonotonicTime? { heap.first?.due }

  mutating func add(_ payload: Payload, due: MonotonicTime) -> ID {
    let slot: Int32
    if let reused = free.popLast() {
      slot = reused
    } else {
      slot = Int32(slots.count)
      slots.append(Slot())
    }
    slots[Int(slot)].payload = payload
    order += 1
    heap.append(Entry(due: due, order: order, slot: slot))
    siftUp(heap.count - 1)
    return ID(slot: slot, generation: slots[Int(slot)].generation)
  }

  /// Removes an entry. Nil when it was due before, or removed.
  mutating func remove(_ id: ID) -> Payload? {
    let slot = slots[Int(id.slot)]
    guard slot.generation == id.generation, slot.place >= 0 else { return nil }
    return take(at: Int(slot.place))
  }

  /// Removes the next entry that is due, in the order of due times, then of arrival.
  /// - Parameter number: of entries that are asked for, the first ones that there have been. One
  ///   that was added after them, and is due before, holds up the rest until the next call.
  mutating func popDue(_ now: MonotonicTime, ofFirst number: UInt64 = .max) -> Payload? {
    guard let first = heap.first, first.due <= now, first.order <= number else { return nil }
    return take(at: 0)
  }

  private mutating func take(at place: Int) -> Payload? {
    let slot = Int(heap[place].slot)
    let payload = slots[slot].payload
    slots[slot].payload = nil
    slots[slot].place = -1
    slots[slot].generation &+= 1
    free.append(Int32(slot))
    let last = heap.removeLast()
    if place < heap.count {
      heap[place] = last
      slots[Int(last.slot)].place = Int32(place)
      siftDown(place)
      siftUp(place)
    }
    return payload
  }

  private func precedes(_ left: Entry, _ right: Entry) -> Bool {
    left.due < right.due || (left.due == right.due && left.order < right.order)
  }

  private mutating func siftUp(_ start: Int) {
    let entry = heap[start]
    var place = start
    while place > 0 {
      let parent = (place - 1) / 2
      guard precedes(entry, heap[parent]) else { break }
      put(heap[parent], at: place)
      place = parent
    }
    put(entry, at: place)
  }

  private mutating func siftDown(_ start: Int) {
    let entry = heap[start]
    var place = start
    while true {
      var child = 2 * place + 1
      guard child < heap.count else { break }
      if child + 1 < heap.count, precedes(heap[child + 1], heap[child]) { child += 1 }
      guard precedes(heap[child], entry) else { break }
      put(heap[child], at: place)
      place = child
    }
    put(entry, at: place)
  }

  private mutating func put(_ entry: Entry, at place: Int) {
    heap[place] = entry
    slots[Int(entry.slot)].place = Int32(place)
  }
}
