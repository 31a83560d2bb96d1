import ArgumentParser
import Dashboard
import Glibc
import Properties
import TerminalUI

/// Where themes are looked for: the person's own, then those beside the program.
enum Themes {
    /// The theme of a name or a file.
    ///
    /// - Throws: `ValidationError` that says which themes there are, or which line of its file is wrong.
    static func named(_ name: String) throws -> FoundTheme {
        do {
            if let found = try ThemeLibrary(directories: directories).theme(name) { return found }
        } catch {
            throw ValidationError("The theme cannot be read: \(error)")
        }
        throw ValidationError("There is no theme `\(name)`: choose one of \(names.joined(separator: ", ")).")
    }

    /// The theme to show a cluster in: the one chosen for it on the screen, else that of the settings. One that cannot be
    /// read gives way with a warning.
    static func shown(for cluster: String, _ settings: Settings) -> (theme: ThemeInUse, complaints: [PropertiesError]) {
        let (name, key) = settings.theme(of: cluster)
        if let chosen = kept?.theme(of: cluster, insteadOf: name), let found = try? ThemeInUse(chosen) {
            return (found, found.warnings)
        }
        do {
            let found = try ThemeInUse(name)
            return (found, found.warnings)
        } catch {
            return (ThemeInUse.standard, [settings.complaint(key, "\(error)")])
        }
    }

    /// Keeps what was chosen for a cluster on the screen; files by their full path, from wherever they are named.
    static func keep(_ name: String, of cluster: String, _ settings: Settings) {
        var full = name
        if name.contains("/"), let path = realpath(name, nil) {
            full = String(cString: path)
            free(path)
        }
        kept?.keep(full, of: cluster, insteadOf: settings.theme(of: cluster).name)
    }

    /// What was chosen on the screen; nil where nothing can be kept.
    private static var kept: KeptThemes? { Surroundings.stateDirectory.map { KeptThemes(directory: $0) } }

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
        var list: [String] = []
        if let config = Surroundings.configDirectory { list.append(config + "/themes") }
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

/// The theme on the screen, read again when one of its files changes.
struct ThemeInUse: Sendable {
    private let name: String
    private var found: FoundTheme
    private var stamps: [FileStamp?]

    /// - Throws: `ValidationError`, as `Themes.named`.
    init(_ name: String) throws {
        self.init(name, try Themes.named(name))
    }

    private init(_ name: String, _ found: FoundTheme) {
        self.name = name
        self.found = found
        stamps = found.files.map { FileStamp($0) }
    }

    /// The compiled-in theme.
    static let standard = ThemeInUse(Theme.klammDark.name, .standard)

    var theme: Theme { found.theme }
    var warnings: [PropertiesError] { found.warnings }

    /// Whether a file has changed since it was read. Costs a `stat` for each, so that it can be asked several times a
    /// second.
    var hasChanged: Bool { found.files.map { FileStamp($0) } != stamps }

    /// Reads the theme again; one that cannot be read now stays as it was.
    ///
    /// - Throws: `ValidationError`, once for each change.
    mutating func readAgain() throws {
        stamps = found.files.map { FileStamp($0) }
        self = try ThemeInUse(name)
    }
}

/// What tells one state of a file from another without reading it.
private struct FileStamp: Equatable, Sendable {
    private let inode: UInt64
    private let size: Int64
    private let seconds: Int
    private let nanoseconds: Int

    init?(_ path: String) {
        var status = stat()
        guard stat(path, &status) == 0 else { return nil }
        inode = UInt64(status.st_ino)
        size = Int64(status.st_size)
        seconds = status.st_mtim.tv_sec
        nanoseconds = status.st_mtim.tv_nsec
    }
}
