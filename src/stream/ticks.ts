/** Ticks: the beats of a regular time base. Sources make them (`clock`, `steps`), operators that need time take them. */

/** One beat of a regular time base. */
export interface Tick {
  /** 0, 1, 2, ... A number that is left out is a step that was missed. */
  readonly step: number
  /** End of this step, microseconds. */
  readonly t: number
  /** Length of this step, seconds. */
  readonly dt: number
}

/** @throws RangeError where a duration is not a positive, finite number of seconds. */
export function checkSeconds(at: string, name: string, value: number): void {
  if (!(typeof value === 'number' && value > 0 && value < Infinity)) {
    throw new RangeError(`${at}: ${name} is ${String(value)}: a positive number of seconds is needed`)
  }
}

/** @throws RangeError where a count is not an integer from `least` up. */
export function checkCount(at: string, name: string, value: number, least = 1): void {
  if (!(Number.isSafeInteger(value) && value >= least)) {
    throw new RangeError(`${at}: ${name} is ${String(value)}: an integer of ${least} or more is needed`)
  }
}
