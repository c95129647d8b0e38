/** A pseudo-terminal, where util-linux's `script` is installed. */

import { spawnSync } from 'node:child_process'

/** Whether keys can be typed to a program. */
export const hasTerminal: boolean = spawnSync('script', ['-qec', 'true', '/dev/null'], { stdio: ['pipe', 'ignore', 'ignore'] }).status === 0

/** For the names of tests that need it. */
export const terminalName: string = hasTerminal ? 'on a pseudo-terminal' : 'SKIPPED: no pseudo-terminal (util-linux `script`)'
