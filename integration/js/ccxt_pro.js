// ccxt_pro.js URL KEY-FILE URL KEY-FILE PRODUCT: two traders with ccxt, each at a node of its own.
//
// One watches everything by WebSocket, then both trade. Prints what the watcher was told, as one
// line of JSON.
'use strict'
const fs = require('fs')
const ccxt = require('ccxt')

const [makerUrl, makerKey, takerUrl, takerKey, product] = process.argv.slice(2)
const symbol = product.replace('-', '/')

function trader (url, keyFile) {
  const key = JSON.parse(fs.readFileSync(keyFile, 'utf8'))
  return new ccxt.pro.coinbaseexchange({
    apiKey: key.key,
    secret: key.secret,
    password: key.passphrase,
    urls: { api: { public: url, private: url, ws: url.replace('http', 'ws') } }
  })
}

async function main () {
  const maker = trader(makerUrl, makerKey)
  const taker = trader(takerUrl, takerKey)
  const seen = { books: [], trades: [], tickers: [], orders: [], myTrades: [] }

  const watch = async (call, note) => {
    for (;;) note(await call())
  }
  const quietly = (promise) => promise.catch((error) => {
    if (!done) console.error(error)
  })
  let done = false
  // What ccxt wants before it speaks WebSocket without TLS.
  await maker.loadHttpProxyAgent()
  await taker.loadHttpProxyAgent()
  await maker.loadMarkets()
  await taker.loadMarkets()
  quietly(watch(() => maker.watchOrderBook(symbol),
    (book) => seen.books.push({ bids: [...book.bids], asks: [...book.asks] })))
  quietly(watch(() => maker.watchTrades(symbol), (trades) => seen.trades.push(...trades)))
  quietly(watch(() => maker.watchTicker(symbol), (ticker) => seen.tickers.push(ticker)))
  quietly(watch(() => maker.watchOrders(symbol), (orders) => seen.orders.push(...orders)))
  quietly(watch(() => maker.watchMyTrades(symbol), (trades) => seen.myTrades.push(...trades)))

  const until = async (what, condition) => {
    const deadline = Date.now() + 20000
    while (!condition()) {
      if (Date.now() > deadline) throw new Error(`${what}: not in time; seen ${JSON.stringify(seen)}`)
      await new Promise((resolve) => setTimeout(resolve, 10))
    }
  }
  await until('the empty book', () => seen.books.length > 0)
  const sell = await maker.createOrder(symbol, 'limit', 'sell', 5, 101)
  await until('the order', () => seen.orders.some((order) => order.id === sell.id && order.status === 'open'))
  await until('the book with it', () => seen.books.at(-1).asks.some(([price, size]) => price === 101 && size === 5))
  const other = await taker.createOrder(symbol, 'limit', 'buy', 2, 101)
  await until('the trade', () => seen.trades.length > 0 && seen.tickers.length > 0 && seen.myTrades.length > 0)
  await until('the book after it', () => seen.books.at(-1).asks.some(([price, size]) => price === 101 && size === 3))
  await maker.cancelOrder(sell.id, symbol)
  await until('the end of the order', () => seen.orders.some((order) => order.id === sell.id && order.status === 'canceled'))
  await until('the empty book again', () => seen.books.at(-1).asks.length === 0)
  done = true
  console.log(JSON.stringify({
    sell: sell.id,
    buy: other.id,
    trade: seen.trades[0],
    ticker: seen.tickers[0],
    myTrade: seen.myTrades[0],
    order: seen.orders.find((order) => order.id === sell.id && order.status === 'canceled')
  }))
  await maker.close()
  await taker.close()
}

main().then(() => process.exit(0), (error) => {
  console.error(error)
  process.exit(1)
})
