#!/usr/bin/env python3
"""API keys of a running node: made, used, insufficient, revoked, too fast; and the dead man's switch."""

import json
import os
import stat
import subprocess

from lib import case
from lib.client import Client
from lib.node import PRODUCT, syrah_binary
from lib.waiting import PATIENCE, Refused, wait_until


class KeysTest(case.SceneCase):
    def run_cli(self, node, *words):
        variables = {"PATH": os.environ["PATH"], "SYRAH_API": node.url,
                     "SYRAH_API_KEY_FILE": node.key_file}
        return subprocess.run([syrah_binary(), *words], env=variables, capture_output=True,
                              text=True, timeout=20 * PATIENCE, check=False)

    def cli(self, node, *words):
        done = self.run_cli(node, *words)
        self.assertEqual(done.returncode, 0, (words, done.stderr))
        return done.stdout

    def make_key(self, node, permissions, *more):
        """A client with a new key, made by the command line."""
        path = os.path.join(self.scene.folder, f"key-{permissions}-{len(os.listdir(self.scene.folder))}")
        self.cli(node, "keys", "create", "--permissions", permissions, "--out", path, *more)
        self.assertEqual(stat.S_IMODE(os.stat(path).st_mode), 0o600)
        return Client(node.api_port, path)

    def refused(self, status, says, action, *arguments):
        with self.assertRaises(Refused) as caught:
            action(*arguments)
        self.assertEqual(caught.exception.status, status, caught.exception.message)
        self.assertIn(says, caught.exception.message)

    def test_a_key_does_what_it_may_until_it_is_revoked(self):
        node = self.scene.node("a").start()
        bot = self.make_key(node, "trade", "--label", "bot")
        viewer = self.make_key(node, "view")
        other = self.make_key(node, "view,trade", "--account", "others")
        order = bot.place(PRODUCT, "buy", 1, "10.00")
        self.assertEqual(viewer.order(order["id"])["status"], "open")
        self.assertEqual(other.orders(), [])
        self.refused(403, "needs the permission view, this key has only trade", bot.orders)
        self.refused(403, "needs the permission trade", viewer.place, PRODUCT, "buy", 1, "10.00")
        self.refused(403, "needs the permission trade", viewer.cancel_all)
        self.refused(403, "needs the permission manage", other.call, "POST", "/node/keys",
                     {"permissions": ["manage"]}, True)
        self.assertEqual(len(viewer.orders()), 1)

        listed = self.cli(node, "keys", "list")
        self.assertIn("bot", listed)
        self.assertNotIn(json.load(open(node.key_file, encoding="utf-8"))["secret"], listed)
        kept = os.path.join(node.data_dir, "api-keys.json")
        self.assertEqual(stat.S_IMODE(os.stat(kept).st_mode), 0o600)

        # What was acknowledged survives kill -9.
        self.cli(node, "keys", "revoke", viewer.key().key)
        node.kill()
        node.start()
        for client in (bot, viewer, other):
            client.close()
        self.refused(401, "not a key of this node", viewer.orders)
        self.assertEqual(bot.cancel(order["id"]), order["id"])
        self.cli(node, "keys", "revoke", bot.key().key)
        self.refused(401, "not a key of this node", bot.cancel_all)
        done = self.run_cli(node, "keys", "revoke", bot.key().key)
        self.assertEqual((done.returncode, done.stdout), (1, ""))
        self.assertIn("there is no key", done.stderr)
        done = self.run_cli(node, "keys", "revoke", node.api.key().key)
        self.assertIn("api-key.json", done.stderr)

    def test_who_asks_too_often_is_told_to_wait(self):
        node = self.scene.node("a", API_KEY_RATE="20", API_ADDRESS_RATE="20").start()
        bot = self.make_key(node, "view,trade")

        def place():
            body = json.dumps({"product_id": PRODUCT, "side": "buy", "price": "1.00",
                               "size": "1"}).encode()
            return bot.exchange("POST", "/orders", body,
                                bot.key().headers("POST", "/orders", body))
        answers = [place() for _ in range(200)]
        taken = [answer for answer in answers if answer[0] == 200]
        late = [answer for answer in answers if answer[0] == 429]
        self.assertEqual(len(taken) + len(late), 200)
        self.assertGreaterEqual(len(taken), 40)
        self.assertTrue(late)
        self.assertEqual(late[0][1]["Retry-After"], "1")
        self.assertIn("too many requests from this key", late[0][2].decode())
        cancelled = bot.call("DELETE", "/orders", signed=True)
        self.assertEqual(len(cancelled), len(taken), "getting out is counted apart")
        wait_until(lambda: place()[0] == 200, 5, "the key may place again")

        statuses = [node.api.exchange("GET", "/time") for _ in range(200)]
        late = [answer for answer in statuses if answer[0] == 429]
        self.assertTrue(late)
        self.assertIn("from this address", late[0][2].decode())
        self.assertGreaterEqual(int(late[0][1]["Retry-After"]), 1)

    def test_orders_go_when_their_owner_is_not_heard(self):
        node = self.scene.node("a").start()
        bot = self.make_key(node, "view,trade")
        other = self.make_key(node, "view,trade", "--account", "others")
        bot.place(PRODUCT, "buy", 1, "10.00")
        node.api.place(PRODUCT, "buy", 1, "11.00")
        other.place(PRODUCT, "buy", 1, "12.00")
        bot.call("POST", "/orders/cancel-after", {"timeout": 86400}, True)
        shown = bot.call("POST", "/orders/cancel-after", {"timeout": 1}, True)
        self.assertEqual((shown["timeout"], shown["account"]), (1, bot.key().account))
        wait_until(lambda: len(node.api.orders()) == 1, 10, "the orders of the key are cancelled")
        self.assertEqual(node.api.orders()[0]["price"], "11.00", "another key placed it")
        self.assertEqual(len(other.orders()), 1, "other accounts are not concerned")
        self.assertEqual(bot.call("GET", "/orders/cancel-after", signed=True)["timeout"], 0)
        self.assertIn("not heard in time", node.log())

        # A node that stops while a switch is on cancels when it starts again.
        bot.place(PRODUCT, "buy", 1, "10.00")
        self.assertIn("86400 s", self.cli(node, "cancel-after", "86400"))
        node.kill()
        node.start()
        self.assertEqual([order["price"] for order in node.api.orders()], ["10.00"])
        node.api.call("DELETE", "/orders", signed=True)
        node.api.place(PRODUCT, "buy", 1, "11.00")
        self.cli(node, "cancel-after", "60")
        self.cli(node, "cancel-after", "0")
        node.kill()
        node.start()
        self.assertEqual(len(node.api.orders()), 1, "it was ended")

    def test_pages_of_strangers_can_do_nothing(self):
        node = self.scene.node("a").start()
        host = f"127.0.0.1:{node.api_port}"
        for headers in ({"Origin": "http://evil.example"}, {"Origin": "null"},
                        {"Origin": f"https://{host}"}, {"Sec-Fetch-Site": "cross-site"},
                        {"Sec-Fetch-Site": "same-site"}, {"Host": "evil.example"},
                        {"Host": f"{host}.evil.example"}, {"Host": "localhost."}):
            for method in ("GET", "POST", "OPTIONS"):
                status, given, _ = node.api.exchange(method, "/time", headers=headers)
                self.assertEqual(status, 403, (method, headers))
                self.assertFalse([name for name in given if name.startswith("Access-Control")])
        status, given, _ = node.api.exchange("GET", "/time", headers={
            "Origin": f"http://{host}", "Sec-Fetch-Site": "same-origin"})
        self.assertEqual(status, 200)
        self.assertEqual(given["X-Content-Type-Options"], "nosniff")
        self.assertEqual(given["Cache-Control"], "no-store")

    def test_a_node_answers_to_the_names_that_it_is_given(self):
        node = self.scene.node("a", API_ALLOWED_HOSTS="node1, node1.example").start()
        for name, wanted in (("node1:8080", 200), ("NODE1.example", 200), ("node2:8080", 403)):
            status, _, body = node.api.exchange("GET", "/time", headers={"Host": name})
            self.assertEqual(status, wanted, name)
        self.assertIn(b"API_ALLOWED_HOSTS", body)


class TraceTest(case.SceneCase):
    """What only a node can tell of its feeds and orders."""

    def test_why_an_order_waits_and_how_it_came(self):
        a = self.scene.node("a", NODE_ID="alice").start()
        b = self.scene.node("b", peers=[a], NODE_ID="bob").start()
        self.scene.wait_connected([a, b])
        sell = a.api.place(PRODUCT, "sell", 5, "100.00")["id"]
        wait_until(lambda: b.api.book(PRODUCT)["asks"], 5, "bob sees the order")
        came = b.api.call("GET", f"/node/orders/{sell}/provenance")
        self.assertEqual(came["home_name"], "alice")
        self.assertEqual((came["arrival"]["how"], came["arrival"]["route"]), ("peer", "direct"))
        self.assertTrue(came["arrival"]["first_hand"])
        self.assertEqual(a.api.call("GET", f"/node/orders/{sell}/provenance")["arrival"],
                         {"how": "here"})
        seen = b.api.call("GET", f"/node/orders/{sell}/why", signed=True)
        self.assertEqual([reason["reason"] for reason in seen["reasons"]], ["no_opposite", "first"])
        feeds = {feed["name"]: feed for feed in b.api.call("GET", "/node/feeds")}
        self.assertEqual((feeds["alice"]["state"], feeds["bob"]["state"]), ("live", "own"))
        self.assertTrue(b.api.call("GET", "/node/feeds/alice")["arrivals"])

        a.pause()
        buy = b.api.place(PRODUCT, "buy", 2, "100.00")["id"]
        held = wait_until(b.api.holds, 5, "the fill is in doubt")[0]
        self.assertEqual((held["waits_for"], held["maker_name"]), ("answer", "alice"))
        why = b.api.call("GET", f"/node/orders/{buy}/why", signed=True)
        self.assertIn("pending", [reason["reason"] for reason in why["reasons"]])
        a.resume()
        wait_until(lambda: b.api.order(buy)["status"] == "done", 20, "alice answers")
        over = b.api.call("GET", f"/node/orders/{buy}/why", signed=True)
        self.assertEqual(over["reasons"][0]["reason"], "filled")
        self.scene.wait_settled([a, b])
        self.check([a, b])


if __name__ == "__main__":
    case.main()
