/** Networks on a GPU, in a real browser. The GPU is software: what it computes is checked here, how fast a real one is is not. */

import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import type { Browser, Page } from 'playwright-core'
import { browserName, chromePath } from '../dashboard/chromium.ts'
import { bundlePage, launchWithGpu, openPage } from './browser.ts'
import type { GpuPage } from './page/main.ts'

vi.setConfig({ testTimeout: 120_000 }) // other programs run here

type Backend = 'webgpu' | 'webgl2'
const BACKENDS: readonly Backend[] = ['webgpu', 'webgl2']
/** Division and square root of a GPU may be off by an ulp or two, and what follows from them; software is exact. */
const TOLERANCE = 0

declare const page: GpuPage

describe.skipIf(chromePath === undefined)(`a network on a GPU, in ${browserName}`, () => {
  let browser: Browser
  let script: string
  let opened: Page
  beforeAll(async () => {
    ;[browser, script] = await Promise.all([launchWithGpu(), bundlePage('page/main.ts')])
    opened = await openPage(browser, script)
  }, 120_000)
  afterAll(() => browser?.close())

  const fact = (name: string, backend: Backend, on: Page = opened): Promise<unknown> =>
    on.evaluate(([wanted, where]) => page.fact(wanted, where), [name, backend] as const)

  describe.each(BACKENDS)('by %s', (backend) => {
    test('gives what the processor gives, in every step, for every neuron, layer and stream that acts on one', async () => {
      const all = await opened.evaluate(() => page.names)
      // The kernels are of the same text; WebGL2 compiles them ten times as slowly.
      const names = backend === 'webgpu' ? all : all.filter((name) => !name.endsWith('delay 0'))
      expect(names.length).toBeGreaterThan(30)
      for (const name of names) {
        const found = await opened.evaluate(([wanted, where]) => page.same(wanted, where), [name, backend] as const)
        expect.soft(found.largest, name).toBeLessThanOrEqual(TOLERANCE)
        expect.soft(found, name).toMatchObject({ steps: [found.steps[1], found.steps[1]], alike: true })
        expect.soft(found.active, `${name} is silent`).toBeGreaterThan(0)
      }
    })

    test('says what it runs on', async () => {
      expect(await fact('ready', backend)).toEqual({ backend })
      expect(await fact('metered', backend)).toBe(backend)
    })

    test('emits in order, later than its input, and completes after the last result', async () => {
      expect(await fact('order', backend)).toEqual({ atOnce: 0, times: Array.from({ length: 30 }, (_, k) => k) })
    })

    test('holds no more steps than it may: error, dropping, sliding', async () => {
      expect(await fact('error', backend)).toMatchObject({
        times: [],
        end: expect.stringMatching(/li on gpu \(\w+\), inFlight 2: 2 values wait already.*'sliding', 'dropping' or a valve/),
      })
      expect(await fact('dropping', backend)).toEqual({ times: [0, 1], end: 'complete', dropped: 8 })
      expect(await fact('sliding', backend)).toEqual({ times: [8, 9], end: 'complete', dropped: 8 })
    })

    test('lets a source wait by a valve', async () => {
      expect(await fact('valve', backend)).toEqual({ states: [true, false, true], times: [0, 1, 2] })
    })

    test('errors in its turn, naming the layer', async () => {
      expect(await fact('shapes', backend)).toEqual({
        times: [0, 1, 2, 3],
        end: 'ShapeError: sequential: expected a tensor of shape [3] like the steps before it, got [2]; a stream keeps its shape',
      })
      expect(await fact('firstShape', backend)).toEqual({ times: [], end: 'ShapeError: fc: expected a tensor of shape [..., 3], got [2]' })
      expect(await fact('nothing', backend)).toMatchObject({ end: expect.stringContaining('with at least one element, got [0]') })
      expect(await fact('noTensor', backend)).toMatchObject({ end: expect.stringContaining('expected a Tensor, got spikes') })
      expect(await fact('sourceError', backend)).toMatchObject({ end: 'Error: lost' })
      expect(await fact('parameterError', backend)).toMatchObject({ end: expect.stringMatching(/lif\.vTh: expected a number/) })
    })

    test('stops at unsubscription and frees what it held', async () => {
      expect(await fact('unsubscribe', backend)).toEqual({ came: 2, left: 0 })
      expect(await fact('unsubscribeEarly', backend)).toBe(0)
    })

    test('holds the same memory after many steps, resets and looks as after few', async () => {
      expect(await fact('memory', backend)).toEqual({ grew: 0, held: true, left: 0 })
    })

    test('refuses step and sequence, which answer at once', async () => {
      const expected = expect.stringMatching(/^DeviceError: gpu \(\w+\): its answers come later.*Stream through the network/)
      expect(await fact('step', backend)).toEqual([expected, expected])
    })

    test('refuses layers that it cannot run, at the call, by their paths', async () => {
      const found = (await fact('unsupported', backend)) as string[]
      expect(found[0]).toMatch(/^DeviceError: gpu: deep\.plus cannot run on a GPU: a function layer.*What can: neurons/)
      expect(found[1]).toMatch(/^DeviceError: gpu: a\.synapse\.pool cannot run on a GPU: a avgPool2d layer/)
      expect(found[2]).toMatch(/^TypeError: sequential: a: a network runs on one device/)
      for (const noisy of found.slice(3))
        expect(noisy).toMatch(/^DeviceError: gpu: noise cannot run on a GPU: the model '\w+' draws random/)
    })

    test('can be looked into, before the output of the step', async () => {
      expect(await fact('probing', backend)).toEqual({
        picked: [[2], [4]],
        active: [2, 1],
        layer: [
          [0, 1, 2],
          [1, 0, 4],
        ],
        wrong: [expect.stringMatching(/RangeError: probe of sequential: nothing is called nowhere; there are: out\.v, out\.i/)],
        order: ['watched', 'emitted', 'watched', 'emitted'],
        snapshot: expect.stringMatching(/^DeviceError: gpu \(\w+\): state lies on the GPU.*watch\(path\)/),
      })
    })

    test('errors where the GPU is lost, and begins anew with the next subscription', async () => {
      const fresh = await openPage(browser, script)
      expect(await fact('lost', backend, fresh)).toEqual({
        error: expect.stringMatching(/^DeviceError: gpu \(\w+\): the GPU was lost.*Subscribe again/),
        again: 5,
      })
      await fresh.close()
    })
  })

  test('takes the best there is, and says why', async () => {
    expect(await fact('best', 'webgpu')).toEqual({ backend: 'webgpu' })
    const without = await openPage(browser, script, "Object.defineProperty(Navigator.prototype, 'gpu', { value: undefined })")
    expect(await fact('best', 'webgpu', without)).toEqual({ backend: 'webgl2', reason: expect.stringContaining('webgpu') })
    await expect(fact('ready', 'webgpu', without)).rejects.toThrow(
      /DeviceError: gpu \(webgpu\): there is none that works.*leave the device out/,
    )
    await without.close()
  })

  test('never takes the processor instead', async () => {
    const nothing = `
      Object.defineProperty(Navigator.prototype, 'gpu', { value: undefined })
      HTMLCanvasElement.prototype.getContext = () => null`
    const without = await openPage(browser, script, nothing)
    await expect(fact('best', 'webgpu', without)).rejects.toThrow(/DeviceError: gpu: no GPU here can run a network.*leave the device out/)
    await without.close()
  })
})
