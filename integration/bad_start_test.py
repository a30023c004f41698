#!/usr/bin/env python3
"""Bad surroundings of every kind: a node that cannot start well says why, and starts not at all."""

import os
import shutil
import socket
import sqlite3
import subprocess

from lib import case
from lib.node import PRODUCT, syrah_binary
from lib.waiting import PATIENCE


def read(path):
    with open(path, "rb") as file:
        return file.read()


class StartTest(case.SceneCase):
    def run_bad(self, node, **environment):
        """Starts a node that must not start: its status and what it says."""
        variables = {"PATH": os.environ["PATH"], **node.environment, **environment}
        done = subprocess.run([syrah_binary(), "node"], env=variables, capture_output=True,
                              text=True, timeout=30 * PATIENCE, check=False)
        return done.returncode, (done.stdout + done.stderr).strip().splitlines()

    def test_bad_variables_are_named_with_value_and_what_is_allowed(self):
        rows = [("P2P_PORT", "0", "65535"), ("P2P_PORT", "70000", "65535"),
                ("P2P_PORT", "http", "65535"), ("API_PORT", "-1", "65535"),
                ("API_PORT", "80 80", "65535"),
                ("API_KEY_RATE", "0", "1000000"), ("API_ADDRESS_RATE", "many", "1000000"),
                ("P2P_HOST", "not a host", "address"),
                ("P2P_ADVERTISE", "host", "host:port"), ("BOOTSTRAP_PEERS", "a:1,b", "host:port"),
                ("INSTRUMENTS", "BTC-USD", "name:tick:lot"),
                ("INSTRUMENTS", "BTC-USD:0:1", "name:tick:lot"),
                ("INSTRUMENTS", "BTC-USD:0.01:x", "name:tick:lot"),
                ("INSTRUMENTS", "btc usd:1:1", "name:tick:lot"),
                ("P2P_ENABLED", "maybe", "true"), ("DISCOVERY_MDNS", "2", "true"),
                ("DISCOVERY_GRENACHE", "TRUE!", "true"), ("DEBUG", "x", "true"),
                ("GRAPE_URL", "ftp://x", "http://"), ("BASIC_PEERS", "some", "refuse"),
                ("MAX_PEERS", "0", "1000"), ("MAX_PEERS", "many", "1000"),
                ("PEER_RECONNECT_INTERVAL", "1", "3600000"), ("NODE_ID", "a b", "1 to 64"),
                ("LOG_LEVEL", "loud", "warning"), ("LOG_FORMAT", "xml", "json")]
        node = self.scene.node("a")
        for name, value, allowed in rows:
            with self.subTest(f"{name}={value}"):
                status, lines = self.run_bad(node, **{name: value})
                self.assertEqual((status, len(lines)), (2, 1), lines)
                for part in (name, value, allowed):
                    self.assertIn(part, lines[0])

    def test_an_instrument_declared_twice(self):
        status, lines = self.run_bad(self.scene.node("a"),
                                     INSTRUMENTS="BTC-USD:0.01:1,BTC-USD:0.1:1")
        self.assertEqual((status, len(lines)), (2, 1), lines)
        self.assertIn("twice", lines[0])

    def test_a_port_that_is_taken(self):
        node = self.scene.node("a")
        for name, port in (("P2P_PORT", node.p2p_port), ("API_PORT", node.api_port)):
            with self.subTest(name), socket.create_server(("127.0.0.1", port)):
                status, lines = self.run_bad(node)
                self.assertEqual(status, 1, lines)
                self.assertIn(str(port), lines[-1])
                self.assertIn(name, lines[-1])
        node.start()  # once the port is free

    def test_a_second_node_on_the_same_folder_is_refused(self):
        first = self.scene.node("a").start()
        second = self.scene.node("b", DATA_DIR=first.data_dir)
        status, lines = self.run_bad(second)
        self.assertEqual(status, 1, lines)
        self.assertIn("in use", lines[-1])
        self.assertIn(str(first.process.pid), lines[-1])
        self.assertTrue(first.api.healthy())
        first.kill()
        second.data_dir = first.data_dir
        second.start()  # a lock does not outlive its process

    def test_a_folder_that_cannot_be_written(self):
        node = self.scene.node("a")
        plain_file = os.path.join(self.scene.folder, "plain")
        with open(plain_file, "w", encoding="utf-8") as file:
            file.write("x")
        for folder in ("/proc/syrah-data", plain_file, "/nonexistent/deep/folder"):
            with self.subTest(folder):
                status, lines = self.run_bad(node, DATA_DIR=folder)
                self.assertEqual(status, 1, lines)
                self.assertIn(f"DATA_DIR={folder}", lines[-1])

    def test_a_damaged_peers_file_is_set_aside(self):
        node = self.scene.node("a").start()
        node_id = node.id()
        node.stop()
        path = os.path.join(node.data_dir, ".peers.json")
        for content in (b"{", b"\x00\xff", b'{"version":9,"peers":[]}', b"[" * 100000,
                        b'{"version":1,"peers":[{"endpoint":"nowhere"}]}'):
            with self.subTest(content[:20]):
                with open(path, "wb") as file:
                    file.write(content)
                node.start()
                self.assertEqual(node.id(), node_id)
                node.stop()
                kept = [os.path.join(node.data_dir, name) for name in os.listdir(node.data_dir)
                        if name.startswith(".peers.json.damaged")]
                self.assertTrue(any(read(one) == content for one in kept),
                                f"not set aside: {sorted(os.listdir(node.data_dir))}")

    def test_a_damaged_key_file_is_not_replaced(self):
        node = self.scene.node("a").start()
        node.stop()
        for name in ("node-key.json", "api-key.json"):
            path = os.path.join(node.data_dir, name)
            good = read(path)
            with open(path, "wb") as file:
                file.write(b"{}")
            with self.subTest(name):
                status, lines = self.run_bad(node)
                self.assertEqual(status, 1, lines)
                self.assertIn(name, lines[-1])
                self.assertEqual(read(path), b"{}")
            with open(path, "wb") as file:
                file.write(good)
        node.start()

    def with_orders(self, count=200):
        node = self.scene.node("a").start()
        for index in range(count):
            node.api.place(PRODUCT, "buy", index + 1, "99.00")
        node.stop()
        return node

    def test_a_damaged_entry_is_refused_with_its_position(self):
        node = self.with_orders()
        connection = sqlite3.connect(node.journal)
        row, entries = connection.execute(
            "SELECT last_seq, entries FROM batch "
            "WHERE entries LIKE '%\"quantity\":\"77\"%'").fetchone()
        connection.execute("UPDATE batch SET entries = ? WHERE last_seq = ?",
                           (entries.replace('"quantity":"77"', '"quantity":"78"'), row))
        connection.commit()
        connection.close()
        status, lines = self.run_bad(node)
        self.assertEqual(status, 1, lines)
        self.assertRegex(lines[-1], r"entr(y|ies) \d+")
        self.assertIn(str(row), lines[-1])

    def test_flipped_bytes_of_the_file_are_refused(self):
        node = self.with_orders()
        for suffix in ("-wal", "-shm"):
            if os.path.exists(node.journal + suffix):
                os.remove(node.journal + suffix)
        good = read(node.journal)
        at = good.index(b'"quantity":"77"')
        for what, content in (("a byte of an entry", good[:at + 13] + b"\x38" + good[at + 14:]),
                              ("a page", good[:4096] + b"\xa5" * 4096 + good[8192:]),
                              ("the beginning", b"\x00" * 100 + good[100:]),
                              ("cut in half", good[:len(good) // 8192 * 4096]), ("empty", b"")):
            with self.subTest(what):
                with open(node.journal, "wb") as file:
                    file.write(content)
                status, lines = self.run_bad(node)
                self.assertEqual(status, 1, lines)
                self.assertIn("journal.db", lines[-1])
        with open(node.journal, "wb") as file:
            file.write(good)
        node.start()
        self.assertEqual(len(node.api.book(PRODUCT)["bids"]), 200)

    def test_entries_missing_at_the_end_are_noticed(self):
        node = self.with_orders(20)
        connection = sqlite3.connect(node.journal)
        connection.execute("DELETE FROM batch WHERE last_seq = (SELECT max(last_seq) FROM batch)")
        connection.commit()
        connection.close()
        status, lines = self.run_bad(node)
        self.assertEqual(status, 1, lines)
        self.assertIn("missing", lines[-1])

    def test_an_old_copy_of_the_folder_stops_and_says_so(self):
        b = self.scene.node("b").start()
        a = self.scene.node("a", peers=[b]).start()
        a.api.place(PRODUCT, "buy", 1, "99.00")
        a.stop()
        copy = a.data_dir + "-copy"
        shutil.copytree(a.data_dir, copy)
        a.start()
        for _ in range(3):
            a.api.place(PRODUCT, "buy", 2, "99.00")
        self.scene.wait_settled([a, b])
        rows = b.api.book(PRODUCT)["bids"]
        a.stop()
        shutil.rmtree(a.data_dir)
        os.rename(copy, a.data_dir)
        a.spawn()
        self.assertEqual(a.wait_exit(15), 1)
        self.assertIn("old copy", a.log())
        self.assertEqual(b.api.book(PRODUCT)["bids"], rows)


if __name__ == "__main__":
    case.main()
