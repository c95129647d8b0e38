/** The one file that loads gpu.js, and what of it is used here. */

import { MissingPackageError } from '../errors.ts'

/** A value on the GPU: a texture or a buffer. */
export interface Handle {
  delete(): void
}

/** What a kernel takes: values on the GPU, values to be brought there, numbers. */
export type Argument = Handle | Float32Array | number

/** A compiled function over many elements. With WebGPU it answers with a promise, also where nothing is read back. */
export interface Kernel {
  (...args: readonly Argument[]): unknown
  /** What runs it, which is not always what was asked for. */
  readonly kernel: {
    readonly fallbackReason?: string | null
    readonly context?: { isContextLost?(): boolean; readonly isLost?: boolean } | null
  }
  destroy(): void
}

export interface KernelSettings {
  readonly output: readonly number[]
  readonly precision: 'single'
  readonly tactic: 'precision'
  /** The result stays on the GPU. */
  readonly pipeline?: boolean
  /** Where the result is read, WebGL2 does not wait for it. */
  readonly asyncMode?: boolean
}

export interface GpuInstance {
  createKernel(source: string, settings: KernelSettings): Kernel
  readonly kernels: unknown[]
}

/** `WebGPUKernel` and its like: the classes that say what runs a kernel, whatever a minifier calls them. */
export interface GpuLibrary {
  readonly GPU: new (settings: { readonly mode: string }) => GpuInstance
  readonly WebGPUKernel: unknown
  readonly WebGL2Kernel: unknown
  readonly HeadlessGLKernel: unknown
}

/** @throws MissingPackageError */
export async function loadGpuJs(): Promise<GpuLibrary> {
  try {
    // In a browser's bundle the class is all there is, and carries the rest.
    const { default: loaded } = (await import('gpu.js')) as unknown as { readonly default: GpuLibrary }
    return loaded
  } catch (cause) {
    throw new MissingPackageError('gpu.js', 'gpu', cause)
  }
}
