/** Where values go: web pages, sockets. */

export { dashboard, type Dashboard, type DashboardOptions } from './dashboard.ts'
export { webSocketSink, type WebSocketSink, type WebSocketSinkOptions } from './web-socket.ts'
export { createSink } from '../src/stream/sink.ts'
