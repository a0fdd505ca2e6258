public struct ServerOptions: Sendable { public init() {} }
