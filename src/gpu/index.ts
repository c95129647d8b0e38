/** rxspike/gpu: networks on a GPU, through gpu.js. */

export { gpu, type GpuOptions } from './gpu.ts'
export type { GpuBackend } from './context.ts'
