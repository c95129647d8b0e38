/** Where every part of the library says what happened besides the values. The stream room makes an Observable of it. */

/** Nothing here ends a stream. What ends a stream is its `error`. */
export type Diagnostic =
  | {
      readonly kind: 'dropped' | 'resynchronized' | 'overrun' | 'stale' | 'reconnected'
      /** Which source, operator or sink. */
      readonly at: string
      /** How many since the last report of this kind at this place. */
      readonly count: number
      /** How many since the process began. */
      readonly total: number
    }
  | { readonly kind: 'fallback' | 'dt-mismatch' | 'clamped'; readonly at: string; readonly message: string }

/** A diagnostic as its place knows it: the total is kept here. */
export type Report =
  | { readonly kind: 'dropped' | 'resynchronized' | 'overrun' | 'stale' | 'reconnected'; readonly at: string; readonly count: number }
  | { readonly kind: 'fallback' | 'dt-mismatch' | 'clamped'; readonly at: string; readonly message: string }

type Listener = (report: Report) => void
let listener: Listener | undefined

/** Tells that something happened besides the values. Costs a call while nobody listens. */
export function report(what: Report): void {
  listener?.(what)
}

/** The one listener: the Observable `diagnostics`. */
export function setReportListener(next: Listener | undefined): void {
  listener = next
}
