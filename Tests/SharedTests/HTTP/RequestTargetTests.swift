import Testing

@testable import Shared

@Suite struct RequestTargetTests {
  @Test(arguments: [
    ("/", "/", nil), ("/a?", "/a", ""), ("/a?b?c", "/a", "b?c"), ("http://h", "/", nil),
    ("http://h/", "/", nil),
    ("HTTP://h:80/a/b?c=http://x/", "/a/b", "c=http://x/"), ("https://[::1]?q", "/", "q"),
    ("*", "*", nil), ("http://h:", "*", nil),
  ])
  func `a target has a path and a query`(_ target: String, _ path: String, _ query: String?) {
    let method: Shared.Method = path == "*" ? .options : .get
    let request = Request(method, target)
    #expect(request.path == path)
    #expect(request.query == query)
    let parsed = Feed.whole("\(method) \(target) HTTP/1.1\r\nHost: h\r\n\r\n").requests.first
    #expect(parsed?.target == target)
    #expect(parsed?.path == path)
    #expect(parsed?.query == query)
  }

  @Test(arguments: [
    "a", "*", "a:80", "ftp://a/", "http:///", "http://?a", "http://u@h/", "http://h:x/", "http:/a",
    "/a#b", "/\u{7F}", "/é", "?",
  ])
  func `a target in no known form is refused`(_ target: String) {
    #expect(Feed.whole("GET \(target) HTTP/1.1\r\nHost: h\r\n\r\n").statuses == [400])
  }

  @Test func `a target is refused for each octet that is not allowed, wherever it stands`() {
    for length in 1...20 {
      for place in 1...length {
        for octet in UInt8.min...UInt8.max {
          var target = Array("/\(String(repeating: "a", count: length))".utf8)
          target[place] = octet
          let isAllowed = octet > 0x20 && octet < 0x7F && octet != UInt8(ascii: "#")
          let isTarget =
            target.withUnsafeBufferPointer { RequestTarget($0, isOptions: false) } != nil
          if isTarget != isAllowed { Issue.record("\(octet) at \(place) of \(length)") }
        }
      }
    }
  }

  @Test func `exactly the characters of a host are its characters`() {
    let marks = Set("-._~%!$&'()*+,;=".utf8)
    for octet in UInt8.min...UInt8.max {
      let isAlphanumeric =
        (48...57).contains(octet) || (65...90).contains(octet) || (97...122).contains(octet)
      #expect(Authority.isHost(octet) == (isAlphanumeric || marks.contains(octet)), "\(octet)")
    }
  }

  @Test func `CONNECT is not implemented, and wants a host and a port`() {
    #expect(Feed.whole("CONNECT a:443 HTTP/1.1\r\nHost: a\r\n\r\n").statuses == [501])
    #expect(Feed.whole("CONNECT /a HTTP/1.1\r\nHost: a\r\n\r\n").statuses == [400])
    #expect(Feed.whole("CONNECT a HTTP/1.1\r\nHost: a\r\n\r\n").statuses == [400])
  }
}
