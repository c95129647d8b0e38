/** Memory that its caller fills. */

/** Floats that the caller writes all at once. A browser zeroes them first. */
export const unfilledFloats = (length: number): Float32Array => new Float32Array(length)
