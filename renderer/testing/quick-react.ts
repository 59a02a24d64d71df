/**
 * Tests of the window run React as users have it; in the full run (`npm run check -- --full`) its development build, which warns and
 * takes a third more processor time. Only that one has `act`, by which the testing library makes each change: the other gets one here.
 */
import * as React from 'react'
import { flushSync } from 'react-dom'

if (process.env.NODE_ENV === 'production') giveAct()
else noteNothing()

/** A change is drawn before the call returns, and what it leads to before it is waited for. */
function giveAct(): void {
  // The very object that the testing library asks; what it exports by name is a copy.
  const loaded: unknown = Reflect.get(React, 'default')
  if (typeof loaded !== 'object' || loaded === null) throw new Error('there is no React')
  const turn = () => new Promise((done) => setTimeout(done, 0))
  Reflect.set(loaded, 'act', (change: () => unknown) => {
    let made: unknown
    flushSync(() => {
      made = change()
    })
    const drawn = async () => {
      const value = await made
      await turn()
      return value
    }
    return {
      // Who waits for nothing starts nothing.
      // biome-ignore lint/suspicious/noThenProperty: as React's own
      then: (resolve: (value: unknown) => void, reject: (error: unknown) => void) =>
        void drawn().then(resolve, reject),
    }
  })
}

/**
 * The development build notes for every element where it was made: a stack trace and a task each, a twentieth of what these
 * tests cost. Only its warnings would show them. It has a limit from which on it notes nothing; here that is reached from the start.
 */
function noteNothing(): void {
  Reflect.deleteProperty(console, 'createTask')
  const internals: unknown = Reflect.get(
    React,
    '__CLIENT_INTERNALS_DO_NOT_USE_OR_WARN_USERS_THEY_CANNOT_UPGRADE',
  )
  if (typeof internals !== 'object' || internals === null) return
  Object.defineProperty(internals, 'recentlyCreatedOwnerStacks', {
    get: () => 1e4,
    set: () => undefined,
    // Set anew for each file of tests that this process runs.
    configurable: true,
  })
}
