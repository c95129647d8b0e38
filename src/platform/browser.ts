/** What differs between Node and a browser, in a browser. */
export * from './files.browser.ts'
export * from './server.browser.ts'
export * from './memory.browser.ts'
