import TerminalUI

/// Draws the model; the same model always gives the same cells.
package enum View {
    /// The frame of a model.
    package static func view(_ model: Model) -> CellBuffer { frame(model).cells }

    /// The frame of a model, and what can be seen in it.
    package static func frame(_ model: Model) -> (cells: CellBuffer, attention: Attention) {
        var buffer = CellBuffer(size: model.size, glyphs: model.glyphs)
        guard model.size.width >= Frame.smallest.width, model.size.height >= Frame.smallest.height else {
            let text = "Klamm needs 40×10; this is \(model.size.width)×\(model.size.height)."
            buffer.text(text, x: 0, y: 0, width: model.size.width)
            return (buffer, Attention())
        }
        var model = model
        let visible = Screens.draw(&model, on: &buffer, in: Frame.body(model.size))
        Frame.draw(model, on: &buffer)
        if let popup = model.popup { Popups.draw(popup, model, on: &buffer, in: Frame.body(model.size)) }
        if let open = model.prompt { Suggestions.draw(open, model, on: &buffer) }
        return (buffer, Attention(visible, model))
    }
}
