/** What a code is given, checked for callers without types. */

/** @throws TypeError where options that are needed are missing */
export function expectOptions(at: string, options: object | undefined, needed: string): void {
  if (typeof options !== 'object' || options === null) throw new TypeError(`${at}: expected options, ${needed}, got ${String(options)}`)
}

/** @throws RangeError unless it is a finite number */
export function checkFinite(at: string, value: number): void {
  if (!Number.isFinite(value)) throw new RangeError(`${at} ${String(value)}: a finite number is needed`)
}
