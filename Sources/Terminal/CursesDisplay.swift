import CNcurses
import Glibc
import TerminalUI

/// The terminal, drawn by ncurses: takes frames and sends what changed. One at a time, used by one thread only.
package final class CursesDisplay {
    package let depth: ColorDepth
    package let glyphs: GlyphSet
    package private(set) var size: Size
    private var theme: Theme
    private var shown: CellBuffer?
    private var looks: [Style: Look] = [:]
    private let input: Int32
    private let colors: Int

    /// Colours and attributes as the C side takes them.
    private struct Look {
        let foreground: Int32
        let background: Int32
        let attributes: Int32
    }

    /// Takes over the terminal.
    ///
    /// - Throws: `TerminalError`, with the terminal as it was.
    package init(_ options: ScreenOptions) throws {
        guard isatty(options.input) else { throw TerminalError.notATerminal("standard input") }
        guard isatty(options.output) else { throw TerminalError.notATerminal("standard output") }
        guard var type = options.type else { throw TerminalError.noTerminalType }
        if let direct = options.directType, cn_has_type(direct, options.output) { type = direct }
        if type == "dumb" { throw TerminalError.notCapable(type) }
        let isUTF8 = cn_use_locale()
        cn_crash_guard(options.input, options.output)
        let isConsole = type.hasPrefix("linux") || type.hasPrefix("vt")
        guard cn_open(type, options.input, options.output, options.wantsColors, options.usesMouse, !isConsole) else {
            cn_crash_unguard()
            throw TerminalError.unknownTerminalType(type)
        }
        guard cn_can_move_cursor() else {
            cn_close()
            cn_crash_unguard()
            throw TerminalError.notCapable(type)
        }
        colors = Int(cn_colors())
        depth = options.depth(colors: colors)
        glyphs = options.glyphs(isUTF8: isUTF8)
        theme = options.theme
        input = options.input
        size = Size(width: 0, height: 0)
        measure()
    }

    /// Gives the terminal back. Must be called before the display goes.
    package func close() {
        cn_close()
        cn_crash_unguard()
    }

    /// Asks the terminal for its size; the next frame is sent whole when it changed.
    package func measure() {
        var width: Int32 = 0
        var height: Int32 = 0
        cn_measure(&width, &height)
        let measured = Size(width: Int(width), height: Int(height))
        if measured != size { shown = nil }
        size = measured
    }

    /// Changes the colours; the next frame is sent whole.
    package func use(_ theme: Theme) {
        self.theme = theme
        looks = [:]
        shown = nil
    }

    /// Sends everything again with the next frame, after something else wrote on the screen.
    package func forget() {
        shown = nil
        cn_forget()
    }

    /// Gives the terminal back while the process is stopped, and takes it again after.
    package func suspend() {
        cn_suspend()
        shown = nil
        measure()
    }

    /// Gives the terminal to a program until it ends.
    ///
    /// - Returns: its exit status; negative when it could not be started.
    package func run(_ arguments: [String]) -> Int32 {
        let copies = arguments.map { strdup($0) }
        defer { for copy in copies { free(copy) } }
        let pointers = copies.map { UnsafePointer($0) } + [nil]
        let status = pointers.withUnsafeBufferPointer { buffer in buffer.baseAddress.map { cn_run($0) } ?? -1 }
        shown = nil
        measure()
        return status
    }

    /// Takes the terminal again after something else stopped and continued the process.
    package func resume() {
        cn_resume()
        shown = nil
        measure()
    }

    /// Puts text into the clipboard of the terminal by OSC 52.
    ///
    /// - Returns: false when the text is longer than terminals accept.
    package func copy(_ text: String) -> Bool {
        guard let sequence = Clipboard.sequence(for: text) else { return false }
        sequence.withUnsafeBufferPointer { bytes in
            guard let base = bytes.baseAddress else { return }
            base.withMemoryRebound(to: CChar.self, capacity: bytes.count) { cn_write($0, Int32(bytes.count)) }
        }
        return true
    }

    /// Rings the terminal's bell, which may be a sound, a flash or a mark on a tab.
    package func ring() { cn_write("\u{7}", 1) }

    /// Shows a frame; cells beyond the terminal are left out.
    package func show(_ frame: CellBuffer) {
        let comparable = shown.flatMap { $0.size == frame.size ? $0 : nil }
        for y in 0..<min(frame.size.height, size.height) {
            for x in 0..<min(frame.size.width, size.width) {
                let cell = frame[x, y]
                if cell.width == 0 || comparable?[x, y] == cell { continue }
                put(cell, x: x, y: y)
            }
        }
        let cursor = frame.cursor.flatMap { Rect(size).contains($0) ? $0 : nil }
        cn_cursor(Int32(cursor?.x ?? -1), Int32(cursor?.y ?? 0))
        cn_flush()
        shown = frame
    }

    /// Whether nothing of the person is waiting any more: the descriptor to poll is this one.
    package var descriptor: Int32 { input }

    private func put(_ cell: Cell, x: Int, y: Int) {
        let look = look(of: cell.style)
        var scalars: (UInt32, UInt32, UInt32, UInt32, UInt32) = (0, 0, 0, 0, 0)
        withUnsafeMutableBytes(of: &scalars) { raw in
            let values = raw.bindMemory(to: UInt32.self)
            var count = 0
            for scalar in cell.character.unicodeScalars where count < values.count {
                values[count] = scalar.value
                count += 1
            }
            guard let base = values.baseAddress else { return }
            cn_put(
                Int32(x), Int32(y), base, Int32(count), Int32(cell.width), look.foreground, look.background,
                look.attributes, !glyphs.isUnicode && glyphs.hasLines)
        }
    }

    private func look(of style: Style) -> Look {
        if let known = looks[style] { return known }
        let appearance = theme.appearance(of: style, depth: depth)
        var attributes = Self.number(appearance.attributes)
        var foreground = number(appearance.foreground)
        var background = number(appearance.background)
        if colors == 8 {
            // Bright letters are bold ones there; bright black would vanish, bright grounds do not exist.
            if foreground > 8 { attributes |= CN_BOLD }
            foreground = foreground == 8 ? 7 : foreground % 8
            background %= 8
        }
        let look = Look(foreground: foreground, background: background, attributes: attributes)
        looks[style] = look
        return look
    }

    private func number(_ color: Color) -> Int32 {
        if case .terminal = color { return CN_DEFAULT }
        // With direct colours only the first eight are the terminal's own; greater numbers are red, green and blue.
        if case .indexed(let index) = color, depth != .trueColor || index < 8 { return Int32(index) }
        guard let (red, green, blue) = color.components else { return CN_DEFAULT }
        return Int32(red) << 16 | Int32(green) << 8 | Int32(blue)
    }

    private static func number(_ attributes: TextAttributes) -> Int32 {
        let bits: [(TextAttributes, Int32)] = [
            (.bold, CN_BOLD), (.dim, CN_DIM), (.underline, CN_UNDERLINE), (.reverse, CN_REVERSE), (.italic, CN_ITALIC),
        ]
        return bits.reduce(0) { attributes.contains($1.0) ? $0 | $1.1 : $0 }
    }
}
