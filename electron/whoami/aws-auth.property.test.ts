/**
 * Rows of who may enter, and who enters by them, judged by the authenticator's own rules: a model of them that shares no code with ours.
 * Source: aws-iam-authenticator, `pkg/arn` Canonicalize, `pkg/config` Key and Matches, `pkg/mapper/configmap`, `pkg/server` doMapping and
 * renderTemplate, before 0.6.30 and since. Access entries: EKS matches the unique id, so the role or user that IAM has.
 */
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  type AccessEntry,
  type ClusterAccess,
  type Entrance,
  entranceOf,
} from '../../shared/identity/access-entries'
import { principalsOf } from '../../shared/identity/access-rows'
import { entrant } from '../../shared/identity/who-may-enter'
import { full } from '../../shared/testing/counts'
import { awsAuthOf } from './aws-auth'

const accounts = ['111122223333', '444455556666'] as const
const iam = (account: string, rest: string, partition = 'aws') => `arn:${partition}:iam::${account}:${rest}`

/** Who is there in IAM: path and spelling are theirs alone. */
const principals = accounts.flatMap((account) => [
  ...['role/Ops', 'role/teams/x/Platform', 'role/Node', 'user/ada', 'user/people/Bob', 'root'].map((rest) =>
    iam(account, rest),
  ),
  `arn:aws:sts::${account}:federated-user/Fed`,
])

interface Caller {
  readonly arn: string
  readonly account: string
  /** Empty for a user. */
  readonly session: string
  /** As IAM has it. */
  readonly principal: string
}

/** As STS names them. */
const callers: readonly Caller[] = [
  ...principals.flatMap((principal): readonly Caller[] => {
    const [, partition = '', , , account = '', rest = ''] = principal.split(':')
    if (!rest.startsWith('role/')) return [{ arn: principal, account, session: '', principal }]
    return ['alice@x.example', 'i-0123456789abcdef0'].map((session) => ({
      arn: `arn:${partition}:sts::${account}:assumed-role/${rest.split('/').at(-1)}/${session}`,
      account,
      session,
      principal,
    }))
  }),
  ...accounts.map((account) => {
    const arn = iam(account, 'user/named-nowhere')
    return { arn, account, session: '', principal: arn }
  }),
]

interface Line {
  readonly arn: string
  readonly username: string
  readonly groups: readonly string[]
}
interface Written {
  readonly mode: 'CONFIG_MAP' | 'API_AND_CONFIG_MAP' | 'API'
  readonly entries: readonly AccessEntry[]
  readonly mapRoles: readonly Line[]
  readonly mapUsers: readonly Line[]
  readonly mapAccounts: readonly string[]
}

/** The line of aws-auth that a caller matches, and the user it becomes; `place` from 1, of an account its digits. */
type Landing =
  | { readonly at: string; readonly username: string; readonly groups: readonly string[] }
  | { readonly at: string; readonly refused: true }
  | null

function render(template: string, { account, session }: Caller): string | null {
  if (template.includes('{{EC2PrivateDNSName}}') && !/^i-(\w{8}|\w{17})$/.test(session)) return null
  return template
    .replaceAll('{{AccountID}}', account)
    .replaceAll('{{SessionName}}', session.replaceAll('@', '-'))
    .replaceAll('{{SessionNameRaw}}', session)
}

function landed(at: string, username: string, groups: readonly string[], caller: Caller): Landing {
  const [name, ...rest] = [username, ...groups].map((one) => render(one, caller))
  const filled = rest.filter((one) => one !== null)
  return name == null || filled.length < rest.length
    ? { at, refused: true }
    : { at, username: name, groups: filled }
}

/** All that may come of it: which of two lines that Go keeps under two keys counts is up to its maps. */
function authenticates(
  { mode, entries, mapRoles, mapUsers, mapAccounts }: Written,
  caller: Caller,
  since0630: boolean,
): readonly Landing[] {
  if (mode !== 'CONFIG_MAP') {
    const entry = entries.find(({ principalArn }) => principalArn === caller.principal)
    if (entry !== undefined)
      return [landed(`access-entry ${entry.principalArn}`, entry.username ?? '', entry.groups, caller)]
  }
  if (mode === 'API') return [null]
  const assumed = /^arn:([^:]+):sts::(\d+):assumed-role\/(.+)\/[^/]+$/.exec(caller.arn)
  const canonical = (
    assumed === null ? caller.arn : `arn:${assumed[1]}:iam::${assumed[2]}:role/${assumed[3]}`
  ).toLowerCase()
  const kept = (lines: readonly Line[], key: (arn: string) => string) =>
    new Map(lines.map((line, index) => [key(line.arn), { line, place: index + 1 }]))
  const lower = (arn: string) => arn.toLowerCase()
  const lists = [
    ['mapRoles', kept(mapRoles, lower)],
    ['mapUsers', kept(mapUsers, since0630 ? (arn) => arn : lower)],
  ] as const
  for (const [list, map] of lists) {
    const fit = [...map.values()].filter(({ line }) => line.arn.toLowerCase() === canonical)
    if (fit.length > 0)
      return fit.map(({ line, place }) => landed(`${list} ${place}`, line.username, line.groups, caller))
  }
  if (!mapAccounts.includes(caller.account)) return [null]
  const username = assumed === null ? caller.arn : `arn:${assumed[1]}:iam::${assumed[2]}:role/${assumed[3]}`
  return [{ at: `mapAccounts ${caller.account}`, username, groups: [] }]
}

/** How people write an ARN wrongly, and rightly. */
const spelt = fc.constantFrom<(arn: string) => string>(
  (arn) => arn,
  (arn) => arn,
  (arn) => arn.replace(/:role\/(?:.*\/)?/, ':role/'),
  (arn) => arn.replace(/:role\/(?:.*\/)?/, ':role/'),
  (arn) => arn.replace(/:iam:(.*):role\/(?:.*\/)?(.+)$/, ':sts:$1:assumed-role/$2/alice'),
  (arn) => arn.toUpperCase(),
  (arn) => arn.toLowerCase(),
  (arn) => arn.replace('arn:aws:', 'arn:aws-cn:'),
  (arn) => `${arn} `,
  (arn) => ` ${arn}`,
  (arn) => `${arn}/`,
  (arn) => arn.replace(/^.*[:/]/, ''),
  (arn) => arn.replace(/...$/, '*'),
  (arn) => arn.replace(/.$/, '?'),
  (arn) => arn.replace(/:(\w)/, ':$1$1'),
)
const text = fc.constantFrom(
  'dev',
  'ops:{{SessionName}}',
  '{{SessionNameRaw}}',
  'system:node:{{EC2PrivateDNSName}}',
)
const groups = fc.array(fc.constantFrom('devs', 'system:masters', 'of-{{AccountID}}', '{{SessionName}}'), {
  maxLength: 2,
})
const line = fc.record({
  arn: fc.tuple(fc.constantFrom(...principals), spelt).map(([arn, how]) => how(arn)),
  username: text,
  groups,
})
const written: fc.Arbitrary<Written> = fc.record({
  mode: fc.constantFrom('CONFIG_MAP', 'API_AND_CONFIG_MAP', 'API_AND_CONFIG_MAP', 'API'),
  entries: fc.uniqueArray(
    fc
      .record({ principalArn: fc.constantFrom(...principals), username: text, groups })
      .map(
        (one): AccessEntry => ({ ...one, type: 'STANDARD', policies: [], modifiedAt: null, problem: null }),
      ),
    { selector: ({ principalArn }) => principalArn, maxLength: 3 },
  ),
  mapRoles: fc.array(line, { maxLength: 6 }),
  mapUsers: fc.array(line, { maxLength: 6 }),
  mapAccounts: fc.array(fc.constantFrom(...accounts, '1111'), { maxLength: 2 }),
})

function accessOf({ mode, entries, mapRoles, mapUsers, mapAccounts }: Written): ClusterAccess {
  const lines = (key: string, list: readonly Line[]) =>
    JSON.stringify(list.map(({ arn, ...rest }) => ({ [key]: arn, ...rest })))
  const data = {
    mapRoles: lines('rolearn', mapRoles),
    mapUsers: lines('userarn', mapUsers),
    mapAccounts: JSON.stringify(mapAccounts),
  }
  return {
    partition: 'aws',
    mode,
    entries: { state: 'read', value: entries },
    awsAuth: { state: 'read', value: awsAuthOf(data) },
  }
}

const placeOf = ({
  from,
  place,
  principal,
}: {
  from: string
  place: number | null
  principal: string | null
}) => `${from} ${from === 'mapAccounts' ? principal : (place ?? principal)}`

/** The same of what we say. */
function said(entrance: Entrance) {
  if (entrance.kind !== 'enters') return entrance.kind
  return [entrance, ...entrance.others].map(placeOf).sort()
}

function judged(landings: readonly Landing[]) {
  const enters = landings.flatMap((one) => (one !== null && 'username' in one ? [one.at] : []))
  if (enters.length === landings.length) return [...new Set(enters)].sort()
  if (enters.length > 0) return 'not-known'
  return landings.every((one) => one === null) ? 'not-named' : 'refused'
}

test('a row counts if and only if the authenticator lets somebody in by it, and each enters by just those rows', () => {
  const met = new Set<string>()
  fc.assert(
    fc.property(written, (all) => {
      const access = accessOf(all)
      const used = new Set<string>()
      for (const caller of callers) {
        const landings = [true, false].flatMap((since) => authenticates(all, caller, since))
        const entrance = entranceOf(entrant(caller.arn, null), access)
        expect([caller.arn, said(entrance)]).toEqual([caller.arn, judged(landings)])
        met.add(entrance.kind)
        for (const one of landings) if (one !== null && 'username' in one) used.add(one.at)
        const [only] = landings
        if (entrance.kind !== 'enters' || entrance.others.length > 0) continue
        const node = entrance.username?.text.includes('{{EC2PrivateDNSName}}') === true
        if (only == null || !('username' in only)) throw new Error('it enters nowhere')
        if (!node) expect(entrance.username?.text ?? '').toBe(only.username)
        expect(entrance.groups.map((group) => group.text)).toEqual(only.groups)
      }
      for (const row of principalsOf(access)) {
        expect([placeOf({ ...row, principal: row.principal }), row.passedOver === null]).toEqual([
          placeOf({ ...row, principal: row.principal }),
          used.has(placeOf({ ...row, principal: row.principal })),
        ])
        met.add(row.passedOver ?? 'counts')
      }
    }),
    { numRuns: full ? 20_000 : 200 },
  )
  // All that can be said of them was said of some.
  expect(met.size).toBeGreaterThan(15)
})
