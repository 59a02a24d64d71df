import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { add, askedOf, requestOf } from '../../electron/cli/add'
import { parseArguments } from '../../electron/cli/arguments'
import { optionsOf } from '../../electron/cli/command'
import { plannedContexts } from '../../renderer/add/planned-contexts'
import type { EksCluster } from '../identity/eks-cluster'
import type { JsonMap } from '../json'
import { type EntryKind, entryId } from '../kubeconfig/entries'
import { type AddRequest, planAdd } from './add-cluster'
import { applyEdits } from './apply-edits'
import type { EditModel, ModelEntry, ModelFile } from './model'

const path = '/home/me/.kube/config'
const beside = '/tmp/opened'
const account = '111122223333'
const arn = `arn:aws:eks:eu-west-1:${account}:cluster/prod`
const endpoint = 'https://new.gr7.eu-west-1.eks.amazonaws.com'
const service = `arn:aws:iam::${account}:role/eks-service`
const admin = `arn:aws:iam::${account}:role/Admin`

const cluster: EksCluster = {
  arn,
  name: 'prod',
  region: 'eu-west-1',
  partition: 'aws',
  askedBy: { account, region: 'eu-west-1', endpoint: null },
  status: 'ACTIVE',
  version: '1.32',
  endpoint,
  certificateAuthorityData: 'TkVX',
  serviceRole: service,
  outpostClusterId: null,
  authenticationMode: 'API',
  publicEndpoint: true,
  privateEndpoint: true,
}

const entry = (kind: EntryKind, name: string, value: JsonMap, file = path): ModelEntry => ({
  id: entryId(kind, file, name, 0),
  kind,
  name,
  value,
  from: null,
})
const fileOf = (clusters: readonly ModelEntry[], contexts: readonly string[] = [], at = path): ModelFile => ({
  path: at,
  exists: true,
  listed: at === path,
  unreadable: null,
  currentContext: null,
  cluster: clusters,
  user: [],
  context: contexts.map((name) => entry('context', name, { cluster: arn, user: 'gone' }, at)),
})
const files = (...all: readonly ModelFile[]): EditModel => ({ files: all })

const request: AddRequest = {
  cluster,
  sameAuthority: [],
  foundBy: { profile: 'pay', role: null },
  caller: admin,
  name: 'prod',
  userName: null,
  clusterEntry: null,
  namespace: null,
  proxyUrl: null,
  tunnels: false,
  profile: 'pay',
  role: null,
  pin: 'arg',
  file: null,
  use: false,
}
const old = 'https://old.gr7.eu-west-1.eks.amazonaws.com'
const masked = { server: endpoint, 'certificate-authority-data': '••••••:3' }

describe('the cluster entry', () => {
  test('is made where there is none, named by the ARN', () => {
    expect(planAdd(files(fileOf([])), [request])).toMatchObject({
      kind: 'planned',
      notes: [],
      clusterEntries: [arn],
      edits: [
        {
          kind: 'add-context',
          cluster: { kind: 'new', name: arn, server: endpoint, certificateAuthorityData: 'TkVX' },
        },
      ],
    })
  })

  test('is used again as it is where endpoint and CA are those that AWS gives', () => {
    const there = entry('cluster', arn, masked)
    const plan = planAdd(files(fileOf([there])), [{ ...request, sameAuthority: [there.id] }])
    expect(plan).toMatchObject({ notes: [], edits: [{ cluster: { kind: 'reuse', cluster: there.id } }] })
  })

  test.each([
    ['an old endpoint', { ...masked, server: old }, true, null],
    ['an old CA', masked, false, 'TkVX'],
    ['an old endpoint and an old CA', { ...masked, server: old }, false, 'TkVX'],
  ])('with %s is refreshed before it is used again', (_, value, same, certificateAuthorityData) => {
    const there = entry('cluster', arn, value)
    const plan = planAdd(files(fileOf([there])), [{ ...request, sameAuthority: same ? [there.id] : [] }])
    expect(plan).toMatchObject({
      notes: [{ code: 'refreshed' }],
      edits: [
        { kind: 'refresh-cluster', cluster: there.id, server: endpoint, certificateAuthorityData },
        { kind: 'add-context', cluster: { kind: 'reuse', cluster: there.id } },
      ],
    })
  })

  test.each([
    ['a forwarded port', { ...masked, server: 'https://127.0.0.1:8443' }],
    ['a tls-server-name', { ...masked, server: old, 'tls-server-name': 'name.test' }],
  ])('that leads through %s is used as it is, unless its endpoint is asked for', (_, value) => {
    const there = entry('cluster', arn, value)
    const reuse = { kind: 'add-context', cluster: { kind: 'reuse', cluster: there.id } }
    const asked = { ...request, sameAuthority: [there.id] }
    expect(planAdd(files(fileOf([there])), [asked])).toMatchObject({
      notes: [{ code: 'tunnel' }],
      edits: [reuse],
    })
    expect(planAdd(files(fileOf([there])), [{ ...asked, tunnels: true }])).toMatchObject({
      edits: [{ kind: 'refresh-cluster', server: endpoint }, reuse],
    })
  })

  test('that is refreshed changes the other contexts that use it, which is said', () => {
    const there = entry('cluster', arn, { ...masked, server: old })
    const model = files(fileOf([there], ['other']))
    const plan = planAdd(model, [request])
    if (plan.kind === 'refused') throw new Error('it was refused')
    expect(applyEdits(model, plan.edits).alsoChanges).toMatchObject([{ name: 'other', through: 'cluster' }])
  })

  test('that another pending edit makes is used again by the next one', () => {
    const plan = planAdd(files(fileOf([])), [request, { ...request, name: 'prod-2' }])
    expect(plan).toMatchObject({ edits: [{ cluster: { kind: 'new' } }, { cluster: { kind: 'reuse' } }] })
  })

  test('with another proxy is left alone: a second one is made, and is no ARN of another cluster', () => {
    const there = entry('cluster', arn, masked)
    const asked = { ...request, sameAuthority: [there.id], proxyUrl: 'http://proxy:3128' }
    expect(planAdd(files(fileOf([there])), [asked])).toMatchObject({
      notes: [{ code: 'second-entry' }],
      edits: [{ cluster: { kind: 'new', name: 'prod', proxyUrl: 'http://proxy:3128' } }],
    })
    expect(planAdd(files(fileOf([there])), [{ ...asked, name: arn }])).toMatchObject({
      edits: [{ name: arn, cluster: { kind: 'new', name: 'prod' } }],
    })
    expect(planAdd(files(fileOf([there])), [{ ...asked, clusterEntry: arn }])).toMatchObject({
      problem: { code: 'cluster-entry-taken' },
    })
  })

  test('of a file beside the list is not used from the list, where kubectl would not find it', () => {
    const there = entry('cluster', arn, masked, beside)
    const all = files(fileOf([]), fileOf([there], [], beside))
    expect(planAdd(all, [request])).toMatchObject({ edits: [{ cluster: { kind: 'new', name: arn } }] })
    expect(planAdd(all, [{ ...request, file: beside, sameAuthority: [there.id] }])).toMatchObject({
      edits: [{ cluster: { kind: 'reuse', cluster: there.id } }],
    })
  })
})

describe('what is refused', () => {
  const refused = (change: Partial<AddRequest>) => {
    const plan = planAdd(files(fileOf([], ['taken'])), [request, { ...request, name: 'second', ...change }])
    return plan.kind === 'refused' ? plan.problem.code : null
  }
  const session = `arn:aws:sts::${account}:assumed-role/eks-service/me`

  test.each<readonly [string, Partial<AddRequest>]>([
    ['the role', { role: service }],
    ['the role with a path', { role: `arn:aws:iam::${account}:role/teams/eks-service` }],
    ['the caller', { caller: service }],
    ['the session of the caller', { caller: session }],
  ])('%s that EKS itself runs the cluster with', (_, change) => {
    expect(refused(change)).toBe('service-role')
  })

  test('not the role that only looked', () => {
    expect(refused({ caller: service, role: admin })).toBeNull()
    expect(refused({ caller: service, foundBy: { profile: 'pay', role: service } })).toBeNull()
    expect(refused({ caller: service, profile: 'other' })).toBeNull()
  })

  test.each<readonly [string, Partial<AddRequest>]>([
    ['not-ready', { cluster: { ...cluster, status: 'CREATING' } }],
    ['not-ready', { cluster: { ...cluster, endpoint: null } }],
    ['context-taken', { name: 'taken' }],
    ['context-taken', { name: request.name }],
    ['edit', { proxyUrl: 'proxy' }],
    ['edit', { profile: 'a\nb' }],
  ])('%s', (code, change) => {
    expect(refused(change)).toBe(code)
  })
})

test('a role of another partition is written, and said', () => {
  const role = 'arn:aws-cn:iam::222233334444:role/Admin'
  expect(planAdd(files(fileOf([])), [{ ...request, role }])).toMatchObject({
    kind: 'planned',
    notes: [{ code: 'other-partition' }],
  })
})

/** What both doors are told of the files and of AWS. */
const facts = fc.record({
  entry: fc.option(
    fc.record({
      name: fc.constantFrom(arn, 'prod'),
      server: fc.constantFrom(endpoint, 'https://old'),
      proxy: fc.constantFrom(null, 'http://proxy:3128'),
      file: fc.constantFrom(path, beside),
      sameAuthority: fc.boolean(),
    }),
  ),
  context: fc.constantFrom('mine', 'Mine {1}', arn),
  other: fc.constantFrom('prod', 'mine-2'),
  profile: fc.constantFrom('pay', null),
  role: fc.constantFrom(null, admin, service, 'arn:aws-cn:iam::222233334444:role/Admin'),
  caller: fc.constantFrom(null, admin, service),
  pin: fc.constantFrom('arg', 'env', 'none'),
  namespace: fc.constantFrom(null, 'web'),
  proxyUrl: fc.constantFrom(null, 'http://proxy:3128', 'no address'),
  tunnels: fc.boolean(),
  status: fc.constantFrom('ACTIVE', 'UPDATING', 'CREATING'),
})

test('window and terminal give the same plan for the same facts', () => {
  const outcomes = new Set<string>()
  fc.assert(
    fc.property(
      facts,
      ({
        entry: known,
        context,
        other,
        profile,
        role,
        caller,
        pin,
        namespace,
        proxyUrl,
        tunnels,
        status,
      }) => {
        const there =
          known === null
            ? null
            : entry(
                'cluster',
                known.name,
                {
                  ...masked,
                  server: known.server,
                  ...(known.proxy === null ? {} : { 'proxy-url': known.proxy }),
                },
                known.file,
              )
        const inFile = (at: string) => (there !== null && known?.file === at ? [there] : [])
        const model = files(fileOf(inFile(path), [other]), fileOf(inFile(beside), [], beside))
        const found: EksCluster = { ...cluster, status }
        const sameAuthority = there !== null && known?.sameAuthority ? [there.id] : []

        const argv = [
          ...['--cluster', 'prod', '--region', 'eu-west-1', '--alias', context, '--pin', pin],
          ...(profile === null ? [] : ['--profile', profile]),
          ...(role === null ? [] : ['--role-arn', role]),
          ...(namespace === null ? [] : ['--namespace', namespace]),
          ...(proxyUrl === null ? [] : ['--proxy-url', proxyUrl]),
          ...(tunnels ? ['--tunnels'] : []),
        ]
        const asked = askedOf(parseArguments(argv, optionsOf(add)))
        const terminal = planAdd(model, [
          requestOf(asked, { cluster: found, caller, sameAuthority, profile }),
        ])

        const window = plannedContexts(
          {
            clusters: [{ ...found, notReady: null, contexts: [], sameAuthority }],
            identity: { profile, role: null },
            caller,
            actsAs: role === null ? 'same' : 'role',
            profile: '',
            role: role ?? '',
            pin,
            template: context.replace(/[{}]/g, '$&$&'),
            accountNames: new Map(),
            namespace: namespace ?? '',
            proxyUrl: proxyUrl ?? '',
            tunnels,
            file: '',
          },
          model,
        )
        outcomes.add(
          terminal.kind === 'refused' ? terminal.problem.code : terminal.edits.map(({ kind }) => kind).join(),
        )
        if (terminal.kind === 'refused') {
          expect(window.edits).toEqual([])
          expect(window.problem).toContain(terminal.problem.message)
        } else {
          expect(window.edits).toEqual(terminal.edits)
          expect(
            window.notes.map((note) => terminal.notes.some(({ message }) => note.includes(message))),
          ).toEqual(terminal.notes.map(() => true))
        }
      },
    ),
    { numRuns: process.env.EKSCOPE_FULL === '1' ? 20_000 : 600 },
  )
  expect([...outcomes].sort()).toEqual([
    'add-context',
    'edit',
    'not-ready',
    'refresh-cluster,add-context',
    'service-role',
  ])
})
