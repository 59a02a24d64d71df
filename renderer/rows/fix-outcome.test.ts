import { expect, test } from 'vitest'
import type { Edit } from '../../shared/edits/edit'
import type { Finding } from '../../shared/findings/finding-rules'
import { rowNamed } from '../testing/rows'
import { fixesBy, fixOutcome } from './fix-outcome'
import type { FileRow, Row } from './rows'

const file = '/home/ana/.kube/config'
const finding = (id: Finding['id'], more: Partial<Finding> = {}): Finding => ({
  ...{ id, severity: 'warning', contexts: [], file, message: `${id} is there`, advice: null },
  ...more,
})
const keysWin = finding('env-keys-win', { severity: 'error', instead: 'dev' })
const onDisk = (name: string, ...findings: readonly Finding[]): FileRow => ({
  ...rowNamed('prod-admin'),
  ...{ id: name, name, profile: 'dev', sharedWith: [], findings },
})
const edited = (was: FileRow): Row => ({ ...was, pending: { kind: 'changed', was } })
const pin = (context: string, more: Partial<Extract<Edit, { kind: 'set-profile' }>> = {}): Edit => ({
  ...{ kind: 'set-profile', context, profile: 'dev', pin: 'arg', scope: 'split' },
  ...more,
})

const rows = ['a', 'b', 'c', 'd', 'e'].map((name) => edited(onDisk(name, keysWin, finding('unpinned'))))

test('an edit that does what would fix a finding is its fix, wherever it was made', () => {
  const edits = [
    pin('a'),
    // For all contexts of the user, typed into a cell: it does the same.
    pin('b', { scope: 'shared' }),
    pin('c', { profile: 'other' }),
    pin('d', { pin: null }),
  ]
  const { kinds, had } = fixesBy([...rows, onDisk('f', keysWin)], [...edits, pin('f')])
  expect(kinds).toEqual([{ id: 'env-keys-win', severity: 'error', contexts: ['a', 'b'] }])
  expect([...had]).toEqual(['a', 'b'].map((id) => [id, new Set(['env-keys-win', 'unpinned'])]))
})

test('of a fix it is said where it is gone, where it is not and why, and what came in its place', () => {
  const fixing = fixesBy(
    rows,
    ['a', 'b', 'c', 'd'].map((id) => pin(id)),
  )
  const now = new Map<string, Row>([
    ['a', onDisk('a', finding('unpinned'))],
    ['b', { ...onDisk('b', keysWin), stale: 'changed' }],
    ['c', { ...onDisk('c', finding('same-identity', { severity: 'info' })), verdict: null, check: null }],
    // It is muted, and left alone.
    ['d', { ...onDisk('d', keysWin), muted: new Set(['env-keys-win'] as const) }],
  ])
  expect(fixOutcome(fixing, (id) => now.get(id))).toEqual({
    of: [{ kind: fixing.kinds[0], left: ['b'], why: ['env-keys-win is there'] }],
    came: [{ title: 'Several names for one identity and cluster', severity: 'info', contexts: 1 }],
    unverified: ['b', 'c'],
  })
  // A context that is gone has no finding.
  expect(fixOutcome(fixing, () => undefined).of[0]?.left).toEqual([])
})
