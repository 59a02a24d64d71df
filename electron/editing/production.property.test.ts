/**
 * Production's guard, judged from outside: over generated fleets with generated marks, no write changes the identity, the server or the meaning of a
 * context of production leads, or leads kubectl to one, without having asked. The judge reads all files anew before and after the
 * write, with the identities that they foretell, and does not know how the guard finds what it asks about.
 */
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import fc from 'fast-check'
import { afterAll, expect, test } from 'vitest'
import type { AnyEdit } from '../../shared/edits/edit'
import type { ProfileEdit } from '../../shared/edits/profile-edit'
import { type GivenMark, isProduction, type ProductionMark } from '../../shared/identity/production'
import { type EntryId, entryId } from '../../shared/kubeconfig/entries'
import { ok } from '../../shared/result'
import { full } from '../../shared/testing/counts'
import type { UndoWay } from '../kubeconfig/disk/undo'
import { createServices, type Services } from '../services'
import { openDataFolder } from '../system/data-folder'
import { removeFolder } from '../testing/bundle'
import type { Guard } from './production'

const folder = mkdtempSync(path.join(tmpdir(), 'ekscope-guard-'))
afterAll(() => removeFolder(folder))

/** Draws as the seed says. */
function drawing(seed: number) {
  let state = seed
  const below = (most: number): number => {
    state = (Math.imul(state ^ (state >>> 15), 1 | state) + 0x6d2b79f5) | 0
    return ((state ^ (state >>> 13)) >>> 0) % most
  }
  const oneOf = <T>(some: readonly [T, ...T[]]): T => some[below(some.length)] ?? some[0]
  return { below, oneOf, often: (percent: number) => below(100) < percent }
}
type Draw = ReturnType<typeof drawing>

const arnOf = (name: string) =>
  `arn:aws:eks:eu-west-1:${name === 'pay' ? '111122223333' : '444455556666'}:cluster/${name}`
const clusters = [arnOf('pay'), arnOf('dev'), 'plain', 'innocent'] as const
const servers = ['https://pay.test', 'https://dev.test', 'https://other.test'] as const
const contexts = ['prod', 'prod-2', 'dev', 'stage', 'box'] as const
const users = ['a', 'b', 'c', 'd'] as const
const profiles = ['default', 'p', 'q', 'r', 'ghost'] as const
const roles = ['Admin', 'Reader', 'Deploy'].map((name) => `arn:aws:iam::111122223333:role/${name}`)
const role = ({ oneOf }: Draw) =>
  oneOf(
    ['Admin', 'Reader', 'Deploy'].map((name) => roles.find((one) => one.endsWith(name)) ?? name) as [
      string,
      ...string[],
    ],
  )

function kubeconfig(draw: Draw): string {
  const { oneOf, often, below } = draw
  const some = <T>(all: readonly T[], line: (one: T) => string) =>
    all.flatMap((one) => (often(75) ? [line(one)] : [])).join('')
  const user = (name: string) => {
    const [cluster, acts] = [oneOf(['pay', 'dev']), below(4)]
    const profile = oneOf(profiles)
    const args = [
      ...['--region', 'eu-west-1', 'eks', 'get-token', '--cluster-name', cluster],
      ...(acts === 1 ? ['--profile', profile] : []),
      ...(acts === 2 ? ['--role-arn', role(draw)] : []),
    ]
    const env = acts === 3 ? `, env: [{name: AWS_PROFILE, value: ${profile}}]` : ''
    return `- {name: ${name}, user: {exec: {apiVersion: client.authentication.k8s.io/v1beta1, command: aws, args: [${args.map((one) => `"${one}"`).join(', ')}]${env}}}}\n`
  }
  return `${often(60) ? `current-context: ${oneOf(contexts)}\n` : ''}clusters:
${some(clusters, (name) => `- {name: "${name}", cluster: {server: "${oneOf(servers)}"}}\n`)}contexts:
${some(contexts, (name) => `- {name: ${name}, context: {cluster: "${oneOf(clusters)}", user: ${oneOf(users)}}}\n`)}users:
${some(users, user)}`.replaceAll(/^(clusters|contexts|users):\n(?!- )/gm, '$1: []\n')
}

function awsConfig(draw: Draw): string {
  const { oneOf, often } = draw
  const section = (name: string) => {
    const head = name === 'default' ? '[default]' : `[profile ${name}]`
    const how = oneOf([
      'region = eu-west-1',
      `role_arn = ${role(draw)}\nsource_profile = hub`,
      `role_arn = ${role(draw)}\nsource_profile = ${oneOf(profiles)}`,
      'sso_session = corp\nsso_account_id = 111122223333\nsso_role_name = Admin',
      'aws_access_key_id = AKIAEXAMPLEEXAMPLE01\naws_secret_access_key = s',
    ])
    return `${head}\n${how}\n`
  }
  const hub = '[profile hub]\naws_access_key_id = AKIAEXAMPLEEXAMPLE02\naws_secret_access_key = s\n'
  const session = '[sso-session corp]\nsso_start_url = https://corp.test/start\nsso_region = eu-west-1\n'
  return `${hub}${often(50) ? session : ''}${profiles.flatMap((name) => (often(60) && name !== 'ghost' ? [section(name)] : [])).join('')}`
}

const marksOf = ({ often }: Draw): readonly GivenMark[] => {
  const all: readonly GivenMark[] = [
    { kind: 'context', pattern: 'prod' },
    { kind: 'context', pattern: 'prod-*' },
    { kind: 'context', pattern: 'box' },
    { kind: 'cluster', pattern: '*:cluster/pay' },
    { kind: 'cluster', pattern: 'innocent' },
    { kind: 'account', pattern: '111122223333' },
  ]
  return all.filter(() => often(35))
}

const environment = 'app' as const
const profileEdit = (draw: Draw): ProfileEdit => {
  const { oneOf, below } = draw
  const profile = oneOf(profiles)
  const settings = [
    { key: 'role_arn', value: role(draw) },
    { key: 'source_profile', value: 'hub' },
  ]
  switch (below(7)) {
    case 0:
      return { kind: 'add-profile', profile, settings }
    case 1:
      return { kind: 'delete-profile', profile }
    case 2:
      return { kind: 'rename-profile', profile, name: oneOf(profiles) }
    case 3:
      return { kind: 'clone-profile', profile, name: oneOf(profiles) }
    case 4:
      return {
        kind: 'add-sso-session',
        session: 'corp',
        settings: [
          { key: 'sso_start_url', value: 'https://corp.test/start' },
          { key: 'sso_region', value: 'eu-west-1' },
        ],
      }
    case 5:
      return { kind: 'set-profile-key', profile, key: 'source_profile', value: oneOf([...profiles, 'hub']) }
    default:
      return { kind: 'set-profile-key', profile, key: 'role_arn', value: role(draw) }
  }
}

function edit(draw: Draw, files: readonly [string, ...string[]]): AnyEdit {
  const { oneOf, below, often } = draw
  const file = oneOf(files)
  const context = entryId('context', file, oneOf(contexts), 0)
  const scope = oneOf(['split', 'shared'] as const)
  const of = (kind: 'cluster' | 'user'): EntryId =>
    entryId(kind, file, kind === 'cluster' ? oneOf(clusters) : oneOf(users), 0)
  switch (below(17)) {
    case 0:
      return { kind: 'set-namespace', context, namespace: oneOf(['web', 'api']) }
    case 1:
      return { kind: 'set-cluster', context, cluster: oneOf(clusters) }
    case 2:
      return { kind: 'set-user', context, user: oneOf(users) }
    case 3:
      return { kind: 'set-server', context, server: oneOf(servers), scope }
    case 4:
      return { kind: 'set-profile', context, profile: oneOf([...profiles, null]), pin: null, scope }
    case 5:
      return { kind: 'set-role', context, role: often(30) ? null : role(draw), scope }
    case 6:
      return { kind: 'rename-context', context, name: oneOf(contexts), cascade: often(50) }
    case 7:
      return { kind: 'rename-user', user: of('user'), name: oneOf(users) }
    case 8:
      return { kind: 'rename-cluster', cluster: of('cluster'), name: oneOf(clusters) }
    case 9:
      return { kind: 'clone-context', context, name: oneOf(contexts), pin: null, userName: null }
    case 10:
      return { kind: 'delete-contexts', contexts: [context], keepOrphans: often(50) }
    case 11:
      return { kind: 'delete-entries', entries: [of(oneOf(['cluster', 'user'] as const))] }
    case 12:
      return { kind: 'move-contexts', contexts: [context], file: oneOf(files) }
    case 13:
      return { kind: 'use-context', context: often(10) ? null : context }
    case 14:
      return {
        ...{ kind: 'add-context', file, name: oneOf(contexts), namespace: null, use: often(30) },
        cluster: {
          ...{ kind: 'new', name: oneOf(clusters), server: oneOf(servers), certificateAuthorityData: null },
          ...{ proxyUrl: null, tlsServerName: null },
        },
        user: {
          ...{ name: null, region: 'eu-west-1', cluster: { name: oneOf(['pay', 'dev']) }, role: null },
          ...{ profile: oneOf(profiles), pin: 'arg' },
        },
      }
    default:
      return { kind: 'edit-profile', environment, edit: profileEdit(draw), was: null }
  }
}

/** What kubectl does with a context, and whether that is production. */
interface Led {
  readonly name: string
  readonly production: boolean
  /** Its namespace, what its entries say of cluster and user, and the identity that these and the AWS files foretell. */
  readonly to: string
}

/** All contexts by where they are, those that kubectl takes by their names, and what it uses without a name. */
async function readAnew(open: () => Services, marks: readonly ProductionMark[]) {
  const services = open()
  try {
    const snapshot = await services.kubeconfig.load()
    const report = await services.identities.of(environment, { fingerprints: false })
    const foretold = new Map(report.contexts.map((one) => [one.context, one]))
    const all = new Map<EntryId, Led>()
    const byName = new Map<string, Led>()
    for (const { id, name, cluster, origin } of snapshot.contexts) {
      const identity = foretold.get(id)
      if (identity === undefined) throw new Error(`no identity of ${id}`)
      const { meant, predicted, auth } = identity
      const { arn, account, permissionSet, accessKeyId, problem } = predicted
      const { context, rawCluster, rawUser } = services.kubeconfig.store.inView().view.resolve(id) ?? {}
      // Only what kubectl reads: which EKS cluster other entries say that a server is changes nothing that it does.
      const to = JSON.stringify([
        ...[context?.namespace, { ...rawCluster, name: null }, { ...rawUser, name: null }],
        ...[auth, arn, account, permissionSet, accessKeyId, problem?.code],
      ])
      const led = { name, production: isProduction(marks, { name, cluster }, meant), to }
      all.set(id, led)
      if (origin.shadowedBy === null && !origin.duplicate) byName.set(name, led)
    }
    const { currentContext } = snapshot
    return { all, byName, name: currentContext, current: byName.get(currentContext ?? '') ?? null }
  } finally {
    services.close()
  }
}
type Reading = Awaited<ReturnType<typeof readAnew>>

/** The contexts that a write must have asked about. */
function mustAsk(before: Reading, after: Reading, takesBack: boolean): ReadonlySet<string> {
  const found = new Set<string>()
  const compare = (was: Led | undefined, is: Led | undefined) => {
    if (was?.to === is?.to && was?.production === is?.production) return
    for (const led of [was, is]) if (led?.production === true) found.add(led.name)
  }
  for (const id of new Set([...before.all.keys(), ...after.all.keys()]))
    compare(before.all.get(id), after.all.get(id))
  for (const name of new Set([...before.byName.keys(), ...after.byName.keys()]))
    compare(before.byName.get(name), after.byName.get(name))
  const switched = before.name !== after.name || before.current?.to !== after.current?.to
  const isBack = takesBack && before.name !== after.name
  if (switched && !isBack && after.current?.production === true) found.add(after.current.name)
  return found
}

const ways = ['undo', 'undo', 'restore', 'reapply'] as const satisfies readonly UndoWay[]

test('whatever is written, production is asked about before whom it acts as, where it leads, or what kubectl uses becomes another', async () => {
  const [fleets, steps] = full ? [80, 40] : [2, 16]
  const seed = fc.readConfigureGlobal()?.seed ?? 1
  const counts = { written: 0, asked: 0, needed: 0, refused: 0 }
  for (let fleet = 0; fleet < fleets; fleet++) {
    const draw = drawing(seed + fleet * 7_919)
    const home = path.join(folder, String(fleet))
    mkdirSync(path.join(home, '.aws'), { recursive: true })
    const files = [path.join(home, 'one'), path.join(home, 'two')] as const
    const config = path.join(home, '.aws', 'config')
    for (const file of files) writeFileSync(file, kubeconfig(draw), { mode: 0o600 })
    writeFileSync(config, awsConfig(draw), { mode: 0o600 })
    const marks = marksOf(draw)
    const chosen = draw.often(40) ? { AWS_PROFILE: draw.oneOf(profiles) } : {}
    const open = () =>
      createServices({
        variables: { HOME: home, PATH: '/usr/bin:/bin', KUBECONFIG: files.join(':'), ...chosen },
        ...{ home, platform: process.platform, cwd: home, now: Date.now, filesOf: 'app' },
        folder: openDataFolder(path.join(home, 'state')),
      })
    const services = open()
    try {
      if (marks.length > 0) await services.settings.markProduction(marks, true)
      let marked: readonly ProductionMark[] = []
      // What was read after the last write, while nothing else was written.
      let known: Reading | null = null
      for (let step = 0; step < steps; step++) {
        // Another program writes, so that an undo leads elsewhere than to what was there.
        if (draw.often(15)) {
          writeFileSync(draw.oneOf(files), kubeconfig(draw))
          known = null
        }
        if (draw.often(8)) {
          writeFileSync(config, awsConfig(draw))
          known = null
        }
        await services.kubeconfig.load()
        const now = (await services.settings.load()).production
        if (now !== marked) known = null
        marked = now
        const before: Reading = known ?? (await readAnew(open, marked))
        known = before
        let asked: readonly string[] = []
        const guard: Guard = async ({ names }) => {
          asked = names
          return ok(true)
        }
        const how = { revisions: null, sharedAllowed: true, inPlace: [], force: [], guard }
        const { writes } = { writes: await services.editing.historyView.list() }
        const target =
          writes.length > 0 && draw.often(25) ? writes[draw.below(Math.min(4, writes.length))] : undefined
        const [way, edits] = [
          draw.oneOf(ways),
          [edit(draw, files), ...(draw.often(20) ? [edit(draw, files)] : [])],
        ]
        const outcome =
          target === undefined
            ? await services.editing.apply({ edits, titles: edits.map(({ kind }) => kind), ...how }, signal)
            : await services.editing.undo({ id: target.id, way, contexts: null, ...how }, signal)
        if (!outcome.ok || outcome.value.kind !== 'written') {
          counts.refused += 1
          continue
        }
        // A mark by name has followed renames and clones.
        marked = (await services.settings.load()).production
        const after = await readAnew(open, marked)
        known = after
        const takesBack = target !== undefined && way !== 'reapply' && target.undoes === null
        const needed = mustAsk(before, after, takesBack)
        counts.written += 1
        counts.asked += asked.length > 0 ? 1 : 0
        counts.needed += needed.size > 0 ? 1 : 0
        // One that gets another name is asked about by its former one, and each former name answers for one new name.
        const former = [...before.all].filter(([id, { name }]) => !after.all.has(id) && asked.includes(name))
        const missed = [...needed].filter((name) => {
          if (asked.includes(name)) return false
          const isNew = [...after.all].some(([id, one]) => one.name === name && !before.all.has(id))
          return !isNew || former.pop() === undefined
        })
        const what = target === undefined ? edits : [way, target.titles]
        const told = { seed, fleet, step, marked, what, asked }
        expect({ ...told, missed }).toEqual({ ...told, missed: [] })
        // Nobody is asked about what is no production.
        const marks = [...before.all.values(), ...after.all.values()].flatMap(({ name, production }) =>
          production ? [name] : [],
        )
        expect(asked.filter((name) => !marks.includes(name))).toEqual([])
      }
    } finally {
      services.close()
    }
  }
  console.log(seed, counts)
  expect(counts.needed).toBeGreaterThan(full ? 300 : 3)
}, 1_200_000)

const { signal } = new AbortController()
