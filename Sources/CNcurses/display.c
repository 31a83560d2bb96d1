#define _GNU_SOURCE 1
#define _XOPEN_SOURCE_EXTENDED 1
#define NCURSES_WIDECHAR 1
#include "cn_display.h"
#include <curses.h>
#include <errno.h>
#include <langinfo.h>
#include <locale.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <unistd.h>
#include <wchar.h>

// term.h defines macros such as `lines` and `columns`; these three are all that is needed of it.
extern char *tigetstr(const char *);
extern int tigetnum(const char *);
extern int tigetflag(const char *);
struct term;
extern int setupterm(const char *, int, int *);
extern struct term *set_curterm(struct term *);
extern int del_curterm(struct term *);

static SCREEN *screen;
static FILE *screen_output, *screen_input;
static bool uses_paste, uses_mouse, uses_colors, has_default_colors;

// Codes for sequences that terminfo does not name, beyond those of curses.
enum { CODE_PASTE_BEGIN = 4000, CODE_PASTE_END = 4001, CODE_MODIFIED = 4100 };

static const struct { const char *prefix; char final; cn_key key; } modified_keys[] = {
    {"1", 'A', CN_KEY_UP}, {"1", 'B', CN_KEY_DOWN}, {"1", 'D', CN_KEY_LEFT}, {"1", 'C', CN_KEY_RIGHT},
    {"1", 'H', CN_KEY_HOME}, {"1", 'F', CN_KEY_END}, {"5", '~', CN_KEY_PAGE_UP}, {"6", '~', CN_KEY_PAGE_DOWN},
    {"2", '~', CN_KEY_INSERT}, {"3", '~', CN_KEY_DELETE},
};

bool cn_use_locale(void) {
    if (setlocale(LC_CTYPE, "") == NULL) {
        // The named locale is not installed. Its name still says what the terminal understands.
        const char *name = getenv("LC_ALL");
        if (name == NULL || *name == 0) name = getenv("LC_CTYPE");
        if (name == NULL || *name == 0) name = getenv("LANG");
        if (name != NULL && (strcasestr(name, "utf-8") != NULL || strcasestr(name, "utf8") != NULL))
            setlocale(LC_CTYPE, "C.UTF-8");
    }
    return strcmp(nl_langinfo(CODESET), "UTF-8") == 0;
}

static void define_keys(void) {
    define_key("\033[200~", CODE_PASTE_BEGIN);
    define_key("\033[201~", CODE_PASTE_END);
    for (int index = 0; index < (int)(sizeof modified_keys / sizeof *modified_keys); index++)
        for (int modifiers = 1; modifiers <= 7; modifiers++) {
            char sequence[16];
            snprintf(sequence, sizeof sequence, "\033[%s;%d%c", modified_keys[index].prefix, modifiers + 1,
                     modified_keys[index].final);
            define_key(sequence, CODE_MODIFIED + index * 8 + modifiers);
        }
    // Cursor keys in both modes, whatever terminfo says: some terminals ignore the application mode.
    const struct { const char *sequence; int code; } plain[] = {
        {"\033[A", KEY_UP}, {"\033[B", KEY_DOWN}, {"\033[D", KEY_LEFT}, {"\033[C", KEY_RIGHT}, {"\033OA", KEY_UP},
        {"\033OB", KEY_DOWN}, {"\033OD", KEY_LEFT}, {"\033OC", KEY_RIGHT}, {"\033[H", KEY_HOME}, {"\033[F", KEY_END},
        {"\033OH", KEY_HOME}, {"\033OF", KEY_END}, {"\033[1~", KEY_HOME}, {"\033[4~", KEY_END}, {"\033[Z", KEY_BTAB},
    };
    for (size_t index = 0; index < sizeof plain / sizeof *plain; index++)
        define_key(plain[index].sequence, plain[index].code);
}

static void take_mouse_and_paste(void) {
    if (uses_mouse) mousemask(ALL_MOUSE_EVENTS, NULL);
    if (uses_paste) cn_write("\033[?2004h", 8);
}

bool cn_has_type(const char *term, int output) {
    struct term *before = set_curterm(NULL);
    int result;
    bool found = setupterm(term, output, &result) == OK;
    struct term *own = set_curterm(before);
    if (own != NULL) del_curterm(own);
    return found;
}

bool cn_open(const char *term, int input, int output, bool colors, bool mouse, bool bracketed_paste) {
    // 25 ms tell the Esc key from the start of a sequence; the default of a second would be felt.
    set_escdelay(25);
    use_env(FALSE);
    use_tioctl(TRUE);
    int out = dup(output), in = dup(input);
    screen_output = out < 0 ? NULL : fdopen(out, "w");
    screen_input = in < 0 ? NULL : fdopen(in, "r");
    if (screen_output == NULL || screen_input == NULL) return false;
    screen = newterm(term, screen_output, screen_input);
    if (screen == NULL) {
        fclose(screen_output);
        fclose(screen_input);
        return false;
    }
    set_term(screen);
    // Bytes 3 and 26 arrive as keys, so that no signal races with drawing.
    raw();
    noecho();
    nonl();
    keypad(stdscr, TRUE);
    nodelay(stdscr, TRUE);
    scrollok(stdscr, FALSE);
    leaveok(stdscr, FALSE);
    uses_colors = colors && has_colors();
    if (uses_colors) {
        start_color();
        has_default_colors = use_default_colors() == OK;
    }
    define_keys();
    uses_mouse = mouse;
    uses_paste = bracketed_paste;
    mouseinterval(0);
    take_mouse_and_paste();
    curs_set(0);
    return true;
}

void cn_close(void) {
    if (screen == NULL) return;
    if (uses_mouse) mousemask(0, NULL);
    if (uses_paste) cn_write("\033[?2004l", 8);
    curs_set(1);
    endwin();
    delscreen(screen);
    fclose(screen_output);
    fclose(screen_input);
    screen = NULL;
}

int32_t cn_colors(void) { return uses_colors ? COLORS : 0; }

bool cn_can_move_cursor(void) {
    const char *move = tigetstr("cup");
    return move != NULL && move != (char *)-1;
}

void cn_measure(int32_t *width, int32_t *height) {
    struct winsize size;
    if (ioctl(fileno(screen_output), TIOCGWINSZ, &size) == 0 && size.ws_col > 0 && size.ws_row > 0) {
        if (size.ws_row != LINES || size.ws_col != COLS) resizeterm(size.ws_row, size.ws_col);
    }
    *width = COLS;
    *height = LINES;
}

static int pair_of(int32_t foreground, int32_t background) {
    // Without colours alloc_pair has no table to look into and crashes.
    if (!uses_colors) return 0;
    if (!has_default_colors) {
        if (foreground < 0) foreground = COLOR_WHITE;
        if (background < 0) background = COLOR_BLACK;
    }
    int pair = alloc_pair(foreground, background);
    return pair < 0 ? 0 : pair;
}

static const cchar_t *line_sign(uint32_t scalar) {
    switch (scalar) {
    case 0x2500: return WACS_HLINE;
    case 0x2502: return WACS_VLINE;
    case 0x250c: return WACS_ULCORNER;
    case 0x2510: return WACS_URCORNER;
    case 0x2514: return WACS_LLCORNER;
    case 0x2518: return WACS_LRCORNER;
    case 0x251c: return WACS_LTEE;
    case 0x2524: return WACS_RTEE;
    case 0x252c: return WACS_TTEE;
    case 0x2534: return WACS_BTEE;
    case 0x253c: return WACS_PLUS;
    default: return NULL;
    }
}

static attr_t curses_attributes(int32_t attributes) {
    return (attributes & CN_BOLD ? A_BOLD : 0) | (attributes & CN_DIM ? A_DIM : 0) |
           (attributes & CN_UNDERLINE ? A_UNDERLINE : 0) | (attributes & CN_REVERSE ? A_REVERSE : 0) |
           (attributes & CN_ITALIC ? A_ITALIC : 0);
}

void cn_put(int32_t x, int32_t y, const uint32_t *scalars, int32_t count, int32_t width, int32_t foreground,
            int32_t background, int32_t attributes, bool line_drawing) {
    wchar_t text[CCHARW_MAX + 1] = {0};
    int length = count < CCHARW_MAX ? count : CCHARW_MAX;
    for (int index = 0; index < length; index++) text[index] = (wchar_t)scalars[index];
    attr_t attrs = curses_attributes(attributes);
    int pair = pair_of(foreground, background);
    cchar_t cell;
    const cchar_t *line = line_drawing && length == 1 ? line_sign(scalars[0]) : NULL;
    if (line != NULL) {
        wchar_t ignored[CCHARW_MAX + 1];
        attr_t own;
        short short_pair;
        int own_pair;
        getcchar(line, ignored, &own, &short_pair, &own_pair);
        setcchar(&cell, ignored, own | attrs, 0, &pair);
        mvadd_wch(y, x, &cell);
        return;
    }
    if (length == 0 || wcwidth(text[0]) != width) {
        wchar_t replacement[2] = {wcwidth(0xfffd) == 1 ? 0xfffd : L'?', 0};
        setcchar(&cell, replacement, attrs, 0, &pair);
        for (int column = 0; column < width; column++) mvadd_wch(y, x + column, &cell);
        return;
    }
    if (setcchar(&cell, text, attrs, 0, &pair) == OK) mvadd_wch(y, x, &cell);
}

void cn_cursor(int32_t x, int32_t y) {
    curs_set(x < 0 ? 0 : 1);
    if (x >= 0) move(y, x);
}

void cn_flush(void) {
    wnoutrefresh(stdscr);
    doupdate();
}

void cn_forget(void) { clearok(curscr, TRUE); }

static cn_input mouse_input(void) {
    cn_input input = {.kind = CN_NOTHING};
    MEVENT event;
    if (getmouse(&event) != OK) return (cn_input){.kind = CN_KEY, .value = CN_KEY_UNKNOWN};
    input = (cn_input){.kind = CN_MOUSE, .x = event.x, .y = event.y};
    mmask_t state = event.bstate;
    input.modifiers = (state & BUTTON_SHIFT ? CN_SHIFT : 0) | (state & BUTTON_ALT ? CN_ALT : 0) |
                      (state & BUTTON_CTRL ? CN_CONTROL : 0);
    if (state & BUTTON4_PRESSED) {
        input.value = CN_WHEEL_UP;
        return input;
    }
    if (state & BUTTON5_PRESSED) {
        input.value = CN_WHEEL_DOWN;
        return input;
    }
    for (int button = 1; button <= 3; button++) {
        input.number = button;
        if (BUTTON_DOUBLE_CLICK(state, button)) input.value = CN_DOUBLE_CLICK;
        else if (BUTTON_CLICK(state, button)) input.value = CN_CLICK;
        else if (BUTTON_PRESS(state, button)) input.value = CN_PRESS;
        else if (BUTTON_RELEASE(state, button)) input.value = CN_RELEASE;
        else continue;
        return input;
    }
    return (cn_input){.kind = CN_KEY, .value = CN_KEY_UNKNOWN};
}

static cn_input key(cn_key key, int modifiers) {
    return (cn_input){.kind = CN_KEY, .value = key, .modifiers = modifiers};
}

static cn_input named_key(wint_t code) {
    if (code >= CODE_MODIFIED && code < CODE_MODIFIED + 8 * (sizeof modified_keys / sizeof *modified_keys))
        return key(modified_keys[(code - CODE_MODIFIED) / 8].key, (code - CODE_MODIFIED) % 8);
    if (code > KEY_F0 && code <= KEY_F(12))
        return (cn_input){.kind = CN_KEY, .value = CN_KEY_FUNCTION, .number = code - KEY_F0};
    switch (code) {
    case KEY_UP: return key(CN_KEY_UP, 0);
    case KEY_DOWN: return key(CN_KEY_DOWN, 0);
    case KEY_LEFT: return key(CN_KEY_LEFT, 0);
    case KEY_RIGHT: return key(CN_KEY_RIGHT, 0);
    case KEY_SR: return key(CN_KEY_UP, CN_SHIFT);
    case KEY_SF: return key(CN_KEY_DOWN, CN_SHIFT);
    case KEY_SLEFT: return key(CN_KEY_LEFT, CN_SHIFT);
    case KEY_SRIGHT: return key(CN_KEY_RIGHT, CN_SHIFT);
    case KEY_HOME: case KEY_A1: case KEY_FIND: return key(CN_KEY_HOME, 0);
    case KEY_SHOME: return key(CN_KEY_HOME, CN_SHIFT);
    case KEY_END: case KEY_C1: case KEY_SELECT: return key(CN_KEY_END, 0);
    case KEY_SEND: return key(CN_KEY_END, CN_SHIFT);
    case KEY_PPAGE: case KEY_A3: return key(CN_KEY_PAGE_UP, 0);
    case KEY_NPAGE: case KEY_C3: return key(CN_KEY_PAGE_DOWN, 0);
    case KEY_IC: return key(CN_KEY_INSERT, 0);
    case KEY_DC: return key(CN_KEY_DELETE, 0);
    case KEY_SDC: return key(CN_KEY_DELETE, CN_SHIFT);
    case KEY_BACKSPACE: return key(CN_KEY_BACKSPACE, 0);
    case KEY_ENTER: return key(CN_KEY_ENTER, 0);
    case KEY_BTAB: return key(CN_KEY_BACK_TAB, 0);
    case KEY_MOUSE: return mouse_input();
    case CODE_PASTE_BEGIN: return key(CN_KEY_PASTE_BEGIN, 0);
    case CODE_PASTE_END: return key(CN_KEY_PASTE_END, 0);
    default: return key(CN_KEY_UNKNOWN, 0);
    }
}

cn_input cn_read(void) {
    wint_t code;
    switch (get_wch(&code)) {
    case OK: return (cn_input){.kind = CN_CHARACTER, .value = code};
    case KEY_CODE_YES: return named_key(code);
    default: return (cn_input){.kind = CN_NOTHING};
    }
}

static void take_again(void) {
    reset_prog_mode();
    cn_forget();
    refresh();
    curs_set(0);
    take_mouse_and_paste();
}

static void leave(void) {
    if (uses_paste) cn_write("\033[?2004l", 8);
    if (uses_mouse) mousemask(0, NULL);
    curs_set(1);
    def_prog_mode();
    endwin();
}

int32_t cn_run(const char *_Nullable const *_Nonnull arguments) {
    leave();
    // What the keyboard sends meanwhile is for the program that runs.
    const int keyboard[] = {SIGINT, SIGQUIT, SIGTSTP};
    struct sigaction ignore = {.sa_handler = SIG_IGN}, before[3];
    sigset_t standard, none;
    sigemptyset(&standard);
    sigemptyset(&none);
    for (int i = 0; i < 3; i++) {
        sigaction(keyboard[i], &ignore, &before[i]);
        sigaddset(&standard, keyboard[i]);
    }
    posix_spawnattr_t attributes;
    posix_spawnattr_init(&attributes);
    posix_spawnattr_setsigdefault(&attributes, &standard);
    // The threads of the runtime's pools, which start ours, block most signals.
    posix_spawnattr_setsigmask(&attributes, &none);
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK);
    pid_t child;
    int failure = posix_spawnp(&child, arguments[0], NULL, &attributes, (char *const *)arguments, environ);
    posix_spawnattr_destroy(&attributes);
    int status = 0;
    if (failure == 0) {
        while (waitpid(child, &status, 0) < 0 && errno == EINTR) {}
    }
    for (int i = 0; i < 3; i++) sigaction(keyboard[i], &before[i], NULL);
    take_again();
    if (failure != 0) return -failure;
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

void cn_suspend(void) {
    leave();
    struct sigaction standard = {.sa_handler = SIG_DFL}, before;
    // The threads of the runtime's pools, which start ours, block most signals.
    sigset_t stop, mask;
    sigemptyset(&stop);
    sigaddset(&stop, SIGTSTP);
    sigaction(SIGTSTP, &standard, &before);
    pthread_sigmask(SIG_UNBLOCK, &stop, &mask);
    raise(SIGTSTP);
    pthread_sigmask(SIG_SETMASK, &mask, NULL);
    sigaction(SIGTSTP, &before, NULL);
    take_again();
}

void cn_resume(void) {
    endwin();
    take_again();
}

void cn_write(const char *bytes, int32_t count) {
    fflush(screen_output);
    while (count > 0) {
        ssize_t written = write(fileno(screen_output), bytes, (size_t)count);
        if (written <= 0) return;
        bytes += written;
        count -= (int32_t)written;
    }
}
