/// Why a broker cannot run as it is configured, with the way out.
package struct ConfigError: Error, Equatable, CustomStringConvertible {
    package let description: String

    package init(_ description: String) { self.description = description }
}
