#!/usr/bin/env python3
"""The feed as ccxt reads it: a trader watches its node while it trades with one at another node."""

import json
import os
import subprocess

from lib import case, js
from lib.node import PRODUCT
from lib.waiting import PATIENCE


class CcxtProTest(case.SceneCase):
    def test_a_trader_sees_book_trades_ticker_and_its_own_orders(self):
        first = self.scene.node("a").start()
        second = self.scene.node("b", peers=[first]).start()
        self.scene.wait_connected([first, second])
        surroundings = {"PATH": os.environ["PATH"], "NODE_PATH": js.packages("ccxt")}
        done = subprocess.run(
            [js.node_binary(), os.path.join(js.FOLDER, "ccxt_pro.js"), first.url, first.key_file,
             second.url, second.key_file, PRODUCT],
            env=surroundings, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            timeout=90 * PATIENCE, check=False)
        said = done.stdout.decode()
        self.assertEqual(done.returncode, 0, said)
        seen = json.loads(said.splitlines()[-1])

        self.assertEqual(seen["trade"]["price"], 101)
        self.assertEqual(seen["trade"]["amount"], 2)
        self.assertEqual(seen["trade"]["side"], "buy")
        self.assertEqual(seen["ticker"]["last"], 101)
        self.assertEqual(seen["myTrade"]["order"], seen["sell"])
        self.assertEqual(seen["myTrade"]["takerOrMaker"], "maker")
        self.assertEqual(seen["myTrade"]["id"], seen["trade"]["id"])
        self.assertEqual(seen["order"]["filled"], 2)
        self.assertEqual(seen["order"]["remaining"], 3)


if __name__ == "__main__":
    case.main()
