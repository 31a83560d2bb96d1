#pragma once
#include <stdbool.h>
#include <stdint.h>

/// The terminal through ncurses. Only one is open at a time and all calls come from one thread; curses.h and its macros
/// stay inside this target.

/// A colour: a palette index, 0xRRGGBB when the terminal has direct colour, or CN_DEFAULT.
#define CN_DEFAULT (-1)

/// Attributes of a cell.
#define CN_BOLD 1
#define CN_DIM 2
#define CN_UNDERLINE 4
#define CN_REVERSE 8
#define CN_ITALIC 16

/// What cn_read found.
typedef enum cn_input_kind { CN_NOTHING, CN_CHARACTER, CN_KEY, CN_MOUSE } cn_input_kind;

/// Keys that are no characters. Shift, Alt and Ctrl with cursor keys come as CN_KEY with modifiers.
typedef enum cn_key {
    CN_KEY_UNKNOWN, CN_KEY_UP, CN_KEY_DOWN, CN_KEY_LEFT, CN_KEY_RIGHT, CN_KEY_HOME, CN_KEY_END, CN_KEY_PAGE_UP,
    CN_KEY_PAGE_DOWN, CN_KEY_INSERT, CN_KEY_DELETE, CN_KEY_BACKSPACE, CN_KEY_ENTER, CN_KEY_BACK_TAB, CN_KEY_FUNCTION,
    CN_KEY_PASTE_BEGIN, CN_KEY_PASTE_END,
} cn_key;

#define CN_SHIFT 1
#define CN_ALT 2
#define CN_CONTROL 4

/// What the mouse did.
typedef enum cn_mouse_action { CN_PRESS, CN_RELEASE, CN_CLICK, CN_DOUBLE_CLICK, CN_WHEEL_UP, CN_WHEEL_DOWN } cn_mouse_action;

/// One piece of input.
typedef struct cn_input {
    cn_input_kind kind;
    /// A Unicode scalar (CN_CHARACTER), a cn_key (CN_KEY), or a cn_mouse_action (CN_MOUSE).
    uint32_t value;
    /// The number of a function key, or of a mouse button (1 left, 2 middle, 3 right, 0 none).
    int32_t number;
    int32_t modifiers;
    int32_t x, y;
} cn_input;

/// Sets the locale of the process for characters; true when it is UTF-8.
bool cn_use_locale(void);

/// Whether there is a terminfo entry of this name.
bool cn_has_type(const char *_Nonnull term, int output);

/// Takes over the terminal behind the descriptors. False when its type is unknown.
bool cn_open(const char *_Nonnull term, int input, int output, bool colors, bool mouse, bool bracketed_paste);
/// Gives the terminal back as it was.
void cn_close(void);

/// How many colours the terminal has: 0 for none or none wanted, 16777216 for direct colour.
int32_t cn_colors(void);
/// Whether the terminal can place the cursor, without which nothing can be drawn.
bool cn_can_move_cursor(void);

/// Size as the terminal says now; curses is told when it changed.
void cn_measure(int32_t *_Nonnull width, int32_t *_Nonnull height);

/// Puts one cell: a base scalar with up to four marks, `width` cells wide. A character that the C library thinks has
/// another width is replaced, so that the screen never shifts. `line_drawing` draws box characters by the terminal's
/// alternate character set.
void cn_put(
    int32_t x, int32_t y, const uint32_t *_Nonnull scalars, int32_t count, int32_t width, int32_t foreground,
    int32_t background, int32_t attributes, bool line_drawing);
/// Shows the terminal's cursor at a place, or hides it (x < 0).
void cn_cursor(int32_t x, int32_t y);
/// Sends what changed to the terminal.
void cn_flush(void);
/// Forgets what the terminal shows, so that the next flush sends everything.
void cn_forget(void);

/// The next piece of input that is already there; never waits. Call until it says CN_NOTHING: curses reads ahead, and
/// poll does not see what it holds.
cn_input cn_read(void);

/// Stops the process as Ctrl-Z does, with the terminal given back in between, and takes it again when continued.
void cn_suspend(void);
// Gives the terminal to a program, waits for its end and takes the terminal again. Returns its exit status, or the
// negative error number when it could not be started. `arguments` ends with NULL.
int32_t cn_run(const char *_Nullable const *_Nonnull arguments);
/// Takes the terminal again after something else stopped and continued the process.
void cn_resume(void);

/// Writes bytes to the terminal past curses, for sequences it does not know.
void cn_write(const char *_Nonnull bytes, int32_t count);
