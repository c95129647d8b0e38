export { probe, type Probe } from '../src/stream/probe.ts'
