import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { ShapeError } from '../../src/errors.ts'
import { sumPool2dNode } from '../../src/layers/sum-pool2d.ts'
import { sizeOf, Tensor, tensor } from '../../src/tensor.ts'
import { inputs, RUNS } from './arbitrary.ts'
import { BACKENDS, bitsOf, runNode } from './run-node.ts'
import { fixtures, type Stored, toTensor } from './torch.ts'

function reference(x: Tensor, kernel: number, stride: number): Tensor {
  const [height, width] = x.shape.slice(-2) as [number, number]
  const [outHeight, outWidth] = [height, width].map((n) => Math.floor((n - kernel) / stride) + 1) as [number, number]
  const planes = sizeOf(x.shape.slice(0, -2))
  const y = Float32Array.from({ length: planes * outHeight * outWidth }, (_, k) => {
    const [plane, oy, ox] = [Math.floor(k / (outHeight * outWidth)), Math.floor(k / outWidth) % outHeight, k % outWidth]
    let sum = 0
    for (let ky = 0; ky < kernel; ky++) {
      for (let kx = 0; kx < kernel; kx++)
        sum = Math.fround(sum + (x.data[(plane * height + oy * stride + ky) * width + ox * stride + kx] as number))
    }
    return sum
  })
  return new Tensor([...x.shape.slice(0, -2), outHeight, outWidth], y)
}

const cases = fc
  .record({
    leading: fc.constantFrom([], [1], [3], [2, 2], [0]),
    kernel: fc.integer({ min: 1, max: 6 }),
    stride: fc.integer({ min: 1, max: 5 }),
    moreHeight: fc.integer({ min: 0, max: 6 }),
    moreWidth: fc.integer({ min: 0, max: 20 }),
  })
  .chain(({ leading, kernel, stride, moreHeight, moreWidth }) => {
    const shape = [...leading, kernel + moreHeight, kernel + moreWidth]
    return fc.record({
      x: inputs(sizeOf(shape)).map((data) => new Tensor(shape, data)),
      kernel: fc.constant(kernel),
      stride: fc.constant(stride),
    })
  })

describe('sumPool2d', () => {
  test('in WebAssembly and JavaScript: the bits of a plain loop', () => {
    fc.assert(
      fc.property(cases, ({ x, kernel, stride }) => {
        const expected = reference(x, kernel, stride)
        for (const backend of BACKENDS) {
          const y = runNode(sumPool2dNode(kernel, stride), x, { backend })
          expect(y.shape).toEqual(expected.shape)
          expect(bitsOf(y)).toEqual(bitsOf(expected))
        }
      }),
      RUNS,
    )
  })

  test('windows do not overlap unless a stride says so, and what is left over is dropped', () => {
    const x = tensor([
      [1, 2, 3, 4, 100],
      [5, 6, 7, 8, 100],
      [100, 100, 100, 100, 100],
    ])
    expect(runNode(sumPool2dNode(2), x).toArray()).toEqual([[14, 22]])
    expect(
      runNode(
        sumPool2dNode(2, 1),
        tensor([
          [1, 2, 3],
          [4, 5, 6],
        ]),
      ).toArray(),
    ).toEqual([[12, 16]])
  })

  test('errors name the path, what was expected and what came', () => {
    expect(() => sumPool2dNode(3).outputShape([1, 2, 9], 'pool')).toThrow(
      'pool: expected a tensor of shape [..., y, x] with y and x at least 3, got [1, 2, 9]',
    )
    expect(() => sumPool2dNode(3).outputShape([9], 'pool')).toThrow(ShapeError)
    expect(() => sumPool2dNode(0)).toThrow('kernelSize 0')
    expect(() => sumPool2dNode(2, 1.5)).toThrow('stride 1.5')
  })
})

interface Recorded {
  readonly name: string
  readonly exact: boolean
  readonly kernelSize: number
  readonly stride: number | null
  readonly input: Stored
  readonly output: Stored
}

describe('sumPool2d agrees with PyTorch', () => {
  test.each(fixtures<Recorded>('sumpool'))('$name', ({ kernelSize, stride, input, output, exact }) => {
    for (const backend of BACKENDS) {
      expect(runNode(sumPool2dNode(kernelSize, stride ?? undefined), toTensor(input), { backend })).toAgreeWithTorch(
        toTensor(output),
        exact,
      )
    }
  })
})
