// npm run build: dist, afresh
import { build } from './setup.mjs'

build()
