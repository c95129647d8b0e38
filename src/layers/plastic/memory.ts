/** Which arenas hold weights that change while they run: a pure step must begin with the layer's own. */

import type { Arena } from '../../kernel/arena.ts'

const learning = new WeakSet<Arena>()

export const marksLearning = (arena: Arena): void => void learning.add(arena)

export const isLearning = (arena: Arena): boolean => learning.has(arena)
