@testable import Shared

/// The chunked decoder: however the bytes are split, the result is the same; what is encoded in any
/// chunks comes out as it was; and no more is kept than the limit of a body.
enum ChunkedProperty {
  private enum Result: Equatable {
    case body([UInt8], trailers: Fields, left: Int)
    case needsMore
    case refused(RequestError)
  }

  private static let limits: Limits = {
    var limits = Limits()
    limits.body = 4096
    return limits
  }()

  static func violation(_ bytes: [UInt8]) -> String? {
    let whole = decode([bytes[...]])
    let split = decode(bytes.pieces)
    switch (whole, split) {
    // What follows the body may not have been fed yet.
    case (.body(let one, let first, _), .body(let other, let second, _)):
      if one != other || first != second { return "split: \(split), whole: \(whole)" }
    case _ where split != whole: return "split: \(split), whole: \(whole)"
    default: break
    }
    var input = FuzzInput(bytes)
    var content: [UInt8] = []
    let wire = [UInt8](capacity: 8 * 256 + 9 * ResponseEncoder.smallRoom) { wire in
      for _ in 0..<input.number(below: 8) {
        let piece = input.bytes(input.number(below: 256))
        ResponseEncoder.appendChunk(piece, to: &wire)
        content += piece
      }
      ResponseEncoder.appendLastChunk(to: &wire)
    }
    let read = decode(wire.pieces)
    return read == .body(content, trailers: Fields(), left: 0) ? nil : "\(content) is \(read)"
  }

  private static func decode(_ pieces: [ArraySlice<UInt8>]) -> Result {
    var decoder = ChunkedDecoder(limits: limits, section: FieldSection(limits: limits))
    var buffer = InputBuffer()
    for piece in pieces {
      piece.withUnsafeBytes { buffer.append($0) }
      do throws(RequestError) {
        let isComplete = try decoder.read(&buffer)
        precondition(decoder.content.count <= limits.body, "more than the limit is kept")
        if isComplete {
          return .body(decoder.content, trailers: decoder.trailers, left: buffer.count)
        }
      } catch {
        return .refused(error)
      }
    }
    return .needsMore
  }
}
