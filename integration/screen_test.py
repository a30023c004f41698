#!/usr/bin/env python3
"""The commands that go on: watch in a pseudo-terminal, tail, replay, export, doctor, completion."""

import csv
import fcntl
import gzip
import io
import json
import os
import pty
import select
import signal
import struct
import subprocess
import tempfile
import termios

from lib import case
from lib.node import PRODUCT, syrah_binary
from lib.waiting import PATIENCE, wait_until

ENTER, LEAVE, SHOW_CURSOR = b"\x1b[?1049h", b"\x1b[?1049l", b"\x1b[?25h"


class Screen:
    """A program in a pseudo-terminal."""

    def __init__(self, words, environment, rows=24, columns=80):
        self.master, self.slave = pty.openpty()
        self.resize(rows, columns)
        self.before = termios.tcgetattr(self.slave)
        self.seen = b""
        self.process = subprocess.Popen(words, env=environment, stdin=self.slave,
                                        stdout=self.slave, stderr=self.slave,
                                        preexec_fn=self._own_terminal)

    def _own_terminal(self):
        os.setsid()
        fcntl.ioctl(self.slave, termios.TIOCSCTTY, 0)

    def resize(self, rows, columns):
        fcntl.ioctl(self.master, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))

    def press(self, keys):
        os.write(self.master, keys)

    def read(self):
        """What has come until now, all together."""
        while select.select([self.master], [], [], 0)[0]:
            try:
                part = os.read(self.master, 65536)
            except OSError:
                break
            self.seen += part
        return self.seen

    def wait_for(self, text, seconds=10):
        wait_until(lambda: text in self.read(), seconds, f"the screen shows {text!r}")

    def forget(self):
        self.read()
        self.seen = b""

    def wait_end(self, seconds=10):
        def ended():
            self.read()
            return self.process.poll() is not None
        wait_until(ended, seconds, "the program ends")
        self.read()
        return self.process.returncode

    def restored(self):
        """Whether the terminal is as it was before the program."""
        return (self.seen.rfind(LEAVE) > self.seen.rfind(ENTER)
                and SHOW_CURSOR in self.seen[self.seen.rfind(ENTER):]
                and termios.tcgetattr(self.slave) == self.before)

    def close(self):
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        os.close(self.master)
        os.close(self.slave)


class StreamCase(case.SceneCase):
    def setUp(self):
        super().setUp()
        self.node = self.scene.node("a", NODE_ID="alice").start()

    def environment(self, **more):
        return {"PATH": os.path.dirname(syrah_binary()) + ":" + os.environ["PATH"],
                "TERM": "xterm", "SYRAH_API": self.node.url,
                "SYRAH_API_KEY_FILE": self.node.key_file, **more}

    def cli(self, *words, status=0, text=None, **environment):
        done = subprocess.run([syrah_binary(), *words], env=self.environment(**environment),
                              input=text, capture_output=True, text=True, timeout=60 * PATIENCE,
                              check=False)
        self.assertEqual(done.returncode, status, (words, done.stdout, done.stderr))
        return done.stdout if status == 0 else done.stdout + done.stderr


class WatchTest(StreamCase):
    def watch(self, *words, rows=24, columns=80, **environment):
        screen = Screen([syrah_binary(), "watch", *(words or (PRODUCT,))],
                        self.environment(**environment), rows, columns)
        self.addCleanup(screen.close)
        return screen

    def test_it_shows_the_market_and_leaves_the_terminal_clean(self):
        self.node.api.place(PRODUCT, "sell", 7, "123.45")
        screen = self.watch()
        screen.wait_for(b"123.45")
        screen.wait_for(b"my orders (1)")
        screen.wait_for(b"alice")
        self.assertIn(b"\x1b[31m", screen.seen)
        self.node.api.place(PRODUCT, "buy", 3, "111.11")
        screen.wait_for(b"111.11")
        screen.press(b"q")
        self.assertEqual(screen.wait_end(), 0)
        self.assertTrue(screen.restored(), screen.seen[-200:])

    def test_it_follows_the_size_of_the_window(self):
        screen = self.watch(NO_COLOR="1")
        screen.wait_for(b"peers")
        self.assertNotIn(b"\x1b[31m", screen.seen)
        for rows, columns in ((50, 160), (6, 30), (3, 10), (24, 80)):
            screen.forget()
            screen.resize(rows, columns)
            screen.wait_for(f"\x1b[{rows};1H".encode())
            self.assertNotIn(f"\x1b[{rows + 1};1H".encode(), screen.seen)
        screen.press(b"q")
        self.assertEqual(screen.wait_end(), 0)

    def test_every_way_out_restores_the_terminal(self):
        for number, status in ((signal.SIGINT, 0), (signal.SIGTERM, -signal.SIGTERM),
                               (signal.SIGHUP, -signal.SIGHUP), (signal.SIGABRT, -signal.SIGABRT),
                               (signal.SIGSEGV, -signal.SIGSEGV)):
            with self.subTest(number):
                screen = self.watch()
                screen.wait_for(b"q")
                screen.wait_for(b"live")
                screen.process.send_signal(number)
                self.assertEqual(screen.wait_end(), status)
                self.assertTrue(screen.restored(), screen.seen[-200:])
        screen = self.watch()
        screen.wait_for(b"live")
        screen.press(b"\x03")  # Ctrl-C as a key
        self.assertEqual(screen.wait_end(), 0)
        self.assertTrue(screen.restored())

    def test_the_shell_has_the_terminal_while_it_is_stopped(self):
        screen = self.watch()
        screen.wait_for(b"live")
        screen.process.send_signal(signal.SIGTSTP)  # Ctrl-Z
        screen.wait_for(LEAVE)
        wait_until(screen.restored, 10, "the terminal is as it was")
        screen.forget()
        screen.process.send_signal(signal.SIGCONT)
        screen.wait_for(ENTER)
        screen.wait_for(b"live")
        screen.press(b"q")
        self.assertEqual(screen.wait_end(), 0)

    def test_it_outlives_the_node(self):
        screen = self.watch()
        screen.wait_for(b"live")
        self.node.stop()
        screen.wait_for(b"no node answers")
        screen.forget()
        self.node.start()
        screen.wait_for(b"live")
        screen.press(b"q")
        self.assertEqual(screen.wait_end(), 0)

    def test_what_cannot_be_watched_is_said_without_a_screen(self):
        self.assertIn("needs a terminal", self.cli("watch", PRODUCT, status=2))
        screen = self.watch("DOGE-USD")
        self.assertEqual(screen.wait_end(), 1)
        self.assertNotIn(ENTER, screen.seen)
        self.assertIn(PRODUCT.encode(), screen.seen)


class TailTest(StreamCase):
    def setUp(self):
        super().setUp()
        self.other = self.scene.node("b", NODE_ID="bob", account="other",
                                     peers=[self.node]).start()
        self.scene.wait_connected([self.node, self.other])

    def cross(self, count):
        """So many trades between the two nodes."""
        for number in range(count):
            self.node.api.place(PRODUCT, "sell", 1, f"{100 + number}.00")
            wait_until(lambda: self.other.api.book(PRODUCT)["asks"], 10, "bob sees the order")
            self.other.api.place(PRODUCT, "buy", 1, f"{100 + number}.00")
            wait_until(lambda: not self.node.api.book(PRODUCT)["asks"], 10, "it was taken")

    def test_no_trade_is_missed_or_doubled_over_a_restart(self):
        self.cross(3)
        with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
            tail = subprocess.Popen([syrah_binary(), "tail", "--json", "--lines", "2"],
                                    env=self.environment(), stdout=out, stderr=err)
            self.addCleanup(lambda: tail.poll() is not None or tail.kill())

            def text(file):
                file.seek(0)
                return file.read().decode()
            wait_until(lambda: text(out).count("\n") == 2, 10, "the newest two")
            self.cross(3)
            wait_until(lambda: text(out).count("\n") == 5, 10, "three more")
            self.node.stop()
            wait_until(lambda: "waiting" in text(err), 10, "the note that it is away")
            self.node.start()
            self.scene.wait_connected([self.node, self.other])
            self.cross(4)
            wait_until(lambda: "no trade was missed" in text(err), 10, "the note that it is back")
            wait_until(lambda: text(out).count("\n") >= 9, 10, "four more")
            tail.terminate()
            tail.wait()
            seen = [json.loads(line) for line in text(out).splitlines()]
        trades = self.node.api.call("GET", f"/products/{PRODUCT}/trades?limit=9")
        self.assertEqual([line["match_id"] for line in seen],
                         [trade["match_id"] for trade in reversed(trades)])
        self.assertEqual({line["product_id"] for line in seen}, {PRODUCT})

    def test_export_has_every_row_once_in_exact_bounds(self):
        self.cross(5)
        rows = list(csv.DictReader(io.StringIO(self.cli("export", "trades"))))
        trades = self.node.api.call("GET", f"/products/{PRODUCT}/trades")
        self.assertEqual([row["match_id"] for row in rows],
                         [trade["match_id"] for trade in reversed(trades)])
        self.assertEqual(rows[0]["price"], "100.00")
        begin, end = rows[1]["time"], rows[3]["time"]
        inside = [json.loads(line) for line in
                  self.cli("export", "trades", "--json", "--from", begin, "--to", end).splitlines()]
        self.assertEqual([row["match_id"] for row in inside],
                         [row["match_id"] for row in rows if begin <= row["time"] < end])
        fills = list(csv.DictReader(io.StringIO(self.cli("export", "fills"))))
        self.assertEqual([fill["size"] for fill in fills], ["1"] * 5)
        orders = list(csv.DictReader(io.StringIO(self.cli("export", "orders"))))
        self.assertEqual([order["price"] for order in orders],
                         [f"{100 + number}.00" for number in range(5)])
        self.assertEqual(self.cli("export", "fills", "--to", "2020-01-01").count("\n"), 1)


class ReplayTest(StreamCase):
    ROWS = ("action,id,side,quantity,price,tif\n"
            "new,a,buy,5,100.00,\n"
            "new,b,sell,2,100.00,ioc\n"
            "replace,a,,4,99.00,\n"
            "new,c,buy,1,50.00,\n"
            "cancel,c,,,,\n"
            "cancel,b,,,,\n")

    def test_orders_are_played(self):
        result = json.loads(self.cli("replay", "-", "--instrument", PRODUCT, "--in-flight", "1",
                                     "--json", text=self.ROWS))
        self.assertEqual((result["steps"], result["sent"], result["accepted"], result["refused"]),
                         (6, 6, 5, 1))
        self.assertEqual(result["refusals"][0]["first_line"], 7)
        self.assertEqual([order["price"] for order in self.node.api.orders()], ["99.00"])

    def test_packed_files_and_summaries_for_people(self):
        lobster = ("34200.0,1,10,100,5853300,1\n34200.1,1,11,50,5853400,-1\n"
                   "34200.2,4,10,20,5853300,1\n34200.3,3,11,50,5853400,-1\n")
        path = os.path.join(self.scene.folder, "flow.csv.gz")
        with gzip.open(path, "wt") as file:
            file.write(lobster)
        shown = self.cli("replay", path, "--instrument", PRODUCT, "--speed", "10")
        for word in ("sent", "accepted", "a second", "median"):
            self.assertIn(word, shown)
        self.assertEqual(self.node.api.orders()[0]["remaining_size"], "80")

    def test_bad_rows_are_named_and_nothing_is_sent(self):
        told = self.cli("replay", "-", "--instrument", PRODUCT, status=2,
                        text=self.ROWS + "new,d,buy,1,x,\n")
        self.assertIn("-:8: price is \"x\"", told)
        self.assertEqual(self.node.api.orders("all"), [])
        self.cli("replay", "/nonexistent", status=2)

    def test_a_node_that_goes_ends_it(self):
        self.node.stop()
        self.cli("replay", "-", "--instrument", PRODUCT, status=3, text=self.ROWS)


class DoctorTest(StreamCase):
    def setUp(self):
        super().setUp()
        os.chmod(self.node.key_file, 0o600)  # the test wrote it, not the node

    def doctor(self, status, *words, **environment):
        told = self.cli("doctor", "--json", *words, status=status,
                        **{**self.node.environment, **environment})
        return {(finding["level"], finding["check"]) for finding in json.loads(told)}, told

    def test_with_and_without_a_node(self):
        found, _ = self.doctor(0)
        self.assertIn(("good", "node"), found)
        self.node.stop()
        found, _ = self.doctor(0)
        self.assertIn(("note", "node"), found)
        self.assertIn(("good", "ports"), found)

    def test_what_is_wrong_has_status_1(self):
        _, told = self.doctor(1, P2P_PORT="99999")
        self.assertIn("P2P_PORT=99999", told)
        os.chmod(self.node.key_file, 0o644)
        found, told = self.doctor(1)
        self.assertIn(("wrong", "keys"), found)
        self.assertIn("chmod 600", told)
        os.chmod(self.node.key_file, 0o600)
        self.node.stop()
        taken = self.scene.node("b", NODE_ID="bob").start()
        found, told = self.doctor(1, P2P_PORT=str(taken.p2p_port))
        self.assertIn(("wrong", "ports"), found)
        found, _ = self.doctor(1, BOOTSTRAP_PEERS=f"127.0.0.1:{self.scene.ports.take()}")
        self.assertIn(("wrong", "peers"), found)
        env_file = os.path.join(self.scene.folder, "env")
        with open(env_file, "w", encoding="utf-8") as file:
            file.write("# a comment\nMAX_PEERS=many\n")
        _, told = self.doctor(1, "--env-file", env_file)
        self.assertIn("MAX_PEERS=many", told)


class CompletionTest(StreamCase):
    def complete(self, *words):
        line = " ".join(f"'{word}'" for word in words)
        script = (f"source <(syrah completion bash); COMP_WORDS=({line}); "
                  f"COMP_CWORD={len(words) - 1}; _syrah 2>/dev/null; printf '%s\\n' \"${{COMPREPLY[@]}}\"")
        done = subprocess.run(["bash", "-c", script], env=self.environment(), capture_output=True,
                              text=True, timeout=20 * PATIENCE, check=False)
        return done.stdout.split()

    def test_bash_completes(self):
        self.assertEqual(self.complete("syrah", "wat"), ["watch"])
        self.assertEqual(self.complete("syrah", "watch", ""),
                         self.node.api.node()["instruments"])
        self.assertEqual(self.complete("syrah", "buy", PRODUCT, "1", "2", "--tif", ""),
                         ["gtc", "ioc", "fok", "gtd"])
        self.assertEqual(self.complete("syrah", "book", "--dep"), ["--depth"])
        self.assertEqual(self.complete("syrah", "export", "--from", "x", "f"), ["fills"])


if __name__ == "__main__":
    case.main()
