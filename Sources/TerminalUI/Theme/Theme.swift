/// The colours of all roles.
///
/// Built from properties by `ThemeReader`; a role a theme does not know falls back along its dots, then to `text`.
package struct Theme: Equatable, Sendable {
    /// A colour by name, so that a theme that only changes the palette recolours the roles it inherits.
    enum Ink: Hashable, Sendable {
        case palette(String)
        case color(Color)
    }

    /// What one line of a theme says about a role.
    struct Paint: Hashable, Sendable {
        var foreground: Ink?
        var background: Ink?
        var attributes: TextAttributes?
    }

    package var name: String
    var palette: [String: Color]
    /// For truecolor and 256 colours, by the name of the role.
    var paints: [String: Paint]
    /// For 16 colours; roles left out look like `text`. When there are none at all, `paints` are rounded.
    var paints16: [String: Paint]
    /// Attributes for terminals without colours.
    var mono: [String: TextAttributes]

    init(name: String) {
        self.name = name
        palette = [:]
        paints = [:]
        paints16 = [:]
        mono = [:]
    }

    /// How a style looks on a terminal of this depth.
    package func appearance(of style: Style, depth: ColorDepth) -> Appearance {
        if depth == .mono {
            let surface = style.surface.map { monoAttributes($0) } ?? []
            return Appearance(attributes: monoAttributes(style.role).union(surface))
        }
        var look = appearance(of: style.role, depth: depth)
        guard let surface = style.surface else { return look }
        let ground = paint(of: surface, depth: depth)
        let own = paint(of: style.role, depth: depth)
        if own.background == nil || style.role == .background || style.role == .text,
            let color = color(ground.background)
        {
            look.background = color.reduced(to: depth)
        }
        // With 16 colours most pairs are unreadable, so the surface decides about the letters too.
        let decides = depth == .colors16 && own.background == nil
        if decides || style.role == .text || style.role == surface, let color = color(ground.foreground) {
            look.foreground = color.reduced(to: depth)
        }
        look.attributes.formUnion(ground.attributes ?? [])
        return look
    }

    private func appearance(of role: Role, depth: ColorDepth) -> Appearance {
        let own = paint(of: role, depth: depth)
        let text = paint(of: .text, depth: depth)
        let ground = paint(of: .background, depth: depth)
        return Appearance(
            foreground: (color(own.foreground) ?? color(text.foreground) ?? .terminal).reduced(to: depth),
            background: (color(own.background) ?? color(ground.background) ?? .terminal).reduced(to: depth),
            attributes: own.attributes ?? [])
    }

    private func color(_ ink: Ink?) -> Color? {
        switch ink {
        case .color(let color): color
        case .palette(let name): palette[name]
        case nil: nil
        }
    }

    /// The role's own paint, or that of the nearest name above it on the way along the dots.
    private func paint(of role: Role, depth: ColorDepth) -> Paint {
        if depth == .colors16, !paints16.isEmpty {
            return Self.nearest(role.rawValue, in: paints16) ?? paints16[Role.text.rawValue] ?? Paint()
        }
        return Self.nearest(role.rawValue, in: paints) ?? Paint()
    }

    private func monoAttributes(_ role: Role) -> TextAttributes {
        Self.nearest(role.rawValue, in: mono) ?? []
    }

    private static func nearest<Value>(_ name: String, in values: [String: Value]) -> Value? {
        var name = name
        while true {
            if let value = values[name] { return value }
            guard let dot = name.lastIndex(of: ".") else { return nil }
            name = String(name[..<dot])
        }
    }
}
