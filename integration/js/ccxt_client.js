// A bot's exchange client, ccxt's coinbaseexchange, with nothing changed but the URL and the key. Reads
// {method, args} a line, answers {result} or {error, message} a line, in order.

'use strict'

const readline = require('readline')
const ccxt = require('ccxt')

const [url, apiKey, secret, password] = process.argv.slice(2)
const exchange = new ccxt.coinbaseexchange({ apiKey, secret, password, enableRateLimit: false })
exchange.urls.api = { public: url, private: url }

const say = value => process.stdout.write(JSON.stringify(value) + '\n')

const call = async line => {
  const { method, args } = JSON.parse(line)
  try {
    say({ result: (await exchange[method](...args)) ?? null })
  } catch (error) {
    say({ error: error.constructor.name, message: error.message })
  }
}

let last = Promise.resolve()
readline.createInterface({ input: process.stdin }).on('line', line => {
  last = last.then(() => call(line))
})
