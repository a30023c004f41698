'use strict'
// A node of the old network: serves p2p_exchange, announces itself each second and matches nothing.
//
//   node old_node.js GRAPE_URL PORT [processed|long|error|silent]
//
// The third word says how it answers. Says what happens in lines of JSON: {"at":"ready"}, and
// {"at":"heard"} with each message. Lines that it is told are messages for the others; {"at":"told"}
// says what came of one.

const crypto = require('crypto')
const readline = require('readline')
const Link = require('grenache-nodejs-link')
const { PeerRPCClient, PeerRPCServer } = require('grenache-nodejs-http')

const SERVICE = 'p2p_exchange'
const [grape, port, answers = 'processed'] = process.argv.slice(2)
const id = crypto.randomUUID()

const say = (line) => process.stdout.write(JSON.stringify(line) + '\n')
const processed = { success: true, nodeId: id, message: 'Message processed' }
const answer = {
  processed: (handler) => handler.reply(null, processed),
  long: (handler) => handler.reply(null, { ...processed, padding: 'x'.repeat(200 * 1024) }),
  error: (handler) => handler.reply(new Error('ERR_OF_ITS_OWN')),
  silent: () => {}
}[answers]

const link = new Link({ grape })
link.start()
const server = new PeerRPCServer(link, { timeout: 300000 })
server.init()
const service = server.transport('server')
service.listen(Number(port))
service.on('request', (rid, key, payload, handler) => {
  say({ at: 'heard', key, payload })
  answer(handler)
})

const client = new PeerRPCClient(link, {})
client.init()
readline.createInterface({ input: process.stdin }).on('line', (line) => {
  const { type, payload } = JSON.parse(line)
  const message = {
    id: crypto.randomUUID(),
    type,
    fromNode: id,
    payload,
    vectorClock: { [id]: 1 },
    timestamp: Date.now()
  }
  client.map(SERVICE, message, { timeout: 5000, limit: 10 }, (error, results) => {
    say({ at: 'told', error: error && error.message, results })
  })
}).on('close', () => process.exit(0))

let announced = false
const announce = () => link.announce(SERVICE, Number(port), {}, (error) => {
  if (error || announced) return
  announced = true
  say({ at: 'ready', id })
})
setInterval(announce, 1000)
announce()
