/** The kernel of one side of a rule: the loop over inputs or over outputs. */

import { scalarSteps } from '../kernel/equations/scalar.ts'
import { stepFunction } from '../kernel/equations/webassembly.ts'
import type { KernelSource } from '../kernel/kernel.ts'
import type { SideProgram } from './programs.ts'

/** `step(count, dt, x, y, 0, 0, ...state, ...params)`, see slots.ts; `y` gets zeros. Computes up to the next multiple of 8. */
export function sideKernel(key: string, { graph, layout }: SideProgram): KernelSource<'step'> {
  const { javascript, interpreter } = scalarSteps(graph, layout)
  return {
    key,
    functions: () => [stepFunction(graph, layout)],
    javascript: (memory) => ({ step: javascript(memory) }),
    interpreter: (memory) => ({ step: interpreter(memory) }),
  }
}
