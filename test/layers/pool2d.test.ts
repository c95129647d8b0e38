import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { avgPool2d, maxPool2d, sequential, sumPool2d } from '../../operators/index.ts'
import { ShapeError } from '../../src/errors.ts'
import { type PoolKind, pool2dNode } from '../../src/layers/pool2d.ts'
import { ones, sizeOf, stack, Tensor, tensor } from '../../src/tensor.ts'
import { inputs, RUNS } from './arbitrary.ts'
import { BACKENDS, bitsOf, runNode } from './run-node.ts'
import { fixtures, type Stored, toTensor } from './torch.ts'

interface Case {
  readonly kind: PoolKind
  readonly x: Tensor
  readonly kernelSize: number
  readonly stride: number
  readonly padding: number
  readonly countIncludePad: boolean
}

/** The definition: taps in row-major order, what lies outside of the image is left out. */
function reference({ kind, x, kernelSize, stride, padding, countIncludePad }: Case): Tensor {
  const [height, width] = x.shape.slice(-2) as [number, number]
  const [outHeight, outWidth] = [height, width].map((n) => Math.floor((n + 2 * padding - kernelSize) / stride) + 1) as [number, number]
  const planes = sizeOf(x.shape.slice(0, -2))
  const y = Float32Array.from({ length: planes * outHeight * outWidth }, (_, k) => {
    const [plane, oy, ox] = [Math.floor(k / (outHeight * outWidth)), Math.floor(k / outWidth) % outHeight, k % outWidth]
    const taps: number[] = []
    for (let iy = oy * stride - padding; iy < oy * stride - padding + kernelSize; iy++) {
      for (let ix = ox * stride - padding; ix < ox * stride - padding + kernelSize; ix++) {
        if (iy >= 0 && iy < height && ix >= 0 && ix < width) taps.push(x.data[(plane * height + iy) * width + ix] as number)
      }
    }
    if (kind === 'maxPool2d') return taps.reduce((a, b) => (b > a || Number.isNaN(b) ? b : a), Number.NEGATIVE_INFINITY)
    const sum = taps.reduce((a, b) => Math.fround(a + b), 0)
    return kind === 'sumPool2d' ? sum : sum / (countIncludePad ? kernelSize ** 2 : taps.length)
  })
  return new Tensor([...x.shape.slice(0, -2), outHeight, outWidth], y)
}

const cases: fc.Arbitrary<Case> = fc
  .record({
    leading: fc.constantFrom([], [1], [3], [2, 2], [0]),
    kernelSize: fc.integer({ min: 1, max: 6 }),
    stride: fc.integer({ min: 1, max: 4 }),
    padding: fc.constantFrom(0, 0.5, 1),
    moreHeight: fc.integer({ min: 0, max: 5 }),
    moreWidth: fc.integer({ min: 0, max: 15 }),
  })
  .chain(({ leading, kernelSize, stride, padding, moreHeight, moreWidth }) => {
    const shape = [...leading, kernelSize + moreHeight, kernelSize + moreWidth]
    return fc.record({
      kind: fc.constantFrom('sumPool2d', 'avgPool2d', 'maxPool2d'),
      x: inputs(sizeOf(shape)).map((data) => new Tensor(shape, data)),
      kernelSize: fc.constant(kernelSize),
      stride: fc.constant(stride),
      padding: fc.constant(Math.floor((padding * kernelSize) / 2)),
      countIncludePad: fc.boolean(),
    })
  })

describe('pooling', () => {
  test('in WebAssembly and JavaScript: the bits of a plain loop', () => {
    fc.assert(
      fc.property(cases, (each) => {
        const expected = reference(each)
        for (const backend of BACKENDS) {
          const y = runNode(pool2dNode(each.kind, each.kernelSize, each), each.x, { backend })
          expect(y.shape).toEqual(expected.shape)
          expect(bitsOf(y)).toEqual(bitsOf(expected))
        }
      }),
      { ...RUNS, numRuns: 300 },
    )
  })

  test.each(BACKENDS)('a largest value: NaN wins, the first of two zeros counts, in %s', (backend) => {
    const row = [1, Number.NaN, 3, 2, -0, 0, 0, -0, -Infinity, -Infinity]
    const y = runNode(pool2dNode('maxPool2d', 2), tensor([row, row]), { backend })
    expect([...y]).toEqual([Number.NaN, 3, -0, 0, -Infinity])
  })

  test('rows of a batch do not see one another', () => {
    const images = [1, 2, 3].map((seed) => ones(2, 5, 7).map((_, k) => Math.sin(k * seed)))
    for (const layer of [sumPool2d(3, { padding: 1 }), avgPool2d(2), maxPool2d(3, { stride: 1, padding: 1 })]) {
      const [together] = layer.step(stack(images))
      expect(bitsOf(together)).toEqual(bitsOf(stack(images.map((image) => layer.step(image)[0]))))
    }
  })

  test('stand in a network, whose errors name them', () => {
    const network = sequential({ mean: avgPool2d(2), most: maxPool2d(2, { stride: 1 }) })
    expect(network.outputShape([4, 1, 8, 10])).toEqual([4, 1, 3, 4])
    expect([...network.step(ones(1, 4, 4))[0]]).toEqual([1])
    expect(() => network.outputShape([1, 2, 9])).toThrow(
      'most: expected a tensor of shape [..., y, x] with y and x at least 2, got [1, 1, 4]',
    )
  })

  test('refuses sizes that there are not', () => {
    expect(() => avgPool2d(0)).toThrow('avgPool2d: kernelSize 0 must be a positive integer')
    expect(() => maxPool2d(2, { stride: 1.5 })).toThrow('maxPool2d: stride 1.5')
    expect(() => sumPool2d(3, { padding: 2 })).toThrow('sumPool2d: padding 2 must be an integer from 0 to half of kernelSize, 1')
    expect(() => maxPool2d(3).step(ones(9))).toThrow(ShapeError)
  })
})

interface Recorded {
  readonly name: string
  readonly kind: PoolKind
  readonly exact: boolean
  readonly kernelSize: number
  readonly stride: number
  readonly padding: number
  readonly countIncludePad: boolean
  readonly input: Stored
  readonly output: Stored
}

describe('pooling agrees with PyTorch', () => {
  test.each(fixtures<Recorded>('pool2d'))('$name', ({ kind, kernelSize, input, output, exact, ...options }) => {
    for (const backend of BACKENDS) {
      expect(runNode(pool2dNode(kind, kernelSize, options), toTensor(input), { backend })).toAgreeWithTorch(toTensor(output), exact)
    }
  })
})
