// Says whether JSON fits a schema of the OpenAPI document that is given as the first argument. Reads
// {at, body} a line, where `at` points to a schema in the document; answers {errors} a line.

'use strict'

const fs = require('fs')
const readline = require('readline')
const Ajv = require('ajv/dist/2020')
const formats = require('ajv-formats')

const ajv = new Ajv({ strict: false, allErrors: true })
formats(ajv)
ajv.addSchema({ ...JSON.parse(fs.readFileSync(process.argv[2], 'utf8')), $id: 'http://openapi/' })

readline.createInterface({ input: process.stdin }).on('line', line => {
  const { at, body } = JSON.parse(line)
  const fits = ajv.getSchema('http://openapi/' + at)
  const errors = fits(body) ? [] : fits.errors.map(e => `${e.instancePath} ${e.message}`)
  process.stdout.write(JSON.stringify({ errors }) + '\n')
})
