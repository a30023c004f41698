'use strict'
// A client of Grenache RPC: makes the calls that it is told, one line of JSON each, and says what
// came of it.
//
//   node rpc_client.js GRAPE_URL
//
// {"key":"...","payload":...,"timeout":5000,"compress":false} is answered by
// {"error":null or "...","result":...}.

const readline = require('readline')
const Link = require('grenache-nodejs-link')
const { PeerRPCClient } = require('grenache-nodejs-http')

const link = new Link({ grape: process.argv[2] })
link.start()
const client = new PeerRPCClient(link, {})
client.init()

readline.createInterface({ input: process.stdin }).on('line', (line) => {
  const { key, payload, timeout = 5000, compress = false } = JSON.parse(line)
  client.request(key, payload, { timeout, compress }, (error, result) => {
    const said = { error: error ? error.message : null, result }
    process.stdout.write(JSON.stringify(said) + '\n')
  })
}).on('close', () => process.exit(0))
