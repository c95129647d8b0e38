import type { NeuronDefinition } from '../kernel/equations/definition.ts'

/** 1 in the step in which a 0/1 input goes from 0 to 1. State: the input of the step before, 0 at first. */
export const positiveEdge: NeuronDefinition<never, 'past'> = {
  name: 'positiveEdge',
  params: {},
  state: { past: 0 },
  step: `
    z = (1 - past)*x
    past = x`,
  output: 'z',
}
