/** Options that would do nothing, or something else than was meant. */

import { expect, test } from 'vitest'
import {
  avgPool2d,
  coupled,
  dropout,
  groupNorm,
  izhikevich,
  izhikevichPresets,
  layerNorm,
  lif,
  linear,
  maxPool2d,
  overTime,
  recurrent,
  sumPool2d,
} from '../../operators/index.ts'
import { writeSnapshot } from '../../src/index.ts'

test.each<[string, () => unknown, string]>([
  [
    'recurrent',
    () => recurrent(lif(), linear(2, 2), { delays: 2 } as never),
    "recurrent: there is no option 'delays'; the options are: delay, autapses, rule",
  ],
  ['recurrent', () => recurrent(lif(), linear(2, 2), null as never), 'recurrent: expected options by name, got null'],
  [
    'coupled',
    () => coupled(lif(), linear(2, 2), { before: true } as never),
    "coupled: there is no option 'before'; the options are: state, after",
  ],
  ['sumPool2d', () => sumPool2d(2, { strides: 1 } as never), "sumPool2d: there is no option 'strides'; the options are: stride, padding"],
  [
    'maxPool2d',
    () => maxPool2d(2, { countIncludePad: true } as never),
    "maxPool2d: there is no option 'countIncludePad'; the options are: stride, padding",
  ],
  [
    'avgPool2d',
    () => avgPool2d(2, { pad: 1 } as never),
    "avgPool2d: there is no option 'pad'; the options are: stride, padding, countIncludePad",
  ],
  ['layerNorm', () => layerNorm(3, { affine: 'no' as never }), 'layerNorm: affine no: true or false is needed'],
  ['layerNorm', () => layerNorm(undefined as never), 'layerNorm: features undefined must be a positive integer or a list of these'],
  ['groupNorm', () => groupNorm(2, 4, { affine: 0 as never }), 'groupNorm: affine 0: true or false is needed'],
  ['dropout', () => dropout({ perSequence: 'yes' as never }), 'dropout: perSequence yes: true or false is needed'],
  [
    'izhikevich',
    () => izhikevich(izhikevichPresets.tonicSpiking as never),
    'izhikevich: expected parameters by name, got a list; a preset is spread: izhikevich(...preset)',
  ],
  ['writeSnapshot', () => writeSnapshot('brain.npz' as never), 'writeSnapshot: expected a snapshot { state, weights }, got brain.npz'],
  ['overTime', () => overTime(lif(), undefined as never), "overTime: state 'undefined': 'carried' and 'fresh' are allowed"],
])('%s says so', (_, make, message) => expect(make).toThrow(message))
