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

  @Test func `CONNECT is not implemented, and wants a host and a port`() {
    #expect(Feed.whole("CONNECT a:443 HTTP/1.1\r\nHost: a\r\n\r\n").statuses == [501])
    #expect(Feed.whole("CONNECT /a HTTP/1.1\r\nHost: a\r\n\r\n").statuses == [400])
    #expect(Feed.whole("CONNECT a HTTP/1.1\r\nHost: a\r\n\r\n").statuses == [400])
  }
}
