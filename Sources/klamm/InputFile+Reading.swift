import ArgumentParser
import Dashboard
import Glibc

extension InputFile {
    /// What the file at a path, or stdin for `-`, says; what is wrong with it is the command line's fault.
    static func read<Contents>(
        _ path: String, _ parse: ([UInt8], String) throws(Dashboard.Failure) -> Contents
    ) throws -> Contents {
        do {
            return try parse(try path == "-" ? bytes(from: STDIN_FILENO, path) : bytes(path), path)
        } catch {
            throw ValidationError(error.text)
        }
    }
}
