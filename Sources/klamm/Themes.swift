import Dashboard
import Glibc
import TerminalUI

/// Where themes are looked for: the person's own, then those beside the program.
enum Themes {
    private static let library = ThemeLibrary(directories: directories)

    static func named(_ name: String) -> Theme? { library.theme(name) }

    /// Names of all themes found.
    static var names: [String] {
        var found: Set<String> = [Theme.klammDark.name]
        for directory in directories {
            guard let stream = opendir(directory) else { continue }
            defer { closedir(stream) }
            while let entry = readdir(stream) {
                let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                    pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
                }
                if name.hasSuffix(".properties") { found.insert(String(name.dropLast(11))) }
            }
        }
        return found.sorted()
    }

    private static var directories: [String] {
        let variables = Surroundings.variables
        var list: [String] = []
        if let config = variables["XDG_CONFIG_HOME"] ?? variables["HOME"].map({ $0 + "/.config" }) {
            list.append(config + "/klamm/themes")
        }
        if let program = executable?.split(separator: "/").dropLast() {
            let place = "/" + program.joined(separator: "/")
            list += ["\(place)/themes", "\(place)/../share/klamm/themes"]
            // A build keeps the program three directories below the themes.
            for up in ["/../..", "/../../.."] { list.append(place + up + "/themes") }
        }
        return list
    }

    private static var executable: String? {
        var buffer = [CChar](repeating: 0, count: 4_096)
        let count = readlink("/proc/self/exe", &buffer, buffer.count - 1)
        guard count > 0 else { return nil }
        return String(decoding: buffer.prefix(count).map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}
