/** A node that can be looked into while it runs. The pure half of `probe`. */

import type { Arena } from '../kernel/arena.ts'
import type { Node, Running, StepTime } from './node.ts'
import type { RemoteRunning } from './remote.ts'

/** What a watched node tells. Only instances that run in a stream report. */
export interface Watcher {
  /** A new instance is about to run its first step. */
  started(running: Running | RemoteRunning): void
  /** One step was made. */
  stepped(running: Running, arena: Arena, time: Readonly<StepTime>): void
  /** One step was asked for elsewhere. What comes back tells of it, once all of that step has come back; undefined: nobody looks. */
  asked(running: RemoteRunning, time: Readonly<StepTime>): Promise<() => void> | undefined
}

const watchers = new WeakMap<Node, readonly Watcher[]>()

/** Who watches a node, for those who run it otherwise than by `build`. */
export const watchersOf = (node: Node): readonly Watcher[] => watchers.get(node) ?? []

export function watchedNode(node: Node, watcher: Watcher): Node {
  const watched: Node = {
    ...node,
    resolve: node.resolve && ((place, early) => watchedNode(node.resolve?.(place, early) ?? node, watcher)),
    build: (site) => {
      const running = node.build(site)
      if (site.live !== true) return running
      return {
        ...running,
        start: () => {
          running.start()
          watcher.started(running)
        },
        run: () => {
          running.run()
          watcher.stepped(running, site.arena, site.time)
        },
      }
    },
  }
  watchers.set(watched, [...watchersOf(node), watcher])
  return watched
}
