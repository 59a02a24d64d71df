import { expect, test } from 'vitest'
import { atOnce, type Turns } from '../../shared/turns'
import { inTurns } from './in-turns'

/** Four turns, each longer than work may go on without others. */
function* long(done: string[]): Turns<number> {
  for (let turn = 1; turn <= 4; turn++) {
    for (const since = performance.now(); performance.now() - since < 40; );
    done.push(`turn ${turn}`)
    yield
  }
  return done.length
}

test('other work of the thread comes in between the turns of long work', async () => {
  const done: string[] = []
  setImmediate(() => done.push('other work'))
  expect(await inTurns(long(done))).toBe(5)
  expect(done.slice(0, 2)).toEqual(['turn 1', 'other work'])
})

test('all turns at once give the same result, and nothing comes in between', () => {
  const done: string[] = []
  setImmediate(() => done.push('other work'))
  expect(atOnce(long(done))).toBe(4)
})
