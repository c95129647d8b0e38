/** A node that can be looked into while it runs. The pure half of `probe`. */

import type { Arena } from '../kernel/arena.ts'
import type { Node, Running, StepTime } from './node.ts'

/** What a watched node tells. Only instances that run in a stream report. */
export interface Watcher {
  /** A new instance is about to run its first step. */
  started(running: Running): void
  /** One step was made. */
  stepped(running: Running, arena: Arena, time: Readonly<StepTime>): void
}

export function watchedNode(node: Node, watcher: Watcher): Node {
  return {
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
}
