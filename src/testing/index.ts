/** rxspike/testing: arbitrary values for property tests, and what must hold of every layer. */
export {}
