// npm start -- ARGUMENTS: the command-line program of this clone, set up first where needed
import { fileURLToPath } from 'node:url'
import { setUp } from './setup.mjs'

setUp()
const program = new URL('../dist/cli/main.js', import.meta.url)
process.argv[1] = fileURLToPath(program)
await import(program)
