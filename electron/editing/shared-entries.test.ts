/** What is said where other contexts would change along. (That nothing is written then: editing.test.ts, program/edit.test.ts.) */
import { expect, test } from 'vitest'
import type { AlsoChanged } from '../../shared/edits/edit'
import { sharedRefusal } from './shared-entries'

const plan = (...alsoChanges: readonly AlsoChanged[]) => ({
  revisions: [],
  files: [],
  alsoChanges,
  problems: [],
  blocked: false,
  currentContext: null,
})
const change = (name: string, through: AlsoChanged['through'], beside?: string): AlsoChanged => ({
  context: name,
  name,
  through,
  entry: 'e',
  ...(beside === undefined ? {} : { beside }),
})

test('the command that parts contexts names the file that no list names', () => {
  expect(sharedRefusal(plan())).toBeNull()
  expect(sharedRefusal(plan(change('reader', 'user')))).toMatchObject({
    message: 'This would also change the context reader, which uses the same entry.',
    next: expect.stringContaining('(`ekscope split-user`)'),
  })
  const beside = sharedRefusal(plan(change('reader', 'user'), change('my own', 'user', '/h/my k')))
  expect(beside).toMatchObject({
    message: 'This would also change the contexts reader, my own of /h/my k, which use the same entry.',
    next: expect.stringContaining("(`ekscope split-user --kubeconfig '/h/my k' 'my own'`)"),
  })
  expect(sharedRefusal(plan(change('reader', 'cluster', '/h/k')))?.next).not.toContain('split-user')
})
