/** rxspike/testing: arbitrary values for property tests, what must hold of every layer, traces to keep, time that a test lets pass. */

export { arbitrary, type Length, type Range, type SensorSize } from './arbitrary.ts'
export { laws, type LawOptions } from './laws.ts'
export type { Law } from './law.ts'
export { collect, outputs, states, timed } from './run.ts'
export { trace } from './trace.ts'
export { virtualClock, type VirtualClock } from './virtual-clock.ts'
