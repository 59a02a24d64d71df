import { expect, test } from 'vitest'
import type { Entrance } from '../../shared/identity/access-entries'
import { whoPrincipal } from '../../shared/identity/named-identity'
import type { SeenThere, WhoMayEnter } from '../../shared/identity/who-may-enter'
import { whoMayEnter } from '../testing/clusters'
import { now } from '../testing/fleet'
import {
  askedBy,
  contradicted,
  oneWayEach,
  ownIdentityLines,
  readsMore,
  saidOfLists,
  wasTried,
  whenRead,
} from './cluster-access'
import { whoEnters } from './cluster-rows'

const saw = (identity: string, username: string | null, at = now): SeenThere => ({
  identity,
  at,
  username,
  groups: [],
  everything: false,
  refused: username === null,
  problem: null,
})

const noRow = () => undefined
const owners = new Map<string, string>()
/** A context that was checked as this role, and let in where a name is given. */
const checkedAs = (role: string, username: string | null, at = now) => {
  const arn = `arn:aws:iam::111122223333:role/${role}`
  return {
    check: {
      at,
      seen:
        username === null
          ? null
          : { username, uid: null, groups: [], extra: {}, everything: false, fromDenial: false, ms: 1 },
      steps: [],
      problem: username === null ? ({ code: 'unauthorized', message: 'No.', next: 'Ask.' } as const) : null,
    },
    proven: whoPrincipal(arn),
  }
}
const contextsOf = (...rows: readonly ReturnType<typeof checkedAs>[]) =>
  [rows.map((_, at) => ({ id: String(at) })), (id: string) => rows[Number(id)], owners] as const

test('those that were seen inside come first, then those that are claimed; the others are named apart', () => {
  const access = whoMayEnter({ seen: [saw('readonly', 'viewer')] })
  const { entering, outside, notNamed, open } = ownIdentityLines(access, [], noRow, owners)
  expect(entering.map(({ who, seen }) => [who.label, seen?.username ?? null])).toEqual([
    ['ReadOnly', 'viewer'],
    ['Admin', null],
    ['carol', null],
  ])
  expect(outside).toEqual([])
  expect(notNamed.map(({ name }) => name)).toEqual(['Hub'])
  expect(open.map(({ name }) => name)).toEqual(['batch'])
})

test('of what a context found out and what was asked by a click the later counts', () => {
  const of = (clicked: number, checked: number) =>
    ownIdentityLines(
      whoMayEnter({ seen: [saw('admin', 'clicked', clicked)] }),
      ...contextsOf(checkedAs('Admin', 'checked', checked)),
    ).entering[0]?.seen?.username
  expect(of(now, now - 1)).toBe('clicked')
  expect(of(now - 1, now)).toBe('checked')
})

test('one principal is one line however it is come by, and tab, list and tiles count alike', () => {
  const said = whoMayEnter()
  const ways = said.mine.flatMap((one) =>
    one.who.id === 'hub'
      ? [one]
      : [one, { ...one, who: { ...one.who, id: `${one.who.id} again`, kind: 'keys' as const } }],
  )
  const again = (at: number, text: string): Entrance => {
    const entrance = ways[at]?.entrance
    if (entrance?.kind !== 'enters') throw new Error('it does not enter')
    return { ...entrance, username: { text, whole: !text.includes('{{') } }
  }
  const mine = ways.map((one, at) =>
    at === 1
      ? { ...one, entrance: again(at, 'admin:y') }
      : at === 3
        ? { ...one, entrance: again(at, '{{x}}') }
        : one,
  )
  // ReadOnly is refused, and what an entry says of it does not let it in.
  const access = {
    ...said,
    mine,
    seen: [saw('readonly again', null), saw('carol', 'carol')].map((one) => ({
      ...one,
      refused: one.username === null,
    })),
  }
  const stranger = checkedAs('Stranger', 'seen')
  const [contexts, rowOf] = contextsOf(checkedAs('Admin', 'admin:x'), checkedAs('Admin', null), stranger)
  const { entering, outside, notNamed, open } = ownIdentityLines(access, contexts, rowOf, owners)
  expect(entering.map(({ who, ways: all, names }) => [who.label, all.length, names])).toEqual([
    ['Admin', 2, ['admin:x', 'admin:y']],
    ['carol', 2, ['carol']],
    // Only its context's token said who that is.
    ['Stranger', 0, []],
  ])
  expect(outside.map(({ who, ways: all }) => [who.label, all.length])).toEqual([['ReadOnly', 2]])
  expect([notNamed.length, open.length]).toEqual([1, 2])
  const enters = mine.flatMap(({ who, entrance }) =>
    entrance.kind === 'enters' ? [{ ...who, username: null, everything: false }] : [],
  )
  const tiles = whoEnters(
    { contexts: contexts.map(({ id }) => ({ id, name: id, verdict: null })), shadowed: [], enters },
    rowOf,
    owners,
    access,
  )
  expect(tiles.map(({ who }) => who.label).sort()).toEqual(entering.map(({ who }) => who.label).sort())
})

test('one token goes there for each principal, of whoever can act; who got none is asked as last', () => {
  const said = whoMayEnter()
  const mine = said.mine.flatMap((one) => [
    { ...one, who: { ...one.who, id: `${one.who.id} unsure`, state: 'unknown' as const } },
    one,
  ])
  const ids = mine.flatMap(({ who }) => (who.name === 'Admin' || who.name === 'Hub' ? [who.id] : []))
  const asked = (seen: readonly SeenThere[]) => oneWayEach({ mine, seen }, ids, owners).map(({ id }) => id)
  expect(asked([])).toEqual(['admin', 'hub'])
  expect(asked([{ ...saw('admin', null), refused: false }])).toEqual(['admin unsure', 'hub'])
  expect(asked([saw('admin', null)])).toEqual(['admin', 'hub'])
})

test('what is claimed and what was seen contradict each other only where the cluster itself refuses', () => {
  const enters: Entrance = {
    kind: 'enters',
    from: 'access-entry',
    place: null,
    principal: 'x',
    others: [],
    username: null,
    groups: [],
    policies: [],
    node: false,
    doubt: null,
  }
  expect(contradicted(enters, saw('a', null))).toBe(true)
  expect(contradicted(enters, saw('a', 'a'))).toBe(false)
  expect(contradicted(enters, { ...saw('a', null), refused: false })).toBe(false)
  expect(contradicted({ kind: 'not-named' }, saw('a', null))).toBe(false)
})

test('it is asked by whoever is known to get in, and by no context where there is none', () => {
  const contexts = ['a', 'b'].map((id) => ({ id, name: id, verdict: null }))
  expect(askedBy(contexts, () => undefined)).toBe('a')
  expect(askedBy([], () => undefined)).toBeNull()
})

const first =
  'Access entries were not asked for yet. They come before aws-auth, and whoever they name may enter.'
const perhaps =
  'Access entries were not asked for yet. Where they count, they come before aws-auth, and whoever they name may enter.'
const too = 'aws-auth was not asked for yet. Whoever it names may enter, too.'
const perhapsToo = 'aws-auth was not asked for yet. Where it counts, whoever it names may enter, too.'
const noEntries = 'Access entries name no identity.'
const noLines = 'aws-auth names no identity.'
const neither = 'Neither access entries nor aws-auth name an identity.'
const [read, asked] = ['Read 2 min ago.', 'Asked 2 min ago.']
const [onlyEntries, onlyAwsAuth] = [
  'Access entries were read 2 min ago.',
  'aws-auth was read 2 min ago.',
] as const
type List = 'named' | 'empty' | 'refused' | 'open'

/** As the panel gets it where both lists are so; what the mode does not look at may have been read before all the same. */
function listsAre(mode: string | null, entries: List, awsAuth: List): WhoMayEnter {
  const { rows } = whoMayEnter()
  const counts = { entries: mode !== 'CONFIG_MAP', awsAuth: mode !== 'API' }
  const state = (list: List, counted: boolean) =>
    counted
      ? list === 'refused'
        ? ({ state: 'not-read', why: 'No.', next: 'Ask.' } as const)
        : ({ state: list === 'open' ? 'not-asked' : 'read' } as const)
      : ({ state: 'not-looked-at' } as const)
  const at = (list: List) => (list === 'open' ? null : now - 120_000)
  return whoMayEnter({
    mode,
    entries: { ...state(entries, counts.entries), at: at(entries) },
    awsAuth: { ...state(awsAuth, counts.awsAuth), at: at(awsAuth), problems: [] },
    rows: rows.filter(({ from }) => (from === 'access-entry' ? entries : awsAuth) === 'named'),
  })
}

test.each<[mode: string | null, entries: List, awsAuth: List, says: readonly string[], when: string | null]>([
  ['API_AND_CONFIG_MAP', 'named', 'named', [], read],
  ['API_AND_CONFIG_MAP', 'named', 'empty', [noLines], read],
  ['API_AND_CONFIG_MAP', 'named', 'refused', [], asked],
  ['API_AND_CONFIG_MAP', 'named', 'open', [too], onlyEntries],
  ['API_AND_CONFIG_MAP', 'empty', 'named', [noEntries], read],
  ['API_AND_CONFIG_MAP', 'empty', 'empty', [neither], read],
  ['API_AND_CONFIG_MAP', 'empty', 'refused', [noEntries], asked],
  ['API_AND_CONFIG_MAP', 'empty', 'open', [too, noEntries], onlyEntries],
  ['API_AND_CONFIG_MAP', 'refused', 'named', [], asked],
  ['API_AND_CONFIG_MAP', 'refused', 'empty', [noLines], asked],
  ['API_AND_CONFIG_MAP', 'refused', 'refused', [], asked],
  ['API_AND_CONFIG_MAP', 'refused', 'open', [too], asked],
  ['API_AND_CONFIG_MAP', 'open', 'named', [first], onlyAwsAuth],
  ['API_AND_CONFIG_MAP', 'open', 'empty', [first, noLines], onlyAwsAuth],
  ['API_AND_CONFIG_MAP', 'open', 'refused', [first], asked],
  ['API_AND_CONFIG_MAP', 'open', 'open', [], null],
  [null, 'named', 'empty', [noLines], read],
  [null, 'named', 'open', [perhapsToo], onlyEntries],
  [null, 'empty', 'empty', [neither], read],
  [null, 'empty', 'open', [perhapsToo, noEntries], onlyEntries],
  [null, 'open', 'named', [perhaps], onlyAwsAuth],
  [null, 'open', 'empty', [perhaps, noLines], onlyAwsAuth],
  [null, 'open', 'open', [], null],
  // What does not count is said nothing of, and its age is not the one of what does.
  ['API', 'named', 'open', [], read],
  ['API', 'empty', 'open', [noEntries], read],
  ['API', 'empty', 'named', [noEntries], read],
  ['API', 'refused', 'open', [], asked],
  ['API', 'open', 'empty', [], null],
  ['API', 'open', 'open', [], null],
  ['CONFIG_MAP', 'open', 'named', [], read],
  ['CONFIG_MAP', 'open', 'empty', [noLines], read],
  ['CONFIG_MAP', 'named', 'empty', [noLines], read],
  ['CONFIG_MAP', 'open', 'refused', [], asked],
  ['CONFIG_MAP', 'empty', 'open', [], null],
  ['CONFIG_MAP', 'open', 'open', [], null],
])('with %s, entries %s and aws-auth %s it says %j and %s', (mode, entries, awsAuth, says, when) => {
  const access = listsAre(mode, entries, awsAuth)
  expect(saidOfLists(access)).toEqual(says)
  expect(whenRead(access, '', now)).toBe(when)
  expect(wasTried(access)).toBe(when !== null)
  const counted = mode === 'API' ? [entries] : mode === 'CONFIG_MAP' ? [awsAuth] : [entries, awsAuth]
  expect(readsMore(access, true)).toBe(counted.includes('open'))
  // Without a token there is no more to read of aws-auth.
  expect(readsMore(access, false)).toBe(mode !== 'CONFIG_MAP' && entries === 'open')
})

test('what was read at different times says so of each, and of what part of aws-auth can be read', () => {
  const access = listsAre('API_AND_CONFIG_MAP', 'empty', 'empty')
  expect(whenRead({ ...access, entries: { state: 'read', at: now - 3 * 86_400_000 } }, ' as x', now)).toBe(
    'Access entries were read 3 days ago, aws-auth 2 min ago.',
  )
  const problems = [{ list: 'mapRoles', message: 'It is a text.' } as const]
  expect(saidOfLists({ ...access, awsAuth: { ...access.awsAuth, problems } })).toEqual([
    noEntries,
    'What can be read of aws-auth names no identity.',
  ])
})
