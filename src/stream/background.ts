/** A timer that watches and does not work: it must not keep a Node process alive. A browser's timers know no such thing. */
export function background(timer: unknown): void {
  if (typeof timer === 'object' && timer !== null && 'unref' in timer && typeof timer.unref === 'function') timer.unref()
}
