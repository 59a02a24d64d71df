import { setImmediate } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { collect } from './collect'

test('memory that nothing holds any more is given back at once', async () => {
  const gone = new WeakRef(new SharedArrayBuffer(64 * 1024 * 1024))
  // What a weak reference was made of is held until the turn ends.
  await setImmediate()
  collect()
  expect(gone.deref()).toBeUndefined()
  expect(Reflect.get(globalThis, 'gc')).toBeUndefined()
})
