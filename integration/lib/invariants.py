"""What must hold in the journals of all nodes together, once nothing is under way any more.

Written from the description of the feeds, not from the program: it shares no code with it."""

import json
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from decimal import Decimal

from lib import journal


class Broken(AssertionError):
    pass


@dataclass
class Order:
    side: str
    price: Decimal
    quantity: Decimal
    client_id: str
    filled: Decimal = Decimal(0)
    held: Decimal = Decimal(0)
    gone: Decimal = Decimal(0)  # taken off by self-trade prevention
    closed: str = ""

    @property
    def free(self):
        return Decimal(0) if self.closed else self.quantity - self.filled - self.held - self.gone


@dataclass
class Trade:
    maker: str
    taker: str
    price: Decimal
    quantity: Decimal


@dataclass
class Home:
    """One home as its own journal tells it."""
    home: str
    hashes: dict = field(default_factory=dict)  # by the number of the entry
    orders: dict = field(default_factory=dict)  # by number
    holds: dict = field(default_factory=dict)
    made: dict = field(default_factory=dict)  # trades by id, as the maker's home tells them
    taken: dict = field(default_factory=dict)
    lots: dict = field(default_factory=dict)  # of each instrument
    events: Counter = field(default_factory=Counter)  # by kind

    def require(self, condition, seq, what):
        if not condition:
            raise Broken(f"home {self.home[:8]}, entry {seq}: {what}")

    def fold(self, entry):
        getattr(self, "on_" + entry["event"], lambda entry: None)(entry)
        self.events[entry["event"]] += 1

    def on_instrument(self, entry):
        self.lots[entry["name"]] = Decimal(entry["lot"])

    def on_order(self, entry):
        self.orders[entry["seq"]] = Order(entry["side"], Decimal(entry["price"]),
                                          Decimal(entry["quantity"]), entry.get("clientId", ""))

    def on_replace(self, entry):
        order = self.orders[entry["order"]]
        order.price, order.quantity = Decimal(entry["price"]), Decimal(entry["quantity"])
        self.require(order.free >= 0, entry["seq"], "replaced to less than is gone already")

    def on_close(self, entry):
        order = self.orders[entry["order"]]
        self.require(not order.closed, entry["seq"], "closes an order a second time")
        order.closed = entry["reason"]

    def on_hold(self, entry):
        order = self.orders[entry["order"]]
        quantity = Decimal(entry["quantity"])
        self.require(order.free >= quantity, entry["seq"], "holds more than is free")
        order.held += quantity
        self.holds[entry["seq"]] = (order, quantity)

    def on_release(self, entry):
        self.require(entry["hold"] in self.holds, entry["seq"], "releases what is not held")
        order, quantity = self.holds.pop(entry["hold"])
        order.held -= quantity
        order.gone += Decimal(entry.get("decrement", 0))

    def on_refuse(self, entry):
        if "decrement" in entry:
            self.orders[entry["maker"]].gone += Decimal(entry["decrement"])

    def on_trade(self, entry):
        trade = Trade(entry["maker"], entry["taker"], Decimal(entry["price"]),
                      Decimal(entry["quantity"]))
        self.require(trade.quantity > 0, entry["seq"], "a trade of nothing")
        if trade.maker.startswith(self.home):
            self.require(entry["trade"] not in self.made, entry["seq"], "filled a trade twice")
            self.made[entry["trade"]] = trade
            self.fill(trade.maker, trade.quantity, entry["seq"])
        if trade.taker.startswith(self.home):
            self.require(entry["trade"] not in self.taken, entry["seq"], "took a trade twice")
            self.taken[entry["trade"]] = trade
            if trade.maker.startswith(self.home):
                self.fill(trade.taker, trade.quantity, entry["seq"])
            else:
                self.take(trade, int(entry["trade"].split(":")[1]), entry["seq"])

    def fill(self, order_id, quantity, seq):
        order = self.orders[int(order_id.split(":")[1])]
        self.require(order.free >= quantity, seq, "fills more than is free")
        order.filled += quantity

    def take(self, trade, hold, seq):
        self.require(hold in self.holds, seq, "a trade without a hold")
        order, held = self.holds.pop(hold)
        self.require(trade.quantity <= held, seq, "a trade of more than was held")
        order.held -= held
        order.filled += trade.quantity


def read_home(connection, home):
    """Folds the home's own feed; the chain must be whole from the first entry."""
    state = Home(home)
    hash_now = journal.genesis_hash(home)
    seq = 0
    for batch in journal.batches(connection, home):
        state.require(batch.first == seq + 1, batch.first, f"follows on entry {seq}")
        state.require(batch.previous == hash_now, batch.first, "the chain is broken")
        for text in batch.texts:
            entry = json.loads(text)
            seq += 1
            state.require(entry["seq"] == seq, seq, f"is numbered {entry['seq']}")
            hash_now = journal.next_hash(hash_now, text)
            state.fold(entry)
        state.require(batch.last == seq and batch.hash == hash_now, seq,
                      "the batch does not end in its hash")
        state.hashes[seq] = hash_now
    return state


def check_replicas(connection, homes, reader):
    """What a node keeps of others is what they wrote themselves."""
    last = {}
    # Where a snapshot was taken over, the entries before it were never sent.
    leapt = {row["home"].hex() for row in connection.execute("SELECT home FROM snapshot")}
    for batch in journal.batches(connection):
        home = homes.get(batch.home)
        if home is None or reader == batch.home:
            continue
        home.require(home.hashes.get(batch.last) == batch.hash, batch.last,
                     f"is another one at {reader[:8]}")
        follows = batch.first == last.get(batch.home, 0) + 1
        home.require(follows or batch.home in leapt, batch.first,
                     f"has a gap before it at {reader[:8]}")
        last[batch.home] = batch.last
    return last


def check_fills_table(connection, home):
    """The history that clients are shown agrees with the feed."""
    told = defaultdict(Decimal)
    for row in connection.execute("SELECT seq, instrument, fill_quantity FROM fills"):
        told[row["seq"]] += row["fill_quantity"] * home.lots[row["instrument"]]
    for seq, order in home.orders.items():
        home.require(told[seq] == order.filled, seq,
                     f"order filled {order.filled}, the history says {told[seq]}")


@dataclass
class Findings:
    homes: dict
    trades: int = 0
    cross_home_trades: int = 0
    events: Counter = field(default_factory=Counter)
    filled: Decimal = Decimal(0)


def check_journals(paths, settled=True):
    """paths: journal file by node id. `settled`: no fill request is under way any more."""
    connections = {home: journal.open_journal(path) for home, path in paths.items()}
    try:
        homes = {home: read_home(connection, home) for home, connection in connections.items()}
        for home, connection in connections.items():
            check_replicas(connection, homes, home)
            check_fills_table(connection, homes[home])
    finally:
        for connection in connections.values():
            connection.close()
    findings = Findings(homes, events=sum((home.events for home in homes.values()), Counter()))
    for home in homes.values():
        check_both_sides(home, homes, settled, findings)
    return findings


def check_both_sides(home, homes, settled, findings):
    """Each trade is told once by the maker's home and once by the taker's, in the same words."""
    for name, trade in home.made.items():
        findings.trades += 1
        findings.filled += trade.quantity
        taker = homes.get(trade.taker.split(":")[0])
        if taker is None or taker is home:
            continue
        findings.cross_home_trades += 1
        told = taker.taken.get(name)
        home.require(told == trade or (told is None and not settled), name,
                     f"maker says {trade}, taker says {told}")
    for name, trade in home.taken.items():
        maker = homes.get(trade.maker.split(":")[0])
        home.require(maker is None or name in maker.made, name, "the maker knows nothing of it")
    home.require(not settled or not home.holds, "-", f"{len(home.holds)} holds are open")


@dataclass
class Acknowledged:
    """What a client was told; all of it must be in the journal."""
    order_id: str
    client_id: str
    side: str
    price: Decimal
    size: Decimal
    filled: Decimal
    cancelled: bool = False


def check_acknowledged(home, acknowledged):
    by_id = {journal.public_id(home.home, seq): order for seq, order in home.orders.items()}
    for told in acknowledged:
        order = by_id.get(told.order_id)
        if order is None:
            raise Broken(f"acknowledged order {told.order_id} is lost")
        same = (order.client_id, order.side, order.price) == (told.client_id, told.side, told.price)
        if not same:
            raise Broken(f"acknowledged order {told} became {order}")
        if order.filled < told.filled:
            raise Broken(f"acknowledged fills of {told} are lost: {order}")
        if told.cancelled and order.free > 0:
            raise Broken(f"acknowledged cancel of {told} is lost: {order}")


def check_client_ids(home):
    """One client id is one order, however often it was sent."""
    seen = {}
    for seq, order in home.orders.items():
        if order.client_id:
            home.require(order.client_id not in seen, seq,
                         f"client id {order.client_id} was used before")
            seen[order.client_id] = seq
