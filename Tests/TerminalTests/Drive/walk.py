"""The whole way through the real screen: walk.py KLAMM CLUSTER_DIR

Starts `klamm --demo`, visits every screen, makes a topic, tails it while kcat produces, kills and restarts a broker,
moves a topic, resets a group's offsets, resizes, ends other dashboards by signals, and quits. Prints `ok step` for each
step that showed what it must.
"""
import json
import os
import re
import signal
import subprocess
import sys
import time

from screen import Screen, frame, step

klamm, directory = sys.argv[1:3]
screen = Screen([klamm, "--demo", "--cluster-dir", directory, "--port", "0"])


def open_screen(key, *words):
    screen.keys("Esc")
    # On a busy machine the program may read both keys at once, and then they are Alt and a key.
    screen.pump(0.3)
    screen.keys(key)
    for word in words:
        frame(screen, screen.until(word, 20))


def cursor_to(name):
    """Goes down from the first row to the one of a name. A key counts only once the screen shows what it did."""
    screen.keys("g")
    screen.pump(0.5)
    for _ in range(10):
        if re.search(rf"▌.{{0,3}}{name}", screen.text()):
            return
        screen.keys("Down")
        screen.pump(0.5)
    raise AssertionError(f"no row {name}\n{screen.text()}")


def command(text):
    screen.keys(":")
    screen.type(text)
    screen.keys("Enter")


def bootstrap():
    out = subprocess.run([klamm, "cluster", "status", "--cluster-dir", directory, "--output", "json"],
                         capture_output=True, text=True, timeout=30).stdout
    return re.search(r'"bootstrapServers"\s*:\s*"([^"]+)"', out).group(1)


def start():
    screen.until("brokers 3/3", 30)
    screen.until("notification-push", 60)
    screen.until("no problem", 60)
    step("start")


def every_screen():
    open_screen("2", "HOST:PORT", "127.0.0.1")
    open_screen("3", "post-events", "MESSAGES")
    open_screen("4", "REPLICAS", "ISR", "L1")
    screen.keys("Tab")
    frame(screen, screen.until("post-events", 10))
    open_screen("5", "notification-store", "notification-push", "STATE")
    open_screen("6", "post-events")
    open_screen("7", "No partition is moving")
    open_screen("8", "newest first", "created")
    open_screen("9", "leader", "voter", "follower")
    open_screen("1", "Health", "Rates")
    screen.keys("?")
    screen.until("Keys of Overview", 10)
    screen.keys("Esc")
    step("every_screen")


def create_topic():
    open_screen("3", "post-events")
    screen.keys("N")
    screen.until("New topic", 10)
    screen.type("walked")
    screen.keys("Enter")
    screen.until("klamm topics create walked", 10)
    screen.keys("y")
    screen.keys("Esc", "Esc")
    screen.until(lambda text: re.search(r"walked\s+6\s+3", text), 20)
    step("create_topic")


def change_config():
    open_screen("3", "walked")
    cursor_to("walked")
    screen.keys("E")
    screen.until("modified first", 10)
    screen.keys("/")
    screen.type("segment.ms")
    screen.keys("Enter")
    screen.until(lambda text: re.search(r"segment.ms\s+7 d\s+default\s+7 d", text), 10)
    screen.keys("E")
    screen.until("Change segment.ms of walked", 10)
    screen.keys("C-u")
    screen.type("1 h")
    screen.until("broker says: ok", 10)
    screen.keys("Enter")
    screen.until("klamm configs alter", 10)
    screen.keys("y")
    frame(screen, screen.until(lambda text: re.search(r"segment.ms\s+1 h\s+dynamic topic\s+7 d", text), 10))
    screen.keys("Esc", "Esc")
    step("change_config")


def tail():
    command("topics")
    screen.until("walked", 10)
    cursor_to("walked")
    screen.keys("m")
    screen.until("walked", 10)
    screen.pump(1)
    for number in range(20):
        subprocess.run(["kcat", "-P", "-b", bootstrap(), "-t", "walked", "-K:"], timeout=30, check=True,
                       input=f"key-{number}:message number {number}\n", text=True)
        screen.pump(0.1)
        if f"message number {number}" in screen.text():
            break
    frame(screen, screen.until("message number", 10))
    screen.keys("Enter")
    screen.until("offset", 10)
    screen.keys("Esc")
    step("tail")


def kill_and_restart():
    open_screen("2", "127.0.0.1")
    screen.keys("K")
    screen.until("SIGKILL", 10)
    screen.keys("y")
    screen.until("DOWN", 10)
    screen.until("brokers 2/3", 10)
    open_screen("4", "REPLICAS")
    frame(screen, screen.until("✕", 15))
    open_screen("8", "incident")
    screen.until("ISR shrank", 20)
    open_screen("2", "DOWN")
    screen.keys("U")
    screen.until(lambda text: "start" in text.lower(), 10)
    screen.keys("y")
    screen.until("brokers 3/3", 30)
    screen.until("URP 0", 60)
    open_screen("1", "non-preferred leaders")
    screen.keys("L")
    screen.until("Elect preferred leaders", 10)
    screen.keys("y")
    screen.until(lambda text: re.search(r"non-preferred leaders\s+0\s", text), 30)
    step("kill_and_restart")


def reassign():
    subprocess.run([klamm, "cluster", "add-broker", "--cluster-dir", directory], check=True, timeout=60,
                   capture_output=True)
    screen.until("brokers 4/4", 30)
    open_screen("2", "127.0.0.1")
    open_screen("3", "walked")
    cursor_to("walked")
    screen.keys("R")
    screen.until("6 partitions chosen", 10)
    screen.keys("Enter")
    screen.until("spread evenly", 10)
    screen.keys("Enter")
    screen.until("BEFORE", 10)
    screen.keys("Enter")
    screen.until("[ 4 throttle ]", 10)
    screen.keys("Enter")
    screen.until(lambda text: re.search(r"Move \d+ partitions\?", text), 10)
    screen.keys("y")
    described = ["topics", "describe", "walked", "--cluster-dir", directory]
    end = time.monotonic() + 60
    while time.monotonic() < end:
        screen.pump(0.3)
        out = subprocess.run([klamm, *described], capture_output=True, text=True, timeout=30).stdout
        if re.search(r"\b4\b", out) and "adding" not in out:
            break
    assert re.search(r"\b4\b", out), out
    screen.keys("Esc", "Esc")
    open_screen("4", "REPLICAS")
    frame(screen, screen.until(lambda text: re.search(r"walked.*[L●]4", text), 20))
    screen.until("URP 0", 30)
    open_screen("7", "No partition is moving")
    step("reassign")


def reset_offsets():
    subprocess.run(["kcat", "-G", "walk-group", "-b", bootstrap(), "-X", "auto.offset.reset=earliest", "-e", "-q",
                    "walked"], timeout=60, check=True, capture_output=True)
    open_screen("5", "walk-group")
    cursor_to("walk-group")
    screen.until(lambda text: re.search(r"walk-group\s+empty", text), 30)
    screen.keys("O")
    screen.until("Reset offsets of walk-group", 10)
    screen.keys("Enter")
    screen.until("Type the group name", 10)
    screen.type("walk-group")
    screen.keys("Enter")
    screen.keys("Esc", "Esc")
    drawn = r"walk-group\s+empty\s+classic\s+0\s+1\s+([1-9]\d*)"
    text = screen.until(lambda text: re.search(drawn, text), 20)
    out = subprocess.run([klamm, "groups", "describe", "walk-group", "--bootstrap-server", bootstrap(), "--output",
                          "json"], capture_output=True, text=True, timeout=30).stdout
    lags = [partition["lag"] for partition in json.loads(out)]
    assert int(re.search(drawn, screen.text()).group(1)) == sum(lags), f"{lags} as told, drawn is\n{text}"
    step("reset_offsets")


def resize():
    for columns, rows in [(80, 24), (200, 60), (60, 20), (40, 10), (30, 6), (120, 34)]:
        screen.resize(columns, rows)
        screen.until(lambda text: text.strip(), 5)
        screen.pump(0.4)
        if columns >= 80:
            screen.until("brokers", 10)
            frame(screen, screen.text())
    open_screen("1", "Health")
    # A busy program sees only the last of a size and back, and the terminal has lost what the other could not hold.
    screen.display.erase_in_display(2)
    os.kill(screen.pid, signal.SIGWINCH)
    screen.until("Health", 10)
    frame(screen, screen.until("klamm ▸", 10))
    step("resize")


def signals():
    """Whatever ends it, the shell has its terminal back, and is told what it was."""
    ends = {signal.SIGABRT: -6, signal.SIGSEGV: -11, signal.SIGHUP: 129, signal.SIGINT: 130, signal.SIGQUIT: 131,
            signal.SIGTERM: 143}
    for number, meant in ends.items():
        other = Screen([klamm, "--bootstrap-server", bootstrap()], 100, 30)
        other.until(lambda text: "klamm ▸" in text and "connecting" not in text, 30)
        assert other.last_set(1049) == "h" and not other.canonical(), "it has not taken the terminal"
        other.kill(number)
        status = other.end(20)
        assert status == meant, f"{number.name} gives {status}"
        assert not other.left(), f"{number.name} leaves the terminal with {other.left()}"
        os.close(other.master)
    step("signals")


def quit_sane():
    screen.keys("Esc", "Esc", "q")
    status = screen.end(20)
    assert status == 0, f"exit code {status}"
    assert screen.canonical(), "the terminal is left raw"
    step("quit")


try:
    start()
    every_screen()
    create_topic()
    change_config()
    tail()
    kill_and_restart()
    reassign()
    reset_offsets()
    resize()
    signals()
    quit_sane()
except AssertionError as error:
    print(f"FAILED: {error}", flush=True)
    screen.kill()
    sys.exit(1)
finally:
    subprocess.run([klamm, "cluster", "stop", "--cluster-dir", directory], capture_output=True, timeout=60)
