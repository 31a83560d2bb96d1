"""A real terminal for a real program: a pty, read by pyte as a terminal would."""
import fcntl
import os
import pty
import re
import select
import signal
import struct
import termios
import time

import pyte


class Display(pyte.Screen):
    """pyte's screen with the two scrolls that it does not know."""

    def scroll_up(self, count=1):
        self._scroll(count, self.index, lambda margins: margins.bottom)

    def scroll_down(self, count=1):
        self._scroll(count, self.reverse_index, lambda margins: margins.top)

    def _scroll(self, count, move, edge):
        x, y = self.cursor.x, self.cursor.y
        self.cursor.y = edge(self.margins or pyte.screens.Margins(0, self.lines - 1))
        for _ in range(count or 1):
            move()
        self.cursor.x, self.cursor.y = x, y


class Stream(pyte.ByteStream):
    csi = {**pyte.ByteStream.csi, "S": "scroll_up", "T": "scroll_down"}
    events = pyte.ByteStream.events | {"scroll_up", "scroll_down"}


class Screen:
    # tmux's terminal, because pyte does not know xterm's "repeat character", which ncurses would use there.
    def __init__(self, command, columns=120, rows=34, term="tmux-256color", environment=None):
        self.columns, self.rows = columns, rows
        self.display = Display(columns, rows)
        self.stream = Stream(self.display)
        self.raw = b""
        env = {**os.environ, "TERM": term, "LANG": "C.UTF-8", **(environment or {})}
        env.pop("LINES", None)
        env.pop("COLUMNS", None)
        self.pid, self.master = pty.fork()
        if self.pid == 0:
            os.execvpe(command[0], command, env)
        self.resize(columns, rows)
        self.status = None

    def resize(self, columns, rows):
        self.columns, self.rows = columns, rows
        self.display.resize(rows, columns)
        fcntl.ioctl(self.master, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))

    def pump(self, seconds=0.05):
        """Takes in what the program writes for `seconds`; False once it has ended."""
        end = time.monotonic() + seconds
        while True:
            left = end - time.monotonic()
            if left <= 0:
                return True
            ready, _, _ = select.select([self.master], [], [], left)
            if not ready:
                return True
            try:
                data = os.read(self.master, 65536)
            except OSError:
                data = b""
            if not data:
                return False
            self.raw = (self.raw + data)[-200000:]
            self.stream.feed(data)

    def text(self):
        return "\n".join(line.rstrip() for line in self.display.display)

    def until(self, what, seconds=15, gone=False):
        """Waits until the text (or a condition on it) shows; fails with the screen as it is."""
        condition = what if callable(what) else (lambda text: what in text)
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            alive = self.pump(0.05)
            if bool(condition(self.text())) != gone:
                return self.text()
            if not alive:
                break
        raise AssertionError(f"not within {seconds} s: {what!r} (gone={gone})\n{self.text()}")

    def keys(self, *keys):
        names = {"Enter": "\r", "Esc": "\x1b", "Tab": "\t", "Up": "\x1b[A", "Down": "\x1b[B", "Right": "\x1b[C",
                 "Left": "\x1b[D", "Backspace": "\x7f", "C-c": "\x03", "C-z": "\x1a", "C-l": "\x0c", "C-u": "\x15",
                 "Space": " "}
        for key in keys:
            os.write(self.master, names.get(key, key).encode())
            self.pump(0.12 if key == "Esc" else 0.04)

    def type(self, text):
        for character in text:
            self.keys(character)

    def colour(self, row, column):
        return self.display.buffer[row][column]

    def canonical(self):
        """Whether the terminal is back in the mode a shell needs."""
        flags = termios.tcgetattr(self.master)[3]
        return bool(flags & termios.ICANON) and bool(flags & termios.ECHO)

    def last_set(self, mode):
        """Whether a private mode of the terminal was last set (h) or reset (l); None when it was never touched."""
        found = re.findall(rb"\x1b\[\?(?:\d+;)*%d(?:;\d+)*([hl])" % mode, self.raw)
        return found[-1].decode() if found else None

    def left(self):
        """What of the terminal the program has not given back."""
        modes = {"alternate screen": (1049, "l"), "cursor": (25, "h"), "mouse": (1000, "l")}
        left = [name for name, (mode, meant) in modes.items() if self.last_set(mode) not in (meant, None)]
        return left if self.canonical() else left + ["raw mode"]

    def end(self, seconds=10):
        """Waits for the program's end and gives its exit code, or minus the signal."""
        limit = time.monotonic() + seconds
        while time.monotonic() < limit:
            self.pump(0.02)
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            if pid:
                # Its last words, up to the end of the terminal.
                while self.pump(0.02) and time.monotonic() < limit:
                    pass
                self.status = os.WEXITSTATUS(status) if os.WIFEXITED(status) else -os.WTERMSIG(status)
                return self.status
        raise AssertionError(f"still running after {seconds} s\n{self.text()}")

    def kill(self, number=signal.SIGKILL):
        try:
            os.kill(self.pid, number)
        except ProcessLookupError:
            pass


def step(name):
    """Says that a step showed what it must."""
    print(f"ok {name}", flush=True)


def frame(screen, text):
    """What every screen must have: health above, screens below it, hints at the end; every line as wide as the screen."""
    lines = screen.display.display
    assert len(lines) == screen.rows, len(lines)
    assert re.search(r"brokers \d/\d", lines[0]), lines[0]
    assert "1 Overview" in lines[1] or "1" in lines[1], lines[1]
    assert "? keys" in lines[-2], lines[-2]
    return text
