"""Clients that trade without pause and note down what they were told."""

import random
import threading
import time
from decimal import Decimal

from lib.invariants import Acknowledged
from lib.node import PRODUCT
from lib.waiting import Refused, Unreachable

MIDDLE = 100_00  # cents
PAUSE_AFTER_TROUBLE = 0.05


class Trader(threading.Thread):
    """Places, cancels and replaces around one price at one node, through its kills and restarts.

    Each order has a client id; what was not answered is sent again with the same id, as clients
    that care for their money do."""

    def __init__(self, node, name, seed):
        super().__init__(name=f"trader-{name}", daemon=True)
        self._node = node
        self._name = name
        self._random = random.Random(seed)
        self._client = node.client(seconds=5)
        self._stopping = threading.Event()
        self._number = 0
        self._open = []
        self.acknowledged = []
        self.refused = {}
        self.unanswered = 0
        self.fault = None

    def stop(self):
        self._stopping.set()
        self.join()
        self._client.close()
        if self.fault:
            raise self.fault

    def abandon(self):
        self._stopping.set()

    def run(self):
        try:
            while not self._stopping.is_set():
                self._act()
        except Exception as error:  # shown by stop(), in the thread of the test
            self.fault = error

    def _act(self):
        if self._open and self._random.random() < 0.35:
            return self._cancel()
        return self._place()

    def _terms(self):
        self._number += 1
        side = self._random.choice(("buy", "sell"))
        # Half of the orders cross the middle.
        away = self._random.randint(-5, 5) * (1 if side == "buy" else -1)
        terms = {"side": side, "size": str(self._random.randint(1, 20)),
                 "price": f"{Decimal(MIDDLE + away) / 100:.2f}", "type": "limit",
                 "product_id": PRODUCT, "client_oid": f"{self._name}-{self._number}"}
        if self._random.random() < 0.3:
            terms["time_in_force"] = self._random.choice(("IOC", "IOC", "FOK"))
        return terms

    def _place(self):
        terms = self._terms()
        while True:
            try:
                answer = self._client.call("POST", "/orders", terms, signed=True)
                break
            except Refused as error:
                if error.status != 503:
                    self.refused[error.message] = self.refused.get(error.message, 0) + 1
                    return
            except (Unreachable, OSError):
                self.unanswered += 1
            if self._stopping.wait(PAUSE_AFTER_TROUBLE):
                return
        told = Acknowledged(answer["id"], terms["client_oid"], terms["side"],
                            Decimal(terms["price"]), Decimal(terms["size"]),
                            Decimal(answer["filled_size"]))
        self.acknowledged.append(told)
        if answer["status"] != "done":
            self._open.append(told)
            if len(self._open) > 50:
                self._open.pop(0)

    def _cancel(self):
        told = self._open.pop(self._random.randrange(len(self._open)))
        try:
            self._client.cancel(told.order_id)
            told.cancelled = True
        except Refused as error:
            self.refused[error.message] = self.refused.get(error.message, 0) + 1
        except (Unreachable, OSError):
            self.unanswered += 1
            self._stopping.wait(PAUSE_AFTER_TROUBLE)


class Load:
    """Several traders at each node."""

    def __init__(self, nodes, seed, each=2):
        self.traders = [Trader(node, f"{node.name}{index}", f"{seed}-{node.name}-{index}")
                        for node in nodes for index in range(each)]
        self._begin = time.monotonic()
        for trader in self.traders:
            trader.start()

    def stop(self):
        for trader in self.traders:
            trader.stop()
        self.seconds = time.monotonic() - self._begin

    def abandon(self):
        """For a test that failed: they end soon, whatever they were told."""
        for trader in self.traders:
            trader.abandon()

    def acknowledged_at(self, node):
        return [told for trader in self.traders if trader._node is node
                for told in trader.acknowledged]

    def count(self):
        return sum(len(trader.acknowledged) for trader in self.traders)
