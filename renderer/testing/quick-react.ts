/**
 * React's development build, which tests need, notes for every element where it was made: a stack trace and a task each, a
 * twentieth of what these tests cost. Only its warnings would show them. It has a limit from which on it notes nothing; here that is reached
 * from the start.
 */
import * as React from 'react'

Reflect.deleteProperty(console, 'createTask')
const internals: unknown = Reflect.get(
  React,
  '__CLIENT_INTERNALS_DO_NOT_USE_OR_WARN_USERS_THEY_CANNOT_UPGRADE',
)
if (typeof internals === 'object' && internals !== null)
  Object.defineProperty(internals, 'recentlyCreatedOwnerStacks', {
    get: () => 1e4,
    set: () => undefined,
    // Set anew for each file of tests that this process runs.
    configurable: true,
  })
