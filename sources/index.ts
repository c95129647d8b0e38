/** Where values come from: recordings, clocks, pages, sockets, a built-in scene. */

export { clock } from './clock.ts'
export { controls, type Controls } from './controls.ts'
export { dvsFile, type DvsFileOptions } from './dvs-file.ts'
export { movingScene } from './moving-scene.ts'
export { steps } from './steps.ts'
export { webSocketSource } from './web-socket.ts'
export type { SliderOptions } from '../src/dashboard/control.ts'
