export { mapAccum } from '../src/stream/map-accum.ts'
