/** The device itself, and what happens where there is no GPU, as in Node without further packages. */

import { lastValueFrom, of } from 'rxjs'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { lif, probe } from '../../operators/index.ts'
import { gpu } from '../../src/gpu/index.ts'
import { cpu, tensor, valve } from '../../src/index.ts'

describe('gpu()', () => {
  test('checks its options at the call', () => {
    expect(() => gpu({ backend: 'cuda' as never })).toThrow(/gpu: backend 'cuda': 'webgpu', 'webgl2', 'headlessgl' are allowed/)
    expect(() => gpu({ inFlight: 0 })).toThrow(/gpu: inFlight is 0: an integer of 1 or more is needed/)
    expect(() => gpu({ overflow: 'wait' as never })).toThrow(/gpu: overflow is wait/)
    expect(gpu({ inFlight: 4, overflow: valve() }).name).toBe('gpu')
    expect(gpu({ backend: 'webgl2' }).name).toBe('gpu (webgl2)')
  })

  test('is one of the devices that with() knows', () => {
    expect(() => lif().with({ device: gpu() })).not.toThrow()
    expect(() => lif().with({ device: { name: 'mine', ready: Promise.resolve({ backend: 'mine' }) } })).toThrow(
      /device: expected one made by cpu\(\) or gpu\(\), got mine/,
    )
    expect(() => probe(lif()).with({ device: cpu() })).not.toThrow()
  })

  test('leaves what needs no arithmetic to the layer', () => {
    const layer = lif({ vLeak: 0.5 }).with({ device: gpu() })
    expect(layer.outputShape([3])).toEqual([3])
    expect([...layer.initialState([2]).v]).toEqual([0.5, 0.5])
    expect(() => layer.step(tensor([1]))).toThrow(/DeviceError|answers come later/)
  })
})

describe('without a GPU', () => {
  afterEach(() => {
    vi.doUnmock('gpu.js')
    vi.resetModules()
  })

  test('is an error with a remedy, and not the processor', async () => {
    const message = /^gpu: no GPU here can run a network \(webgpu: .*webgl2: .*headlessgl: .*\)\. .*leave the device out$/
    await expect(gpu().ready).rejects.toMatchObject({ name: 'DeviceError', message: expect.stringMatching(message) })
    await expect(lastValueFrom(of(tensor([1])).pipe(lif().with({ device: gpu() })))).rejects.toThrow(message)
    await expect(gpu({ backend: 'webgl2' }).ready).rejects.toThrow(/^gpu \(webgl2\): there is none that works .*in Node there is none/)
    await expect(gpu({ backend: 'headlessgl' }).ready).rejects.toThrow(/the package 'gl'.*X display/)
  })

  test('says nothing where nobody asks', async () => {
    const unhandled = vi.fn()
    process.on('unhandledRejection', unhandled)
    void gpu().ready
    await new Promise((resolve) => setTimeout(resolve, 50))
    process.off('unhandledRejection', unhandled)
    expect(unhandled).not.toHaveBeenCalled()
  })

  test('names the package that is missing', async () => {
    vi.doMock('gpu.js', () => {
      throw new Error('Cannot find package')
    })
    vi.resetModules()
    const fresh = await import('../../src/gpu/index.ts')
    await expect(fresh.gpu().ready).rejects.toMatchObject({
      name: 'MissingPackageError',
      message: "gpu needs the package 'gpu.js', which is not installed. Install it with: npm install gpu.js",
    })
  })

  test('takes nothing for a GPU that computes wrongly, or elsewhere', async () => {
    class Elsewhere {}
    class WebGL2Kernel {}
    const library = (made: object, answer: number) => ({
      default: {
        WebGL2Kernel,
        GPU: class {
          kernels = []
          createKernel = () => Object.assign(() => Float32Array.of(answer, -6, 0, 2e6), { kernel: made, destroy: () => {} })
        },
      },
    })
    for (const [made, answer, message] of [
      [new Elsewhere(), 0.2, /gpu\.js would run this elsewhere/],
      [Object.assign(new WebGL2Kernel(), { fallbackReason: 'no maps' }), 0.2, /gpu\.js would run this elsewhere: no maps/],
      [new WebGL2Kernel(), 0.3, /it says that 2 \* 0\.1 is 0\.3/],
    ] as const) {
      vi.resetModules()
      vi.doMock('gpu.js', () => library(made, answer))
      const fresh = await import('../../src/gpu/index.ts')
      await expect(fresh.gpu({ backend: 'webgl2' }).ready).rejects.toThrow(message)
    }
    vi.resetModules()
    vi.doMock('gpu.js', () => library(new WebGL2Kernel(), 0.2))
    const fresh = await import('../../src/gpu/index.ts')
    await expect(fresh.gpu({ backend: 'webgl2' }).ready).resolves.toEqual({ backend: 'webgl2' })
  })
})
