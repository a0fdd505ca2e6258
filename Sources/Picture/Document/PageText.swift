/// The parts of the page that stand in the executable, and how they become one text.
///
/// The modules are plain JavaScript modules, one file each, which node's test runner imports as
/// they are. In the page they are one module: their `import` lines are left out, `export` is taken
/// from the declarations, and they stand in an order in which each comes after those that it uses.
/// So names at the top of a module are unique over all of them.
enum PageText {
  /// In the order in which they stand in the page.
  static let modules: [(name: String, source: [UInt8])] = [
    ("palette.mjs", PackageResources.palette_mjs),
    ("classes.mjs", PackageResources.classes_mjs),
    ("scale.mjs", PackageResources.scale_mjs),
    ("pods.mjs", PackageResources.pods_mjs),
    ("model.mjs", PackageResources.model_mjs),
    ("hit.mjs", PackageResources.hit_mjs),
    ("address.mjs", PackageResources.address_mjs),
    ("replay.mjs", PackageResources.replay_mjs),
    ("live.mjs", PackageResources.live_mjs),
    ("why.mjs", PackageResources.why_mjs),
    ("beside.mjs", PackageResources.beside_mjs),
    ("canvas-pen.mjs", PackageResources.canvas_pen_mjs),
    ("draw-row.mjs", PackageResources.draw_row_mjs),
    ("draw-why.mjs", PackageResources.draw_why_mjs),
    ("dom.mjs", PackageResources.dom_mjs),
    ("legend.mjs", PackageResources.legend_mjs),
    ("tables.mjs", PackageResources.tables_mjs),
    ("hall-view.mjs", PackageResources.hall_view_mjs),
    ("row-view.mjs", PackageResources.row_view_mjs),
    ("why-view.mjs", PackageResources.why_view_mjs),
    ("beside-view.mjs", PackageResources.beside_view_mjs),
    ("main.mjs", PackageResources.main_mjs),
  ]

  /// The whole page.
  /// - Parameters:
  ///   - data: JSON.
  ///   - nonce: a word that no data can know; only script and style that bear it are run.
  static func page(data: [UInt8], nonce: String, policy: String) -> [UInt8] {
    let script = modules.map { joined(text($0.source)) }.joined(separator: "\n")
    let values: [String: [UInt8]] = [
      "policy": Array(policy.utf8), "nonce": Array(nonce.utf8), "style": PackageResources.page_css,
      "script": Array(script.utf8), "data": harmless(data),
    ]
    return fill(text(PackageResources.page_html), values)
  }

  /// Nothing is loaded or sent, and only this page's own script and style are run.
  /// - Parameter connects: whether it may ask the server that it came from.
  static func policy(nonce: String, connects: Bool = false) -> String {
    "default-src 'none'; script-src 'nonce-\(nonce)'; style-src 'nonce-\(nonce)'; img-src data:; "
      + (connects ? "connect-src 'self'; " : "") + "base-uri 'none'; form-action 'none'"
  }

  /// A module as a part of the one script.
  static func joined(_ module: String) -> String {
    module.split(separator: "\n", omittingEmptySubsequences: false).compactMap { line in
      if line.hasPrefix("import ") { return nil }
      return line.hasPrefix("export ") ? String(line.dropFirst("export ".count)) : String(line)
    }.joined(separator: "\n")
  }

  /// JSON in which no markup can begin: `<` stands in strings only, and has another spelling there.
  static func harmless(_ json: [UInt8]) -> [UInt8] {
    var result: [UInt8] = []
    result.reserveCapacity(json.count)
    for byte in json {
      if byte == UInt8(ascii: "<") { result += Array(#"\u003c"#.utf8) } else { result.append(byte) }
    }
    return result
  }

  /// Puts values in place of `{{name}}`; what a value holds is not looked at again.
  private static func fill(_ template: String, _ values: [String: [UInt8]]) -> [UInt8] {
    var result: [UInt8] = []
    for (index, part) in template.split(separator: "{{", omittingEmptySubsequences: false)
      .enumerated()
    {
      guard index > 0, let end = part.firstRange(of: "}}") else {
        result += Array(part.utf8)
        continue
      }
      result += values[String(part[..<end.lowerBound])] ?? []
      result += Array(part[end.upperBound...].utf8)
    }
    return result
  }

  private static func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }
}
