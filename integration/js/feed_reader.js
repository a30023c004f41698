// feed_reader.js URL PRODUCT: a client of the feed that trusts nothing.
//
// It keeps the orders by the channel full and the prices by level2, again and again compares both
// with what the node says of its book, and looks for gaps. Lines of JSON on its input:
//   {"do":"break"}    cut the connection and resume where it was
//   {"do":"report"}   say what was seen so far, in one line
'use strict'
const readline = require('readline')
const WebSocket = require('ws')

const [url, product] = process.argv.slice(2)
const seen = { messages: 0, checks: 0, checksums: 0, resumed: 0, reloaded: 0, errors: [] }

const crcTable = Array.from({ length: 256 }, (_, n) => {
  for (let bit = 0; bit < 8; ++bit) n = n & 1 ? 0xEDB88320 ^ (n >>> 1) : n >>> 1
  return n >>> 0
})
function crc32 (text) {
  let crc = ~0
  for (const byte of Buffer.from(text)) crc = crcTable[(crc ^ byte) & 0xFF] ^ (crc >>> 8)
  return ~crc >>> 0
}

// Exact sizes: digits without the point.
const units = (text) => BigInt(text.replace('.', ''))

class Orders {
  load (book) {
    this.sequence = book.sequence
    this.orders = new Map()
    for (const [side, rows] of [['buy', book.bids], ['sell', book.asks]]) {
      for (const [price, size, id, priority] of rows) {
        this.orders.set(id, { side, price, size: units(size), priority })
      }
    }
  }

  apply (message) {
    if (message.sequence <= this.sequence) return
    if (message.sequence !== this.sequence + 1) {
      throw new Error(`gap: ${message.sequence} after ${this.sequence}`)
    }
    this.sequence = message.sequence
    const order = this.orders.get(message.order_id || message.maker_order_id)
    switch (message.type) {
      case 'open':
        this.orders.set(message.order_id, {
          side: message.side, price: message.price, size: units(message.remaining_size),
          priority: message.priority
        })
        break
      case 'done':
        this.orders.delete(message.order_id)
        break
      case 'match':
        if (order) order.size -= units(message.size)
        break
      case 'change':
        order.size = units(message.new_size)
        order.price = message.price
        if (message.priority) order.priority = message.priority
    }
  }

  rows () {
    const rows = { buy: [], sell: [] }
    for (const [id, order] of this.orders) {
      if (order.size > 0n) rows[order.side].push([units(order.price), order.priority, id, order.size])
    }
    const before = (a, b) => a[1] < b[1] || (a[1] === b[1] && a[2] < b[2]) ? -1 : 1
    const by = (sign) => (a, b) => a[0] === b[0] ? before(a, b) : a[0] < b[0] ? -sign : sign
    return [rows.buy.sort(by(-1)), rows.sell.sort(by(1))].map((side) => side.map(String))
  }
}

function rowsOf (book) {
  return [book.bids, book.asks].map((side) => side.map(([price, size, id, priority]) =>
    String([units(price), priority, id, units(size)])))
}

class Levels {
  apply (message) {
    if (message.type === 'snapshot') {
      this.sides = { buy: new Map(message.bids), sell: new Map(message.asks) }
    } else {
      for (const [side, price, size] of message.changes) {
        if (units(size) === 0n) this.sides[side].delete(price)
        else this.sides[side].set(price, size)
      }
    }
    let text = ''
    for (const [side, sign] of [['sell', 1], ['buy', -1]]) {
      const prices = [...this.sides[side].keys()]
      prices.sort((a, b) => sign * Number(units(a) - units(b)))
      for (const price of prices.slice(0, 10)) text += `${price}:${this.sides[side].get(price)},`
    }
    if (crc32(text) !== message.checksum) throw new Error(`checksum of ${text}`)
    ++seen.checksums
  }
}

const orders = new Orders()
const levels = new Levels()
let queue = [] // messages of the channel full, not applied yet
let socket

const getBook = async () =>
  (await fetch(`${url}/products/${product}/book?level=3`)).json()

function take (message) {
  ++seen.messages
  switch (message.type) {
    case 'snapshot':
    case 'l2update':
      levels.apply(message)
      break
    case 'received':
    case 'open':
    case 'done':
    case 'match':
    case 'change':
      queue.push(message)
      break
    case 'error':
      if (!/too old|has not come/.test(message.reason)) throw new Error(message.reason)
      // The node was started anew: begin anew, too.
      ++seen.reloaded
      orders.orders = undefined
      subscribe()
  }
}

function subscribe () {
  const full = { name: 'full', product_ids: [product] }
  if (orders.orders) {
    full.resume_from = orders.sequence
    ++seen.resumed
  }
  socket.send(JSON.stringify({
    type: 'subscribe', channels: [full, { name: 'level2', product_ids: [product] }]
  }))
}

function connect () {
  queue = []
  const mine = socket = new WebSocket(url.replace('http', 'ws'))
  socket.on('open', subscribe)
  socket.on('message', (text) => guard(() => { if (mine === socket) take(JSON.parse(text)) }))
  socket.on('error', () => {})
  socket.on('close', () => { if (mine === socket) setTimeout(connect, 50) })
}

function guard (act) {
  try { act() } catch (error) { seen.errors.push(String(error.message)) }
}

function drain (until) {
  while (queue.length > 0 && (until === undefined || orders.sequence < until)) {
    orders.apply(queue.shift())
  }
}

// Compares at the very sequence that the node's book is of.
async function check () {
  const from = socket
  if (socket.readyState !== WebSocket.OPEN) return
  const book = await getBook()
  if (!orders.orders) {
    if (from === socket && queue.length > 0 && queue[0].sequence <= book.sequence + 1) orders.load(book)
    return
  }
  for (let tries = 0; orders.sequence < book.sequence; ++tries) {
    drain(book.sequence)
    if (from !== socket || !orders.orders || tries > 500) return
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
  if (orders.sequence !== book.sequence) return // it was asked for before the last messages came
  const [mine, its] = [orders.rows(), rowsOf(book)]
  if (JSON.stringify(mine) !== JSON.stringify(its)) {
    seen.errors.push(`at ${book.sequence} the books differ: ${mine} | ${its}`)
  }
  ++seen.checks
}

async function checkAgain () {
  try { await check() } catch (error) {
    // The node may be away just now.
    if (!/fetch failed|JSON/.test(error.message)) seen.errors.push(String(error.stack))
  }
  setTimeout(checkAgain, 20)
}

readline.createInterface({ input: process.stdin }).on('line', (line) => {
  const command = JSON.parse(line).do
  if (command === 'break') socket.terminate()
  else console.log(JSON.stringify(seen))
}).on('close', () => process.exit(0))

connect()
checkAgain()
