import { describe, expect, test } from 'vitest'
import type { Edit } from '../../shared/edits/edit'
import type { ProfileEdit } from '../../shared/edits/profile-edit'
import type { EnvironmentName } from '../../shared/identity/identity'
import type { IdentityTree, PlacedProfile } from '../../shared/identity/identity-tree'
import { identityTree } from '../testing/identities'
import {
  afterWrite,
  cellProblem,
  madeProfiles,
  nameProblem,
  newSessions,
  profileEditsIn,
  profilesOf,
  stepTo,
  withAdded,
  withCell,
  withClone,
  withDeleted,
  withKept,
} from './profile-edits'

const tree: IdentityTree = identityTree()
function placed(name: string, edits: readonly ProfileEdit[] = []): PlacedProfile {
  const found = [...profilesOf(tree), ...madeProfiles(tree, edits)].find((one) => one.name === name)
  if (found === undefined) throw new Error(`no profile ${name}`)
  return found
}
const role = [
  { key: 'role_arn', value: 'R' },
  { key: 'source_profile', value: 'hub' },
] as const

const of = (edit: ProfileEdit, environment: EnvironmentName = 'app'): Edit => ({
  kind: 'edit-profile',
  environment,
  edit,
  was: null,
})

describe('a list of pending edits of profiles', () => {
  test('one step leads from what is pending to another list: edits that stay keep their ids, and a value says what was before', () => {
    const [kept, goes] = [
      { kind: 'delete-profile', profile: 'lake' },
      { kind: 'rename-profile', profile: 'hub', name: 'centre' },
    ] as const
    const pending = [of(kept), of(goes), of(goes, 'clean')].map((edit, at) => ({ id: at + 1, edit }))
    expect(profileEditsIn(pending, 'app')).toEqual([kept, goes])
    const region = { kind: 'set-profile-key', profile: 'pay', key: 'region', value: 'us-east-1' } as const
    expect(stepTo([kept, region], pending, 'app', tree)).toEqual({
      edits: [{ kind: 'edit-profile', environment: 'app', edit: region, was: 'eu-west-1' }],
      drop: new Set([2]),
    })
  })

  test('what waits on after a rename was written names the profile as the file does then, in that environment alone', () => {
    const written = [of({ kind: 'rename-profile', profile: 'hub', name: 'centre' })]
    const region = (profile: string): ProfileEdit => ({
      kind: 'set-profile-key',
      profile,
      key: 'region',
      value: 'us-east-1',
    })
    const source = (value: string): ProfileEdit => ({
      kind: 'set-profile-key',
      profile: 'pay',
      key: 'source_profile',
      value,
    })
    expect(afterWrite(of(region('hub')), written)).toEqual(of(region('centre')))
    expect(afterWrite(of(source('hub')), written)).toEqual(of(source('centre')))
    expect(afterWrite(of({ kind: 'clone-profile', profile: 'hub', name: 'copy' }), written)).toEqual(
      of({ kind: 'clone-profile', profile: 'centre', name: 'copy' }),
    )
    expect(afterWrite(of(region('hub'), 'clean'), written)).toEqual(of(region('hub'), 'clean'))
    expect(afterWrite(of(region('lake')), written)).toEqual(of(region('lake')))
  })

  test('a copy is what is shown of its original, and goes its own way from there', () => {
    let edits = withCell([], placed('pay'), 'region', 'us-east-1')
    edits = withClone(edits, 'pay', 'copy')
    edits = withCell(edits, placed('pay'), 'region', 'us-east-2')
    // The copy of a copy, and of one that is new, need no file.
    edits = withClone(edits, 'copy', 'again')
    edits = withAdded(edits, 'new', role)
    edits = withClone(edits, 'new', 'new-2')
    edits = withCell(edits, placed('new', edits), 'source_profile', 'alice')
    const region = (profile: string, value: string) => ({
      kind: 'set-profile-key',
      profile,
      key: 'region',
      value,
    })
    expect(edits).toEqual([
      { kind: 'clone-profile', profile: 'pay', name: 'copy' },
      region('copy', 'us-east-1'),
      region('pay', 'us-east-2'),
      { kind: 'clone-profile', profile: 'pay', name: 'again' },
      region('again', 'us-east-1'),
      {
        kind: 'add-profile',
        profile: 'new',
        settings: [
          { key: 'role_arn', value: 'R' },
          { key: 'source_profile', value: 'alice' },
        ],
      },
      { kind: 'add-profile', profile: 'new-2', settings: role },
    ])
  })

  test('another name of one that is new goes into all that names it; forgotten, nothing of it is left', () => {
    let edits = withAdded([], 'base', [{ key: 'region', value: 'x' }])
    edits = withCell(edits, placed('pay'), 'source_profile', 'base')
    edits = withAdded(edits, 'top', [{ key: 'source_profile', value: 'base' }])
    edits = withClone(edits, 'hub', 'copy')
    edits = withCell(edits, placed('copy', edits), 'output', 'json')
    edits = withCell(edits, placed('base', edits), 'name', 'ground')
    edits = withCell(edits, placed('copy', edits), 'name', 'other')
    expect(JSON.stringify(edits)).not.toMatch(/"(base|copy)"/)
    expect(edits).toContainEqual({
      kind: 'set-profile-key',
      profile: 'other',
      key: 'output',
      value: 'json',
    })
    expect(withDeleted(edits, 'other')).toEqual(
      edits.filter((edit) => !JSON.stringify(edit).includes('"other"')),
    )
    // Changed as a whole, it stays where it was.
    expect(withAdded(edits, 'floor', [{ key: 'output', value: 'text' }], 'ground')[0]).toEqual({
      kind: 'add-profile',
      profile: 'floor',
      settings: [{ key: 'output', value: 'text' }],
    })
  })

  test('who goes has no other edits, and can stay after all', () => {
    let edits = withCell([], placed('pay'), 'region', 'us-east-1')
    edits = withCell(edits, placed('pay'), 'name', 'payments')
    edits = withDeleted(withClone(edits, 'pay', 'copy'), 'pay')
    expect(edits.map(({ kind }) => kind)).toEqual(['clone-profile', 'set-profile-key', 'delete-profile'])
    expect(withKept(edits, 'pay')).toHaveLength(2)
  })

  test('one with a new name is meant by it, too: the file still has the old one', () => {
    const edits = withCell([], placed('hub'), 'name', 'centre')
    expect(cellProblem(tree, edits, placed('pay'), 'source_profile', 'centre')).toBeNull()
    expect(withAdded(edits, 'new', [{ key: 'source_profile', value: 'centre' }])[1]).toMatchObject({
      settings: [{ key: 'source_profile', value: 'hub' }],
    })
    expect(withCell(edits, placed('lake'), 'source_profile', 'centre')[1]).toMatchObject({ value: 'hub' })
    expect(cellProblem(tree, edits, placed('pay'), 'source_profile', 'nobody')?.code).toBe('not-found')
  })

  test('no two profiles have one name, written or not', () => {
    const edits = withCell(withAdded([], 'new', []), placed('hub'), 'name', 'centre')
    for (const name of ['hub', 'alice', 'plain', 'new', 'centre'])
      expect(nameProblem(tree, edits, name, null)?.code, name).toBe('conflict')
    expect(nameProblem(tree, edits, '', null)?.code).toBe('bad-request')
    expect([nameProblem(tree, edits, 'free', null), nameProblem(tree, edits, 'new', 'new')]).toEqual([
      null,
      null,
    ])
    expect(nameProblem(tree, edits, 'centre', 'hub')).toBeNull()
  })

  test('a new session comes before who is of it, and goes with the last of them', () => {
    const ofCorp = [{ key: 'sso_session', value: 'corp-2' }] as const
    const corp = {
      name: 'corp-2',
      settings: [{ key: 'sso_start_url', value: 'https://a.awsapps.com/start' }],
    } as const
    const other = {
      name: 'corp-2',
      settings: [{ key: 'sso_start_url', value: 'https://b.awsapps.com/start' }],
    } as const
    const made = (edits: readonly ProfileEdit[]) => edits.map(({ kind }) => kind)
    let edits = withAdded([], 'one', ofCorp, null, corp)
    expect(made(edits)).toEqual(['add-sso-session', 'add-profile'])
    expect(placed('one', edits)).toMatchObject({ more: corp.settings })
    // It is one session, however many profiles are of it: the last word counts.
    edits = withAdded(edits, 'two', ofCorp, null, other)
    expect(newSessions(edits)).toEqual([other])
    expect(cellProblem(tree, edits, placed('pay'), 'sso_session', 'corp-2')).toBeNull()
    edits = withCell(edits, placed('pay'), 'sso_session', 'corp-2')
    edits = withDeleted(withDeleted(edits, 'one'), 'two')
    expect(made(edits)).toEqual(['add-sso-session', 'set-profile-key'])
    edits = withCell(edits, placed('pay'), 'sso_session', '')
    expect(edits).toEqual([])
    edits = withAdded(withAdded([], 'one', ofCorp, null, corp), 'uno', [], 'one')
    expect(edits).toEqual([{ kind: 'add-profile', profile: 'uno', settings: [] }])
  })
})
