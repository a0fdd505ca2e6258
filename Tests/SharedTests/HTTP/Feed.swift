@testable import Shared

/// What a parser makes of wire text, in a form that can be compared.
struct Outcome: Equatable {
  struct Seen: Equatable {
    let method: String
    let target: String
    let path: String
    let query: String?
    let version: Version
    let fields: Fields
    let trailers: Fields
    let body: String

    init(_ request: Request) {
      method = request.method.name
      target = request.target
      path = request.path
      query = request.query
      version = request.version
      fields = request.fields
      trailers = request.trailers
      body = String(decoding: request.body, as: UTF8.self)
    }
  }

  var requests: [Seen] = []
  var refusal: RequestError?
  /// At the end.
  var hasPartial = false
  var continues = 0

  var statuses: [Int] { requests.map { _ in 200 } + (refusal.map { [$0.status.code] } ?? []) }
}

/// Feeds a parser with pieces, taking all that is complete after each.
enum Feed {
  static func pieces(_ pieces: [[UInt8]], limits: Limits = Limits()) -> Outcome {
    var parser = RequestParser(limits: limits)
    var outcome = Outcome()
    pieces: for piece in pieces {
      piece.withUnsafeBytes { parser.append($0) }
      while true {
        do {
          switch try parser.next() {
          case .needsMore: continue pieces
          case .continueExpected: outcome.continues += 1
          case .request(let request): outcome.requests.append(Outcome.Seen(request))
          }
        } catch {
          outcome.refusal = error
          break pieces
        }
      }
    }
    outcome.hasPartial = parser.hasPartial
    return outcome
  }

  static func whole(_ text: String, limits: Limits = Limits()) -> Outcome {
    pieces([Array(text.utf8)], limits: limits)
  }

  static func byteByByte(_ bytes: [UInt8], limits: Limits = Limits()) -> Outcome {
    pieces(bytes.map { [$0] }, limits: limits)
  }

  static func split(_ bytes: [UInt8], at index: Int, limits: Limits = Limits()) -> Outcome {
    pieces([Array(bytes[..<index]), Array(bytes[index...])], limits: limits)
  }
}
