#!/usr/bin/env python3
"""The client that bots use, ccxt's coinbaseexchange, with nothing changed but the URL and the key:
it trades between two nodes."""

import time

from lib import case, js
from lib.waiting import wait_until

PRODUCT = "BTC-USD"
SYMBOL = "BTC/USD"


class Refusal(Exception):
    pass


class Bot(js.Program):
    """ccxt at one node, with the key of its trader."""

    def __init__(self, node):
        key = node.api.key()
        super().__init__("ccxt", "ccxt_client.js", node.url, key.key, key.encoded_secret,
                         key.passphrase)
        self.node = node

    def __getattr__(self, method):
        def call(*args):
            before = len(self.said)
            self.tell({"method": method, "args": args})
            said = self.next_after(before, 30, f"{method} is answered")
            if "error" in said:
                raise Refusal(f"{said['error']}: {said['message']}")
            return said["result"]
        return call


class CcxtTest(case.SceneCase):
    def setUp(self):
        super().setUp()
        self.a = self.scene.node("a", INSTRUMENTS="BTC-USD:0.01:0.00000001", FEES="0.001:0.002")
        self.a.start()
        self.b = self.scene.node("b", peers=[self.a], INSTRUMENTS="BTC-USD:0.01:0.00000001")
        self.b.start()
        self.scene.wait_connected([self.a, self.b])
        self.alice, self.bob = Bot(self.a), Bot(self.b)
        self.addCleanup(self.alice.end)
        self.addCleanup(self.bob.end)

    def seen(self, bot, side, price):
        """Until the bot's node shows that price."""
        wait_until(lambda: [level for level in bot.fetchOrderBook(SYMBOL)[side]
                            if level[0] == price], 5, f"{bot.node.name} shows {price}")

    def closed(self, bot, order):
        """The order once nothing of it can change any more."""
        wait_until(lambda: bot.fetchOrder(order["id"])["info"]["settled"], 5, "it is settled")
        return bot.fetchOrder(order["id"])

    def test_the_market_is_read(self):
        markets = self.alice.loadMarkets()
        market = markets[SYMBOL]
        self.assertEqual((market["id"], market["base"], market["quote"], market["active"]),
                         (PRODUCT, "BTC", "USD", True))
        self.assertEqual(market["precision"], {"amount": 1e-8, "price": 0.01})
        self.assertEqual(sorted(self.alice.fetchCurrencies()), ["BTC", "USD"])
        self.assertLess(abs(self.alice.fetchTime() - time.time() * 1000), 5000)
        self.assertIsNone(self.alice.fetchTicker(SYMBOL).get("last"))
        self.assertEqual(self.alice.fetchOHLCV(SYMBOL), [])
        self.assertEqual(self.alice.fetchTradingFees()[SYMBOL]["taker"], 0.002)

    def test_orders_trade_between_two_nodes(self):
        ask = self.alice.createOrder(SYMBOL, "limit", "sell", 2, 100.5)
        self.assertEqual((ask["status"], ask["price"], ask["amount"], ask["remaining"]),
                         ("open", 100.5, 2, 2))
        self.seen(self.bob, "asks", 100.5)
        began = self.alice.fetchTime()
        bid = self.bob.createOrder(SYMBOL, "limit", "buy", 0.5, 101)
        bid = self.closed(self.bob, bid)
        self.assertEqual((bid["status"], bid["filled"], bid["cost"], bid["average"]),
                         ("closed", 0.5, 50.25, 100.5))
        self.assertEqual(self.alice.fetchOrder(ask["id"])["filled"], 0.5)
        self.assertEqual([order["id"] for order in self.alice.fetchOpenOrders(SYMBOL)], [ask["id"]])
        self.assertEqual([order["id"] for order in self.bob.fetchClosedOrders(SYMBOL)], [bid["id"]])

        mine, theirs = self.alice.fetchMyTrades(SYMBOL), self.bob.fetchMyTrades(SYMBOL)
        self.assertEqual([(trade["side"], trade["takerOrMaker"]) for trade in (mine[0], theirs[0])],
                         [("sell", "maker"), ("buy", "taker")])
        self.assertEqual((mine[0]["order"], mine[0]["price"], mine[0]["amount"], mine[0]["cost"]),
                         (ask["id"], 100.5, 0.5, 50.25))
        wait_until(lambda: self.bob.fetchTrades(SYMBOL), 5, "the tape has the trade")
        for bot in (self.alice, self.bob):
            trade = bot.fetchTrades(SYMBOL)[0]
            self.assertEqual((trade["side"], trade["price"], trade["amount"]), ("buy", 100.5, 0.5))
            candle = bot.fetchOHLCV(SYMBOL, "1h", began - 3_600_000)[-1]
            self.assertEqual(candle[1:], [100.5, 100.5, 100.5, 100.5, 0.5])
            self.assertEqual(bot.fetchTickers()[SYMBOL]["last"], 100.5)
            ticker = bot.fetchTicker(SYMBOL)
            self.assertEqual((ticker["last"], ticker["ask"], ticker["baseVolume"]),
                             (100.5, 100.5, 0.5))

        balance = self.bob.fetchBalance()
        self.assertEqual((balance["total"]["BTC"], balance["total"]["USD"]), (0.5, -50.25))
        balance = self.alice.fetchBalance()
        self.assertEqual((balance["used"]["BTC"], balance["total"]["USD"]), (1.5, 50.25))

    def test_market_post_only_immediate_and_stop_orders(self):
        self.alice.createOrder(SYMBOL, "limit", "sell", 1, 100)
        self.alice.createOrder(SYMBOL, "limit", "sell", 1, 102)
        self.seen(self.bob, "asks", 102)
        post_only = self.bob.createOrder(SYMBOL, "limit", "buy", 1, 100, {"postOnly": True})
        self.assertEqual(post_only["status"], "canceled")
        immediate = self.bob.createOrder(SYMBOL, "limit", "buy", 1, 99, {"timeInForce": "IOC"})
        self.assertEqual((immediate["status"], immediate["filled"]), ("canceled", 0))
        market = self.closed(self.bob, self.bob.createOrder(SYMBOL, "market", "buy", 0.25))
        self.assertEqual((market["status"], market["filled"], market["cost"]), ("closed", 0.25, 25))
        # A price makes ccxt say how much to spend: 1.5 lots at 100.
        self.seen_size(self.bob, 0.75)
        by_funds = self.closed(self.bob, self.bob.createOrder(SYMBOL, "market", "buy", 1.26, 100))
        self.assertEqual((by_funds["filled"], by_funds["cost"]), (1.25, 126))

        stop = self.bob.createOrder(SYMBOL, "limit", "sell", 1, 90, {"stopPrice": 95})
        self.assertEqual((stop["status"], stop["triggerPrice"], stop["info"]["status"]),
                         ("open", 95, "active"))
        self.assertEqual(len(self.bob.fetchOpenOrders(SYMBOL)), 1)
        self.bob.cancelOrder(stop["id"], SYMBOL)
        self.assertEqual(self.bob.fetchOrder(stop["id"])["status"], "canceled")

    def seen_size(self, bot, size):
        wait_until(lambda: bot.fetchOrderBook(SYMBOL)["asks"][0][1] == size, 5,
                   f"{bot.node.name} shows {size}")

    def test_orders_are_cancelled(self):
        orders = [self.alice.createOrder(SYMBOL, "limit", "buy", 1, price) for price in (10, 11, 12)]
        named = self.alice.createOrder(SYMBOL, "limit", "buy", 1, 13, {"clientOrderId": "mine-1"})
        self.assertEqual(self.alice.fetchOrder("", SYMBOL, {"clientOrderId": "mine-1"})["id"],
                         named["id"])
        self.alice.cancelOrder("", SYMBOL, {"clientOrderId": "mine-1"})
        self.alice.cancelOrder(orders[0]["id"])
        self.assertEqual(len(self.alice.fetchOpenOrders()), 2)
        self.alice.cancelAllOrders(SYMBOL)
        self.assertEqual(self.alice.fetchOpenOrders(), [])
        self.assertEqual({order["status"] for order in self.alice.fetchClosedOrders()},
                         {"canceled"})

    def test_what_is_refused_says_why(self):
        for wanted, call in (
                ("another home", lambda: self.alice.fetchOrder(
                    "00000000-0000-0000-0000-000000000001")),
                ("no order to trade", lambda: self.alice.createOrder(SYMBOL, "market", "buy", 1)),
                ("keeps nobody's money", lambda: self.alice.fetchDeposits())):
            with self.assertRaises(Refusal) as refusal:
                call()
            self.assertIn(wanted, str(refusal.exception))


if __name__ == "__main__":
    case.main()
