/** Large layers leave out what is silent. That must not be seen: not in a bit of output or state, on any back end, however the input comes. */

import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { BehaviorSubject, Subject } from 'rxjs'
import { conv2d, li, lif, lifRefrac, probe, scale, sequential } from '../../operators/index.ts'
import { edgeKernels } from '../../src/layers/edge-kernels.ts'
import { cpu } from '../../src/layers/device.ts'
import type { Layer } from '../../src/stream/layer.ts'
import { sameBits, sparseOf, sparseTensor, Tensor } from '../../src/tensor.ts'

const [height, width] = [131, 127] // no multiple of a block
const shape = [1, height, width]

/** A step: which pixels are active, and how. */
const burst = fc.record({
  pixels: fc.array(fc.nat(height * width - 1), { maxLength: 40 }),
  value: fc.constantFrom(1, 3.5, 20, -2, Number.NaN, Infinity, -0, 1e-40),
  silence: fc.nat(4),
})
const movie = fc.array(burst, { minLength: 1, maxLength: 8 })

const frame = ({ pixels, value }: { readonly pixels: readonly number[]; readonly value: number }, sparse: boolean): Tensor => {
  const indices = Uint32Array.from(new Set(pixels))
  const values = new Float32Array(indices.length).fill(value)
  if (sparse) return sparseTensor(shape, { indices, values })
  const data = new Float32Array(height * width)
  indices.forEach((index) => (data[index] = value))
  return new Tensor(shape, data)
}

const networks: Readonly<Record<string, () => Layer<object>>> = {
  lifRefrac: () => lifRefrac(),
  'lifRefrac, delay 0': () => lifRefrac({ vTh: 0.2 }, { synapticDelay: 0 }),
  'li with a leak to elsewhere': () => li({ vLeak: 0.5 }),
  'a gain and a threshold per row': () =>
    sequential({ gain: scale(2), cells: lif({ vTh: Array.from({ length: width }, (_, k) => 0.1 + k / 500) }) }),
  'the edge detector': () => sequential({ noise: lifRefrac({ vTh: 0.3 }), edges: conv2d(edgeKernels(9), { dilation: 3, padding: 12 }) }),
  'a strided convolution': () => sequential({ noise: lif({ vTh: 0.3 }), conv: conv2d(edgeKernels(5), { stride: 2, padding: 2 }) }),
}

describe.each(Object.entries(networks))('%s', (_, make) => {
  test('frames as lists and as arrays, in WebAssembly and JavaScript: the same bits', () =>
    fc.assert(
      fc.property(movie, (bursts) => {
        const layers = [
          { layer: make().with({ device: cpu({ backend: 'webassembly' }) }), sparse: false },
          { layer: make().with({ device: cpu({ backend: 'webassembly' }) }), sparse: true },
          { layer: make().with({ device: cpu({ backend: 'javascript' }) }), sparse: true },
        ]
        const runs = layers.map(({ layer, sparse }) => {
          const input = new Subject<Tensor>()
          const outputs: Tensor[] = []
          const watched = probe(layer)
          input.pipe(watched).subscribe((y) => outputs.push(y))
          for (const each of bursts) {
            input.next(frame(each, sparse))
            for (let k = 0; k < each.silence * 30; k++) input.next(frame({ pixels: [], value: 0 }, sparse))
          }
          return {
            outputs,
            state: JSON.stringify(watched.snapshot().state, (__, value: unknown) =>
              value instanceof Tensor ? [...value.data].map(String) : value,
            ),
          }
        })
        const [first, ...others] = runs as [(typeof runs)[0], ...typeof runs]
        for (const other of others) {
          expect(other.outputs.findIndex((y, k) => !sameBits(y, first.outputs[k] as Tensor))).toBe(-1)
          expect(other.state === first.state).toBe(true)
        }
      }),
      { numRuns: 4 },
    ))
})

describe('rest ends', () => {
  const silent = frame({ pixels: [], value: 0 }, true)
  const settle = (input: Subject<Tensor>) => {
    for (let k = 0; k < 20; k++) input.next(silent)
  }

  test('when a parameter changes', () => {
    const vLeak = new BehaviorSubject(0)
    const input = new Subject<Tensor>()
    let last: Tensor | undefined
    input.pipe(li({ vLeak })).subscribe((y) => (last = y))
    settle(input)
    expect(last?.data.every((v) => v === 0)).toBe(true)
    vLeak.next(1)
    input.next(silent)
    expect(last?.data.every((v) => v === Math.fround(0.1))).toBe(true)
  })

  test('when the state is written', () => {
    const reset = new Subject<void>()
    const input = new Subject<Tensor>()
    let last: Tensor | undefined
    input.pipe(li({}, { initialState: { v: 1 }, reset })).subscribe((y) => (last = y))
    for (let k = 0; k < 3000; k++) input.next(silent)
    expect(last?.data.every((v) => v === 0)).toBe(true)
    reset.next()
    input.next(silent)
    expect(last?.data.every((v) => v === Math.fround(0.9))).toBe(true)
  })
})

describe('a mostly empty output', () => {
  test('is emitted as a list, and never changes', () => {
    const input = new Subject<Tensor>()
    const outputs: Tensor[] = []
    input.pipe(lifRefrac({}, { synapticDelay: 0 })).subscribe((y) => outputs.push(y))
    input.next(frame({ pixels: [3, 700], value: 20 }, true))
    input.next(frame({ pixels: [5], value: 20 }, true))
    expect(outputs.map((y) => sparseOf(y) !== undefined)).toEqual([true, true])
    expect(outputs.map((y) => [...y.data.keys()].filter((k) => y.data[k] === 1))).toEqual([[3, 700], [5]])
    expect(structuredClone({ ...outputs[0] })).toMatchObject({ shape, data: outputs[0]?.data })
    expect(outputs[0]).not.toEqual(outputs[1])
  })
})
