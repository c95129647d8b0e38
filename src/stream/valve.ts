/** A valve lets a source that can wait do so: the wire from a boundary that is full to a file that is read. */

/**
 * RxJS has no backpressure: a valve is the wire from a boundary that is full to a source that can wait. Give the same one to both:
 * `dvsFile(file, { valve })` and `mapAsync(project, { capacity, overflow: valve })`.
 */
export interface Valve {
  /** Whether the source may go on. */
  readonly open: boolean
}

class CountedValve implements Valve {
  closers = 0
  waiting: (() => void)[] = []

  get open(): boolean {
    return this.closers === 0
  }
}

/** An open valve. Any number of boundaries may close it, any number of sources wait for it: it is open while none holds it closed. */
export const valve = (): Valve => new CountedValve()

/** Whether a value is a valve that `valve()` made. */
export const isValve = (value: unknown): value is Valve => value instanceof CountedValve

/** Closes it on behalf of one holder, who owes one `openValve`. */
export function closeValve(valve: Valve): void {
  own(valve).closers++
}

/** Takes one `closeValve` back. The last one lets those go on who wait. */
export function openValve(valve: Valve): void {
  const it = own(valve)
  if (it.closers === 0) throw new Error('openValve: the valve is open: one call for each closeValve is allowed')
  if (--it.closers > 0) return
  const { waiting } = it
  it.waiting = []
  for (const proceed of waiting) proceed()
}

/** Resolves once the valve is open. Whoever awaits it looks at `open` again before going on: another may have closed it since. */
export function whenOpen(valve: Valve): Promise<void> {
  const it = own(valve)
  if (it.open) return Promise.resolve()
  return new Promise((resolve) => it.waiting.push(resolve))
}

function own(valve: Valve): CountedValve {
  if (!(valve instanceof CountedValve)) throw new TypeError('valve: expected what valve() returned')
  return valve
}
