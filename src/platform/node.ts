/** What differs between Node and a browser, in Node. The only room where `node:` modules appear. */
export * from './files.node.ts'
export * from './server.node.ts'
export * from './memory.node.ts'
