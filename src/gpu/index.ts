/** rxspike/gpu: networks on a GPU, through gpu.js. */
export {}
