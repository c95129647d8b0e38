import type { Diagnostic } from '../../src/diagnostics.ts'
import { diagnostics } from '../../src/stream/diagnostics.ts'

/** How many of each kind at each place are reported while `run` runs: `{ 'dropped mapAsync': 3 }`. */
export async function reportsOf(run: () => unknown): Promise<Record<string, number>> {
  const counts: Record<string, number> = {}
  const add = (d: Diagnostic) => {
    const key = `${d.kind} ${d.at}`
    counts[key] = (counts[key] ?? 0) + ('count' in d ? d.count : 1)
  }
  const subscription = diagnostics.subscribe(add)
  try {
    await run()
    await new Promise((resolve) => setTimeout(resolve, 260))
  } finally {
    subscription.unsubscribe()
  }
  return counts
}
