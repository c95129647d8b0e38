/** A web page with sliders, and their values as streams. */

import type { Observable } from 'rxjs'
import type { SliderOptions } from '../src/dashboard/control.ts'
import { checkAddress, Hub } from '../src/dashboard/hub.ts'
import { Sliders } from '../src/dashboard/sliders.ts'

export type { SliderOptions } from '../src/dashboard/control.ts'

/** The values by name, and where the page is. */
export type Controls<S> = { readonly [K in keyof S]: Observable<number> } & AsyncDisposable & {
    /** `http://127.0.0.1:8081`, once it listens. */
    readonly address: Promise<string>
  }

const at = 'controls'
/** Milliseconds that the page stays after its last subscriber: a `switchMap` comes back at once. */
const grace = 100

/**
 * A page with one slider per entry; each value is a stream that begins with the current value. The page opens with the first
 * subscription to any of them and closes after the last, so a program whose streams have ended can end. Sliders keep their values
 * meanwhile. A busy port is a DeviceError of the streams. A value outside its range is clamped and reported.
 *
 * It listens to this machine only unless `host` says otherwise: whoever can open the page can move the sliders.
 *
 * @throws RangeError or TypeError for options that cannot be
 */
export function controls<const S extends Readonly<Record<string, SliderOptions>>>(options: {
  /** 0: any free port; `address` tells which. */
  readonly port: number
  readonly host?: string
  readonly origins?: readonly string[]
  readonly title?: string
  readonly sliders: S
}): Controls<S> {
  const { port, host = '127.0.0.1', origins = [], title = 'rxspike controls' } = options
  checkAddress(at, port, host, origins)
  if ('address' in options.sliders) throw new RangeError(`${at}: 'address' is where the page is: a slider needs another name`)
  const address = deferred<string>()
  let users = 0
  let disposed = false
  let hub: Hub | undefined
  let closing: Promise<void> = Promise.resolve()
  let timer: ReturnType<typeof setTimeout> | undefined

  const sliders = new Sliders(at, options.sliders, () => {
    users++
    clearTimeout(timer)
    if (hub === undefined) void closing.then(open)
    return () => {
      if (--users === 0) timer = setTimeout(close, grace)
    }
  })

  function open(): void {
    if (hub !== undefined || users === 0 || disposed) return
    hub = new Hub({ at, port, host, origins, title, sliders })
    hub.address.then(address.resolve, (error: unknown) => {
      address.reject(error)
      hub = undefined
      sliders.end({ error })
    })
  }

  function close(): void {
    const last = hub
    hub = undefined
    if (last !== undefined) closing = last.close()
  }

  return Object.assign({} as { readonly [K in keyof S]: Observable<number> }, sliders.values, {
    address: address.promise,
    [Symbol.asyncDispose]: async () => {
      disposed = true
      sliders.end()
      clearTimeout(timer)
      close()
      await closing
    },
  })
}

function deferred<T>(): { readonly promise: Promise<T>; resolve(value: T): void; reject(error: unknown): void } {
  let settle: { resolve(value: T): void; reject(error: unknown): void } | undefined
  const promise = new Promise<T>((resolve, reject) => {
    settle = { resolve, reject }
  })
  promise.catch(() => undefined)
  return { promise, resolve: (value) => settle?.resolve(value), reject: (error) => settle?.reject(error) }
}
