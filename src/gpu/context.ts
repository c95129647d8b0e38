/** Which GPU there is. One context a back end: browsers drop the oldest of 16, and kernels of one context share memory. */

import { report } from '../diagnostics.ts'
import { DeviceError } from '../errors.ts'
import { type GpuInstance, type GpuLibrary, type Kernel, loadGpuJs } from './gpujs.ts'

export type GpuBackend = 'webgpu' | 'webgl2' | 'headlessgl'

/** In the order of preference. */
export const BACKENDS: readonly GpuBackend[] = ['webgpu', 'webgl2', 'headlessgl']

const remedies: Readonly<Record<GpuBackend, string>> = {
  webgpu:
    "WebGPU needs a browser that has it and a page from https or localhost, or in Node the package 'webgpu' and its navigator.gpu; else leave the device out",
  webgl2: 'WebGL2 needs a browser with a GPU; in Node there is none; else leave the device out',
  headlessgl: "Headless GL needs Node, the package 'gl' (npm install gl@8.1.6) and an X display (xvfb-run); else leave the device out",
}

/** One back end that has run a kernel. */
export interface Context {
  readonly backend: GpuBackend
  /** Why it is this one, where a better one was tried. */
  readonly reason?: string
  readonly gpu: GpuInstance
  /** @throws DeviceError where a kernel was run by something else, or its context is gone */
  check(kernel: Kernel): void
}

const contexts = new Map<GpuBackend | 'best', Promise<Context>>()

/**
 * The context of a back end, or of the best there is.
 * @throws DeviceError, saying why each back end is not to be had; MissingPackageError without gpu.js
 */
export const openContext = (wanted: GpuBackend | undefined): Promise<Context> =>
  wanted === undefined ? once('best', best) : contextOf(wanted)

const contextOf = (backend: GpuBackend) => once(backend, () => start(backend))

async function once(name: GpuBackend | 'best', make: () => Promise<Context>): Promise<Context> {
  let context = contexts.get(name)
  if (context === undefined) {
    context = make()
    contexts.set(name, context)
    context.catch(() => contexts.delete(name)) // another time there may be one
  }
  return context
}

async function best(): Promise<Context> {
  const reasons: string[] = []
  for (const backend of BACKENDS) {
    try {
      const context = await contextOf(backend)
      if (reasons.length === 0) return context
      const reason = reasons.join('; ')
      report({ kind: 'fallback', at: 'gpu', message: `${backend} is used: ${reason}` })
      return { ...context, reason }
    } catch (error) {
      if (!(error instanceof DeviceError)) throw error
      reasons.push(`${backend}: ${reasonOf(error.cause)}`)
    }
  }
  const remedy = 'A browser with WebGPU or WebGL2 has one; in Node install webgpu or gl; else leave the device out'
  throw new DeviceError('gpu', `no GPU here can run a network (${reasons.join('; ')})`, remedy)
}

async function start(backend: GpuBackend): Promise<Context> {
  const library = await loadGpuJs()
  const name = `gpu (${backend})`
  const check = (kernel: Kernel): void => {
    const { constructor, fallbackReason, context } = kernel.kernel
    if (constructor !== classOf(library, backend) || (fallbackReason ?? '') !== '')
      throw new DeviceError(name, `gpu.js would run this elsewhere${fallbackReason ? `: ${fallbackReason}` : ''}`, remedies[backend])
    if (context?.isLost !== true && context?.isContextLost?.() !== true) return
    contexts.clear()
    throw new DeviceError(name, 'the GPU was lost: another program took it, its driver restarted, or memory ran out', 'Subscribe again')
  }
  try {
    const gpu = new library.GPU({ mode: backend })
    const settings = { output: [4], precision: 'single', tactic: 'precision', asyncMode: true } as const
    const probe = gpu.createKernel('function (a) { return a[this.thread.x] * 2 }', settings)
    const doubled = (await probe(Float32Array.of(0.1, -3, 0, 1e6))) as Float32Array
    check(probe)
    probe.destroy()
    const expected = Float32Array.of(0.2, -6, 0, 2e6)
    if (!expected.every((value, k) => value === doubled[k])) throw new Error(`it says that 2 * 0.1 is ${doubled[0]}`)
    return { backend, gpu, check }
  } catch (cause) {
    throw new DeviceError(name, `there is none that works (${reasonOf(cause)})`, remedies[backend], { cause })
  }
}

function classOf(library: GpuLibrary, backend: GpuBackend): unknown {
  if (backend === 'webgpu') return library.WebGPUKernel
  return backend === 'webgl2' ? library.WebGL2Kernel : library.HeadlessGLKernel
}

const reasonOf = (cause: unknown) => (cause instanceof Error ? cause.message : String(cause))
