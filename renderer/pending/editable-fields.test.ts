import { expect, test } from 'vitest'
import { emptyExec } from '../../shared/kubeconfig/entries'
import { columnIds } from '../rows/columns'
import type { Row } from '../rows/rows'
import { makeFleet } from '../testing/fleet'
import { fleetRows, rowNamed } from '../testing/rows'
import { bulkEdits, pasteInto, replacements } from './bulk'
import { type FieldInputs, fieldOf, lockedWhy, othersOf, readProfile } from './editable-fields'
import { filledRange } from './range-values'

const rows = fleetRows()
const { snapshot } = makeFleet()
const inputs: FieldInputs = {
  snapshot,
  files: snapshot.files,
  rows,
  home: '/home/alice',
  accountNames: new Map(),
  recentRoles: [],
  made: [],
  choices: {
    profiles: [
      {
        name: 'pay',
        kind: 'role',
        region: null,
        says: 'arn:aws:iam::111122223333:role/Admin',
      },
    ],
    roles: ['arn:aws:iam::111122223333:role/Admin', 'arn:aws:iam::444455556666:role/Developer'],
    regions: ['eu-west-1', 'sa-east-1'],
  },
}
const admin = rowNamed('prod-admin')
const meant = (column: string, row: Row, text: string) => {
  const said = fieldOf(column)?.edits(row, text, 'split', inputs)
  return said && 'edits' in said ? said.edits : said
}

test('every written column can be edited, every found-out one cannot', () => {
  const editable = columnIds.filter((id) => fieldOf(id) !== undefined)
  expect(editable).toEqual([
    'context',
    'cluster',
    'profile',
    'namespace',
    'region',
    'role',
    'user',
    'entry',
    'server',
    'proxyUrl',
    'tlsServerName',
    'apiVersion',
    'file',
  ])
})

test('a profile is written with how it is pinned, as its column says it', () => {
  expect(readProfile('pay --profile')).toEqual({ profile: 'pay', pin: 'arg' })
  expect(readProfile('pay env')).toEqual({ profile: 'pay', pin: 'env' })
  expect(readProfile('pay')).toEqual({ profile: 'pay', pin: null })
  for (const row of rows)
    if (row.profile !== null && row.pin !== 'none')
      expect(readProfile(fieldOf('profile')?.text(row) ?? '')).toEqual({ profile: row.profile, pin: row.pin })
})

test('an empty value takes away what may be absent, and is refused where it may not', () => {
  expect(meant('namespace', admin, '')).toEqual([
    { kind: 'set-namespace', context: admin.id, namespace: null },
  ])
  expect(meant('context', admin, '')).toEqual({ problem: 'Context cannot be empty.' })
})

test('a user name that is there is taken, one that is not is a new name; a shared one is left to the others', () => {
  expect(meant('user', admin, 'stage-admin')).toEqual([
    { kind: 'set-user', context: admin.id, user: 'stage-admin' },
  ])
  expect(meant('user', admin, 'ana')).toEqual([{ kind: 'rename-user', user: admin.user?.id, name: 'ana' }])
  const shared = rows.find((row) => row.sharedWith.length > 0)
  if (!shared) throw new Error('the fleet shares no user')
  expect(meant('user', shared, 'ana')).toEqual([{ kind: 'split-user', context: shared.id, name: 'ana' }])
})

test('a cell that cannot be edited says why', () => {
  const certificate = rows.find((row) => row.user?.exec === null)
  const wrapper = rowNamed('tool-by-wrapper')
  expect(certificate && lockedWhy('role', certificate, snapshot)).toContain('without a command')
  expect(lockedWhy('role', wrapper, snapshot)).toContain('does not know')
  // What is inside another command is edited where it is certain what that runs.
  const running = (command: string, args: readonly string[]) => ({
    ...admin,
    user: admin.user && { ...admin.user, exec: { ...emptyExec, command, args } },
  })
  const getToken = 'aws eks get-token --cluster-name c'
  expect(
    lockedWhy('role', running('aws-vault', ['exec', 'p', '--', ...getToken.split(' ')]), snapshot),
  ).toBeNull()
  expect(lockedWhy('role', running('sh', ['-c', getToken]), snapshot)).toBeNull()
  expect(lockedWhy('role', running('sh', ['-c', `${getToken} | cat`]), snapshot)).toMatch(
    /cannot be edited: .* it has \|/,
  )
  expect(lockedWhy('verdict', admin, snapshot)).toContain('found out')
  expect(lockedWhy('namespace', wrapper, snapshot)).toBeNull()
})

test('whoever else uses the cluster entry is named before its server changes', () => {
  const others = othersOf('server', rowNamed('prod-readonly'), rows)
  expect(others).toContain('prod-admin')
  expect(othersOf('namespace', admin, rows)).toEqual([])
})

test('roles of the cluster’s account are offered first', () => {
  const offers = fieldOf('role')?.offers(rowNamed('stage'), inputs) ?? []
  expect(offers[0]?.value).toContain('::444455556666:')
})

test('one pasted value goes into every selected row, a table from the cursor on', () => {
  const [a, b, c] = rows
  if (!a || !b || !c) throw new Error('the fleet is too small')
  const at = {
    rows,
    columns: ['context', 'verdict', 'namespace', 'profile'],
    cursor: { row: b.id, column: 'namespace' },
    selected: new Set([b.id, c.id]),
  }
  expect(pasteInto([['web']], at).cells).toEqual([
    { row: b, column: 'namespace', text: 'web' },
    { row: c, column: 'namespace', text: 'web' },
  ])
  const { cells, lost } = pasteInto(
    [
      ['one', 'pay', 'too far'],
      ['two', 'dev'],
    ],
    at,
  )
  expect(cells.map(({ row, column, text }) => [row.name, column, text])).toEqual([
    [b.name, 'namespace', 'one'],
    [b.name, 'profile', 'pay'],
    [c.name, 'namespace', 'two'],
    [c.name, 'profile', 'dev'],
  ])
  const outside = 'the table is larger than what is shown'
  expect(lost).toEqual([outside])
  // Each value that has no cell counts, and so does one that would stand where nothing can be written.
  const long = rows.map(({ name }) => [name])
  expect(pasteInto([...long, ['one'], ['two']], at).lost).toEqual([outside, outside, outside])
  const intoVerdict = pasteInto(
    [
      ['a', ''],
      ['b', 'c'],
    ],
    { ...at, cursor: { row: b.id, column: 'verdict' } },
  )
  expect([intoVerdict.cells.length, intoVerdict.lost.length]).toEqual([2, 2])
})

test('a value for everybody who uses an entry leaves it one, a value for some of them splits', () => {
  const [first, ...others] = rows.filter((row) => row.user !== null && row.sharedWith.length > 0)
  const sharing = [first, ...others].flatMap((row) => (row && row.user?.id === first?.user?.id ? [row] : []))
  expect(sharing.length).toBeGreaterThan(1)
  const scopes = (chosen: readonly Row[]) =>
    bulkEdits(
      chosen.map((row) => ({ row, column: 'region', text: 'sa-east-1' })),
      'split',
      inputs,
    ).edits.map((edit) => (edit.kind === 'set-region' ? edit.scope : edit.kind))
  expect(scopes(sharing)).toEqual(sharing.map(() => 'shared'))
  expect(scopes(sharing.slice(1))).toEqual(sharing.slice(1).map(() => 'split'))
})

test('a table that names its columns goes to the contexts that it names, in any order', () => {
  const { cells, lost } = pasteInto(
    [
      ['Namespace', 'Context'],
      ['web', 'prod-admin'],
      ['x', 'nobody-here'],
    ],
    {
      rows,
      columns: ['context'],
      cursor: { row: rows[5]?.id ?? '', column: 'context' },
      selected: new Set(),
    },
  )
  expect(cells.map(({ row, column, text }) => [row.name, column, text])).toEqual([
    ['prod-admin', 'namespace', 'web'],
  ])
  expect(lost).toEqual(['there is no context nobody-here'])
})

test('values that are there already make no edit, and cells that cannot take theirs are told', () => {
  const { edits, cells, left } = bulkEdits(
    [
      { row: admin, column: 'namespace', text: admin.entry.namespace ?? '' },
      { row: admin, column: 'namespace', text: 'other' },
      // The profile that it names already, pinned as it is.
      { row: admin, column: 'profile', text: admin.profile ?? '' },
      { row: admin, column: 'profile', text: `${admin.profile} --profile` },
      { row: admin, column: 'verdict', text: 'verified' },
      { row: rowNamed('tool-by-wrapper'), column: 'role', text: 'arn:aws:iam::111122223333:role/Admin' },
    ],
    'split',
    inputs,
  )
  expect(edits).toEqual([{ kind: 'set-namespace', context: admin.id, namespace: 'other' }])
  expect(cells).toBe(1)
  expect(left).toHaveLength(1)
})

test('contexts that move to one file move together, after everything else', () => {
  const { edits } = bulkEdits(
    rows.slice(0, 2).flatMap((row) => [
      { row, column: 'file', text: '/elsewhere' },
      { row, column: 'namespace', text: 'z' },
    ]),
    'split',
    inputs,
  )
  expect(edits.map(({ kind }) => kind)).toEqual(['set-namespace', 'set-namespace', 'move-contexts'])
})

test('fill down takes the first selected row’s value, or the one above the cursor', () => {
  const [a, b, c] = rows
  if (!a || !b || !c) throw new Error('the fleet is too small')
  const all = filledRange({ rows: [a, b, c], columns: ['namespace'] }, rows)
  expect(all.map(({ row, text }) => [row.id, text])).toEqual([
    [b.id, a.entry.namespace ?? ''],
    [c.id, a.entry.namespace ?? ''],
  ])
  const above = filledRange({ rows: [b], columns: ['namespace'] }, rows)
  expect(above).toEqual([{ row: b, column: 'namespace', text: a.entry.namespace ?? '' }])
  expect(filledRange({ rows: [a, b], columns: ['context'] }, rows)).toEqual([])
})

test('what is searched for is text unless a pattern is asked for', () => {
  const how = { regexp: false, matchCase: false }
  const found = replacements(rows, ['context'], 'PROD-', '$&x', how)
  if ('problem' in found) throw new Error(found.problem)
  expect(found.found.find(({ was }) => was === 'prod-admin')?.now).toBe('$&xadmin')
  const pattern = replacements(rows, ['context'], '^prod-(.*)$', 'p-$1', { ...how, regexp: true })
  if ('problem' in pattern) throw new Error(pattern.problem)
  expect(pattern.found.find(({ was }) => was === 'prod-admin')?.now).toBe('p-admin')
  expect(replacements(rows, ['context'], '(', '', { ...how, regexp: true })).toHaveProperty('problem')
})

test('a profile is offered with the account by its name, where people call it by one', () => {
  const accountNames = new Map([['111122223333', 'payments-prod']])
  const hints = [inputs, { ...inputs, accountNames }].map(
    (one) => fieldOf('profile')?.offers(admin, one)[0]?.hint,
  )
  expect(hints).toEqual(['role · Admin in 1111 2222 3333', 'role · Admin in payments-prod'])
})

test('a profile that is pending is offered first, and said to be in no file yet', () => {
  const [first, ...others] = fieldOf('profile')?.offers(admin, { ...inputs, made: ['new'] }) ?? []
  expect(first).toEqual({ value: 'new', hint: 'not written yet' })
  expect(others).toEqual(fieldOf('profile')?.offers(admin, inputs))
})
