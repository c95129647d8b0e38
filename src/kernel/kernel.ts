/** Kernels: small functions over byte offsets in an arena, written once for WebAssembly and once as a short JavaScript twin. */

import type { Arena, Memory } from './arena.ts'
import { assembleModule, type FunctionSource } from './assembler.ts'

/** Arguments are byte offsets and counts; a result is a count or flag. */
export type Kernel = (...args: number[]) => number

/** Functions of the same names, arguments and bits on every back end. Kernels trust their arguments: callers validate. */
export interface KernelSource<Name extends string = string> {
  /** Names the module in tools and in the cache: equal keys must mean equal code. */
  readonly key: string
  readonly functions: () => readonly (FunctionSource & { readonly name: Name })[]
  /** The fallback and the oracle. */
  readonly javascript: (memory: Memory) => Readonly<Record<Name, Kernel>>
  /** Where code is generated, the way without generation. Default: `javascript`. */
  readonly interpreter?: (memory: Memory) => Readonly<Record<Name, Kernel>>
}

const modules = new Map<string, WebAssembly.Module>()

/** The kernels of a source, bound to an arena. Compiled modules are kept by key: the second time costs an instance only. */
export function link<Name extends string>(arena: Arena, source: KernelSource<Name>): Readonly<Record<Name, Kernel>> {
  if (arena.backend === 'interpreter') return (source.interpreter ?? source.javascript)(arena.memory)
  if (arena.wasm === undefined) return source.javascript(arena.memory)
  let module = modules.get(source.key)
  if (module === undefined) {
    module = new WebAssembly.Module(assembleModule(source.key, source.functions()))
    modules.set(source.key, module)
  }
  return new WebAssembly.Instance(module, { env: { memory: arena.wasm } }).exports as unknown as Readonly<Record<Name, Kernel>>
}
