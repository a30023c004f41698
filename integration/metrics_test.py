#!/usr/bin/env python3
"""/metrics of nodes that trade: the counts are what was done, and everything that the documentation
and the dashboard name is there."""

import json
import os
import re
import time

from lib import case
from lib.market import final, in_book
from lib.metrics import Metrics
from lib.node import PRODUCT
from lib.waiting import Refused, wait_until

DOCS = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "docs")
NAME = re.compile(r"\b(?:syrah|process)_[a-z_]+")
ENDING = re.compile(r"_(bucket|count|sum)$")


def read(name):
    with open(os.path.join(DOCS, name), encoding="utf-8") as file:
        return file.read()


class MetricsTest(case.SceneCase):
    def pair(self):
        """Two that know each other; they ask a Grape that is not there."""
        grape = f"http://127.0.0.1:{self.scene.ports.take()}"
        a = self.scene.node("a", DISCOVERY_GRENACHE="true", GRAPE_URL=grape).start()
        b = self.scene.node("b", peers=[a], DISCOVERY_GRENACHE="true", GRAPE_URL=grape).start()
        self.scene.wait_connected([a, b])
        return a, b

    def trade(self, a, b):
        """A sells 10, b takes 4 of it, a cancels the rest, b's second order is refused."""
        resting = a.api.place(PRODUCT, "sell", 10, "100.00")
        wait_until(lambda: in_book(b, resting), 5, "b shows the order")
        shown = Metrics(b)
        taken = final(b, b.api.place(PRODUCT, "buy", 4, "100.50", time_in_force="IOC"))
        self.assertEqual(taken["filled_size"], "4")
        a.api.cancel(resting["id"])
        with self.assertRaises(Refused):
            b.api.place(PRODUCT, "buy", 1, "100.001")
        self.scene.wait_settled([a, b])
        return shown

    def test_counts_are_what_was_done(self):
        a, b = self.pair()
        shown = self.trade(a, b)
        self.assertEqual(shown.value("syrah_book_orders", instrument=PRODUCT), 1)
        self.assertEqual(shown.value("syrah_book_depth", instrument=PRODUCT, side="sell"), 10)
        self.assertEqual(shown.value("syrah_book_best_price", instrument=PRODUCT, side="sell"), 100)
        self.assertEqual(shown.value("syrah_open_orders", home="others"), 1)
        self.look_at_maker(Metrics(a))
        self.look_at_taker(Metrics(b))

    def look_at_maker(self, maker):
        at = {"instrument": PRODUCT}
        self.assertEqual(maker.value("syrah_trading"), 1)
        self.assertEqual(maker.value("syrah_orders_accepted_total", side="sell", **at), 1)
        self.assertEqual(maker.value("syrah_orders_accepted_total", side="buy", **at), 0)
        self.assertEqual(maker.value("syrah_orders_over_total", reason="cancelled", **at), 1)
        self.assertEqual(maker.value("syrah_fills_total", role="maker", **at), 1)
        self.assertEqual(maker.value("syrah_fills_total", role="taker", **at), 0)
        self.assertEqual(maker.value("syrah_trades_total", **at), 1)
        self.assertEqual(maker.value("syrah_trades_decided_total", **at), 1)
        self.assertEqual(maker.sum("syrah_trade_throughs_total"), 0)
        self.assertEqual(maker.sum("syrah_orders_rejected_total"), 0)
        self.assertEqual(maker.sum("syrah_open_orders"), 0)

    def look_at_taker(self, taker):
        at = {"instrument": PRODUCT}
        self.assertEqual(taker.value("syrah_fills_total", role="taker", **at), 1)
        self.assertEqual(taker.value("syrah_trades_total", **at), 1)
        self.assertEqual(taker.value("syrah_trades_decided_total", **at), 0)
        self.assertEqual(taker.value("syrah_orders_over_total", reason="filled", **at), 1)
        self.assertEqual(taker.value("syrah_orders_rejected_total", reason="invalid"), 1)
        self.assertEqual(taker.sum("syrah_orders_rejected_total"), 1)
        self.assertEqual(taker.value("syrah_fill_requests_total"), 1)
        self.assertEqual(taker.value("syrah_fill_answers_total", answer="filled"), 1)
        self.assertEqual(taker.sum("syrah_fill_answers_total"), 1)
        self.assertEqual(taker.value("syrah_fill_answer_duration_seconds_count"), 1)
        self.assertEqual(taker.value("syrah_pending_fills"), 0)
        answers = {"method": "POST", "route": "/orders"}
        self.assertEqual(taker.value("syrah_api_answers_total", code="200", **answers), 1)
        self.assertEqual(taker.value("syrah_api_answers_total", code="400", **answers), 1)
        self.assertEqual(taker.value("syrah_api_request_duration_seconds_count", **answers), 2)

    def test_peers_and_feeds_of_both_fit(self):
        a, b = self.pair()
        self.trade(a, b)
        maker, taker = Metrics(a), Metrics(b)
        self.assertEqual(taker.value("syrah_peers", dialect="full", route="direct",
                                     direction="out"), 1)
        self.assertEqual(maker.value("syrah_peers", dialect="full", route="direct",
                                     direction="in"), 1)
        self.assertEqual(taker.value("syrah_discovery_addresses_total", source="bootstrap",
                                     outcome="connected"), 1)
        for name in ("syrah_peer_messages_total", "syrah_peer_bytes_total"):
            for kind in ("handshake", "feed_batch"):
                said = maker.value(name, type=kind, route="direct", direction="out")
                self.assertGreater(said, 0)
                self.assertEqual(said, taker.value(name, type=kind, route="direct",
                                                   direction="in"))
        self.assertEqual(maker.sum("syrah_peer_messages_total", type="unreadable"), 0)
        self.assertEqual(taker.value("syrah_homes", state="live"), 1)
        self.assertEqual(taker.value("syrah_feed_missing_entries", home=a.id()[:16]), 0)
        self.assertLess(taker.value("syrah_feed_silence_seconds", home=a.id()[:16]), 60)
        # The order, the fill, the cancel: all of them after b's start.
        self.assertGreaterEqual(taker.value("syrah_propagation_duration_seconds_count"), 3)
        self.assertEqual(maker.value("syrah_propagation_duration_seconds_count"),
                         taker.value("syrah_feed_entries_total"), "b began after a")
        self.assertLess(taker.value("syrah_propagation_duration_seconds_sum"), 600)

    def test_what_only_the_edge_knows(self):
        began = time.time()
        node = self.scene.node("a").start()
        node.api.place(PRODUCT, "sell", 10, "100.00")
        metrics = Metrics(node)
        commits = metrics.value("syrah_journal_commit_duration_seconds_count")
        self.assertGreaterEqual(commits, 2)
        self.assertEqual(metrics.value("syrah_journal_commit_entries_count"), commits)
        self.assertEqual(metrics.value("syrah_journal_commit_entries_sum"),
                         metrics.value("syrah_feed_entries_total"))
        self.assertGreater(metrics.value("syrah_journal_size_bytes"), 0)
        self.assertGreater(metrics.value("syrah_disk_free_bytes"), 0)
        resident = metrics.value("process_resident_memory_bytes")
        self.assertLess(abs(resident / 1024 - node.rss_kib()), 0.5 * node.rss_kib())
        descriptors = len(os.listdir(f"/proc/{node.process.pid}/fd"))
        self.assertLess(abs(metrics.value("process_open_fds") - descriptors), 8)
        self.assertGreater(metrics.value("process_cpu_seconds_total"), 0)
        self.assertLess(abs(metrics.value("process_start_time_seconds") - began), 60)
        before = metrics.value("syrah_api_request_duration_seconds_count", method="GET",
                               route="/metrics")
        after = Metrics(node).value("syrah_api_request_duration_seconds_count", method="GET",
                                    route="/metrics")
        self.assertEqual(after, before + 1)

    def test_requests_for_them_are_checked_as_others(self):
        node = self.scene.node("a").start()
        status, headers, _ = node.api.exchange("POST", "/metrics")
        self.assertEqual((status, headers["Allow"]), (405, "GET"))
        status, _, _ = node.api.exchange("GET", "/metrics", headers={"Host": "example.org"})
        self.assertEqual(status, 403)
        node.api.close()
        status, _, _ = node.api.exchange("GET", "/metrics?name[]=up")
        self.assertEqual(status, 200)
        for path in ("/orders/secret-of-a-client", "/secret-of-a-client"):
            node.api.exchange("GET", path)
        metrics = Metrics(node)
        self.assertNotIn("secret", metrics.text)
        self.assertEqual(metrics.value("syrah_api_refusals_total", code="403"), 1)
        self.assertEqual(metrics.value("syrah_api_answers_total", method="GET",
                                       route="/orders/{id}", code="401"), 1)
        self.assertEqual(metrics.value("syrah_api_answers_total", method="none", route="none",
                                       code="404"), 1)

    def test_documentation_and_dashboard_name_what_there_is(self):
        a, b = self.pair()
        b.api.place(PRODUCT, "sell", 10, "200.00")
        self.trade(a, b)
        there = Metrics(b).names()
        documented = set(NAME.findall(read("operations.md")))
        self.assertEqual(documented - there, set(), "in docs/operations.md, not in /metrics")
        self.assertEqual(there - documented, set(), "in /metrics, not in docs/operations.md")
        dashboard = json.loads(read("grafana-dashboard.json"))
        asked = self.look_at_dashboard(dashboard)
        self.assertEqual(asked - there, set(), "in the dashboard, not in /metrics")

    def look_at_dashboard(self, dashboard):
        """Imports as it is: each panel uses the variable for its data source. The names asked for."""
        variables = {each["name"]: each for each in dashboard["templating"]["list"]}
        self.assertEqual(variables["datasource"]["type"], "datasource")
        ids = [panel["id"] for panel in dashboard["panels"]]
        self.assertEqual(len(ids), len(set(ids)))
        asked = set()
        for variable in variables.values():
            asked |= set(NAME.findall(variable["query"]["query"])
                         if variable["type"] == "query" else ())
        for panel in dashboard["panels"]:
            for target in panel.get("targets", ()):
                self.assertEqual(target["datasource"]["uid"], "${datasource}")
                names = {ENDING.sub("", name) for name in NAME.findall(target["expr"])}
                self.assertTrue(names, panel["title"])
                asked |= names
        return asked


if __name__ == "__main__":
    case.main()
