import type { NeuronDefinition } from '../kernel/equations/definition.ts'

/** Lets the first value that is not 0 through, and nothing after it until the next reset: spike latency code, one step at a time. */
export const firstSpike: NeuronDefinition<never, 'fired'> = {
  name: 'firstSpike',
  params: {},
  state: { fired: 0 },
  step: `
    z = fired ? 0 : x
    fired = fired || x`,
  output: 'z',
}
