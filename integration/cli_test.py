#!/usr/bin/env python3
"""Every subcommand of the command line against live nodes: tables, JSON and exit statuses."""

import json
import os
import subprocess

from lib import case
from lib.node import PRODUCT, syrah_binary
from lib.waiting import PATIENCE, wait_until

DONE, REFUSED, USAGE, UNREACHABLE = 0, 1, 2, 3


class CliTest(case.SceneCase):
    def setUp(self):
        super().setUp()
        self.a = self.scene.node("a", NODE_ID="alice").start()
        self.b = self.scene.node("b", NODE_ID="bob").start()
        wait_until(lambda: self.a.api.healthy() and self.b.api.healthy(), 5, "both are ready")

    def run_cli(self, *words, node=None, **environment):
        variables = {"PATH": os.environ["PATH"], "SYRAH_API": (node or self.a).url,
                     "SYRAH_API_KEY_FILE": (node or self.a).key_file, **environment}
        return subprocess.run([syrah_binary(), *words], env=variables, capture_output=True,
                              text=True, timeout=20 * PATIENCE, check=False)

    def cli(self, *words, status=DONE, **more):
        """What it prints, if it ends with that status."""
        done = self.run_cli(*words, **more)
        self.assertEqual(done.returncode, status, (words, done.stdout, done.stderr))
        if status == DONE:
            self.assertEqual(done.stderr, "", words)
        else:
            self.assertNotEqual(done.stderr, "", words)
        return done.stdout if status == DONE else done.stderr

    def json(self, *words, **more):
        return json.loads(self.cli(*words, "--json", **more))

    def connect(self):
        self.assertIn("dialling", self.cli("connect", self.b.address))
        self.scene.wait_connected([self.a, self.b])

    def test_a_day_of_two_traders(self):
        self.assertIn("no peers", self.cli("peers"))
        self.connect()
        self.assertIn("bob", self.cli("peers"))
        self.assertEqual(self.json("peers")["peers"][0]["name"], "bob")

        self.assertIn("no open orders", self.cli("orders"))
        self.assertIn("no fills yet", self.cli("fills"))
        self.assertIn("no trades", self.cli("trades", PRODUCT))
        line = self.cli("sell", PRODUCT, "10", "100.00", "--client-id", "mine")
        self.assertTrue(line.startswith("open"), line)
        order = self.json("orders")[0]
        self.assertEqual((order["client_oid"], order["status"]), ("mine", "open"))
        self.assertIn(order["id"], line)
        self.assertIn(order["id"], self.cli("orders"))

        wait_until(lambda: self.b.api.book(PRODUCT)["asks"], 5, "bob sees the order")
        self.assertIn("100.00", self.cli("book", PRODUCT, node=self.b))
        self.assertEqual(self.json("book", PRODUCT, node=self.b)["asks"][0][:2], ["100.00", "10"])

        bought = self.json("buy", PRODUCT, "4", "101.00", "--tif", "ioc", node=self.b)
        wait_until(lambda: self.b.api.order(bought["id"])["filled_size"] == "4", 5, "bob's fill")
        wait_until(lambda: self.a.api.fills(), 5, "alice's fill")
        self.assertIn("maker", self.cli("fills"))
        self.assertIn("taker", self.cli("fills", node=self.b))
        self.assertEqual(self.json("fills")[0]["size"], "4")
        self.assertIn("100.00", self.cli("trades", PRODUCT))
        self.assertEqual(self.json("trades", PRODUCT, "--limit", "1")[0]["size"], "4")

        replaced = self.cli("replace", order["id"], "--price", "100.50", "--quantity", "8")
        self.assertTrue(replaced.startswith("open") and "100.50" in replaced, replaced)
        self.assertEqual(self.a.api.order(order["id"])["remaining_size"], "4")
        self.assertIn("cancelled", self.cli("cancel", "client:mine"))
        self.assertEqual(self.cli("cancel", order["id"], status=REFUSED).count("\n"), 1)
        self.assertIn(order["id"], self.cli("orders", "--all"))

        for price in ("90.00", "91.00"):
            self.cli("buy", PRODUCT, "1", price, "--post-only")
        self.assertEqual(len(self.json("orders", "--instrument", PRODUCT)), 2)
        self.assertEqual(self.cli("cancel", "--all", "--instrument", PRODUCT).count("cancelled"), 2)
        self.assertIn("no open orders", self.cli("cancel", "--all"))

    def test_orders_of_all_kinds(self):
        self.connect()
        self.cli("sell", PRODUCT, "5", "100.00", node=self.b)
        wait_until(lambda: self.a.api.book(PRODUCT)["asks"], 5, "alice sees the order")
        closed = self.cli("buy", PRODUCT, "6", "100.00", "--tif", "fok")
        self.assertTrue(closed.startswith(("closed", "pending")), closed)
        closed = self.cli("buy", PRODUCT, "6", "100.00", "--post-only")
        self.assertTrue(closed.startswith("closed"), closed)
        until = self.json("buy", PRODUCT, "1", "95.00", "--tif", "gtd", "--until",
                          "2030-01-01T00:00:00Z")
        self.assertEqual(until["time_in_force"], "GTT")
        market = self.json("buy", PRODUCT, "2")
        self.assertEqual(market["type"], "market")
        wait_until(lambda: self.a.api.order(market["id"])["filled_size"] == "2", 5, "market order")
        waiting = self.cli("sell", PRODUCT, "1", "50.00", "--stop", "51.00")
        self.assertTrue(waiting.startswith("waits") and "51.00" in waiting, waiting)
        self.assertIn("active, stop 51.00", self.cli("orders"))
        first = self.json("buy", PRODUCT, "1", "94.00", "--client-id", "twice", "--stp", "cn")
        second = self.json("buy", PRODUCT, "1", "94.00", "--client-id", "twice", "--stp", "cn")
        self.assertEqual(first["id"], second["id"])

    def test_status_shows_the_node_and_its_feeds(self):
        self.connect()
        shown = self.cli("status")
        for word in ("alice", "pure", "running"):
            self.assertIn(word, shown)
        state = self.json("status")
        self.assertEqual((state["id"], state["name"]), (self.a.id(), "alice"))
        self.assertEqual({feed["state"] for feed in state["feeds"]} - {"own", "live"}, set())

    def test_refusals_have_status_1_and_say_why(self):
        self.assertIn("tick", self.cli("buy", PRODUCT, "1", "100.001", status=REFUSED))
        self.assertIn("DOGE-USD", self.cli("buy", "DOGE-USD", "1", "1", status=REFUSED))
        self.assertIn("DOGE-USD", self.cli("book", "DOGE-USD", status=REFUSED))
        self.cli("cancel", "00000000-0000-0000-0000-000000000001", status=REFUSED)
        self.cli("replace", "00000000-0000-0000-0000-000000000001", "--price", "1",
                 status=REFUSED)
        self.cli("connect", "nowhere", status=REFUSED)
        self.cli("orders", "--instrument", "DOGE-USD", status=REFUSED)
        self.cli("buy", PRODUCT, "1", status=REFUSED)  # nothing to trade a market order with
        self.cli("orders", "--key-file", self.b.key_file, status=REFUSED)  # another node's key

    def test_wrong_usage_has_status_2(self):
        for words in ((), ("dance",), ("buy",), ("buy", PRODUCT), ("buy", PRODUCT, "1", "2", "3"),
                      ("buy", PRODUCT, "1", "2", "--tif", "soon"),
                      ("buy", PRODUCT, "1", "2", "--tif", "gtd"), ("cancel",),
                      ("cancel", "x", "--all"), ("replace", "x"), ("book",),
                      ("book", PRODUCT, "--depth", "0"), ("trades", PRODUCT, "--limit", "x"),
                      ("orders", "--colour"), ("connect",),
                      ("orders", "--key-file", "/nonexistent/key.json")):
            with self.subTest(words):
                self.cli(*words, status=USAGE)

    def test_no_node_there_has_status_3(self):
        free = f"http://127.0.0.1:{self.scene.ports.take()}"
        for words in (("status",), ("peers",), ("book", PRODUCT), ("trades", PRODUCT),
                      ("orders",), ("fills",), ("buy", PRODUCT, "1", "2"), ("cancel", "x"),
                      ("cancel", "--all"), ("replace", "x", "--price", "1"),
                      ("connect", "127.0.0.1:1")):
            with self.subTest(words):
                self.assertIn(free, self.cli(*words, "--api", free, status=UNREACHABLE))

    def test_help_of_every_command(self):
        self.assertIn("Exit status", self.cli("--help"))
        for command in ("node", "buy", "sell", "cancel", "replace", "book", "trades", "orders",
                        "fills", "peers", "status", "connect", "disconnect", "watch", "tail", "replay",
                        "export", "doctor", "completion"):
            with self.subTest(command):
                self.assertIn("Example: ", self.cli(command, "--help"))


if __name__ == "__main__":
    case.main()
