import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { describe, expect, test } from 'vitest'
import { editLine } from '../../../shared/edits/describe'
import { unified } from '../../../shared/edits/diff'
import { Draft } from '../../../shared/edits/draft'
import type { AnyEdit } from '../../../shared/edits/edit'
import { describeEdit } from '../../../shared/edits/kinds'
import { entryId } from '../../../shared/kubeconfig/entries'
import { modelOf, sourceOf } from '../read/edit-model'
import { planEdits } from './plan-edits'

const hand = readFileSync(resolve(__dirname, '../fixtures/hand-written.yaml'), 'utf8')
const file = '/home/me/.kube/config'
const admin = 'arn:aws:iam::123456789012:role/Admin'
const context = (name: string) => entryId('context', file, name, 0)

function planned(text: string | null, ...edits: AnyEdit[]) {
  const result = planEdits({
    sources: [sourceOf({ path: file, listed: true, text, fault: null })],
    revisions: [],
    edits,
  })
  expect(result.plan.problems.filter(({ blocks }) => blocks)).toEqual([])
  return { text: result.files[0]?.after ?? text, plan: result.plan, diff: result.plan.files[0]?.diff }
}

/** The changed lines alone, `-` and `+` before them. */
function changed(text: string, ...edits: AnyEdit[]): readonly string[] {
  const { diff } = planned(text, ...edits)
  return (diff?.hunks ?? []).flatMap(({ lines }) =>
    lines.flatMap(({ kind, text: line }) =>
      kind === 'same' ? [] : [`${kind === 'added' ? '+' : '-'}${line}`],
    ),
  )
}

describe('one value in a hand-written file changes one line', () => {
  test.each<[string, AnyEdit, readonly string[]]>([
    [
      'a namespace in a flow map',
      { kind: 'set-namespace', context: context('prod'), namespace: 'web' },
      [
        '-- {name: prod, context: {cluster: prod, user: me, namespace: "0123"}}',
        '+- {name: prod, context: {cluster: prod, user: me, namespace: "web"}}',
      ],
    ],
    [
      'a namespace that was not there',
      { kind: 'set-namespace', context: context('stage'), namespace: 'y' },
      ['+    namespace: "y"'],
    ],
    [
      'a namespace taken out',
      { kind: 'set-namespace', context: context('prod'), namespace: null },
      [
        '-- {name: prod, context: {cluster: prod, user: me, namespace: "0123"}}',
        '+- {name: prod, context: {cluster: prod, user: me}}',
      ],
    ],
    [
      'a role in a flow list of arguments',
      { kind: 'set-role', context: context('prod'), role: admin, scope: 'shared' },
      [
        '-      args: [--region, us-west-2, eks, get-token, --cluster-name, prod, --output, json]',
        `+      args: [--region, us-west-2, eks, get-token, --cluster-name, prod, --output, json, --role, "${admin}"]`,
      ],
    ],
    [
      'current-context, its remark kept',
      { kind: 'use-context', context: context('stage') },
      ['-current-context: prod   # <- careful!', '+current-context: stage   # <- careful!'],
    ],
    [
      'an apiVersion',
      { kind: 'set-api-version', context: context('stage'), version: 'v1', scope: 'shared' },
      [
        '-      apiVersion: client.authentication.k8s.io/v1beta1',
        '+      apiVersion: client.authentication.k8s.io/v1',
      ],
    ],
  ])('%s', (_, edit, lines) => {
    expect(changed(hand, edit)).toEqual(lines)
  })

  test('a value that others take over by a merge changes here alone: they get the old one written out', () => {
    expect(
      changed(hand, { kind: 'set-server', context: context('prod'), server: 'https://new', scope: 'shared' }),
    ).toEqual([
      '-          server: "https://127.0.0.1:6443/123456789012/us-west-2/prod"',
      '+          server: "https://new"',
      '+          server: https://127.0.0.1:6443/123456789012/us-west-2/prod',
    ])
  })
})

describe('what is read in the arguments is edited, in whatever spelling', () => {
  const old = 'arn:aws:iam::111111111111:role/Old'
  const text = `users:
- name: abbr
  user: {exec: {command: aws, args: [--prof, dev, eks, get-token, --cluster-n, prod, --reg, us-west-2, --role-a, "${old}"]}}
- name: auth
  user: {exec: {command: aws-iam-authenticator, args: [token, -iprod, "-r${old}"]}}
- name: envs
  user: {exec: {command: aws.cmd, args: [eks, get-token, --cluster-name, prod, --region, us-west-2]}}
contexts:
- {name: abbr, context: {user: abbr}}
- {name: auth, context: {user: auth}}
- {name: envs, context: {user: envs}}
`
  const model = modelOf([sourceOf({ path: file, listed: true, text, fault: null })])

  test.each<[string, AnyEdit, string]>([
    [
      `abbr: role ${old} → (none)`,
      { kind: 'set-role', context: context('abbr'), role: null, scope: 'shared' },
      'aws, args: [--prof, dev, eks, get-token, --cluster-n, prod, --reg, us-west-2]',
    ],
    [
      'abbr: region us-west-2 → eu-west-1',
      { kind: 'set-region', context: context('abbr'), region: 'eu-west-1', scope: 'shared' },
      `aws, args: [--prof, dev, eks, get-token, --cluster-n, prod, --reg, eu-west-1, --role-a, "${old}"]`,
    ],
    [
      'abbr: profile dev (--profile) → ops (AWS_PROFILE)',
      { kind: 'set-profile', context: context('abbr'), profile: 'ops', pin: 'env', scope: 'shared' },
      `aws, args: [eks, get-token, --cluster-n, prod, --reg, us-west-2, --role-a, "${old}"], env: [{name: AWS_PROFILE, value: ops}]`,
    ],
    [
      `auth: role ${old} → (none)`,
      { kind: 'set-role', context: context('auth'), role: null, scope: 'shared' },
      'aws-iam-authenticator, args: [token, -iprod]',
    ],
    [
      `envs: role (none) → ${admin}`,
      { kind: 'set-role', context: context('envs'), role: admin, scope: 'shared' },
      `aws.cmd, args: [eks, get-token, --cluster-name, prod, --region, us-west-2, --role, "${admin}"]`,
    ],
  ])('%s', (says, edit, command) => {
    expect(editLine(describeEdit(edit, new Draft(model)))).toBe(says)
    expect(changed(text, edit).slice(1)).toEqual([`+  user: {exec: {command: ${command}}}`])
  })
})

describe('whole entries', () => {
  test('a clone adds its own lines and no other, written as its original is', () => {
    expect(
      changed(hand, {
        kind: 'clone-context',
        context: context('stage'),
        name: 'stage-2',
        role: admin,
        pin: null,
        userName: null,
      }),
    ).toEqual([
      '+- name: "stage-2"',
      '+  context:',
      '+    cluster: stage',
      '+    user: stage-2',
      '+- name: stage-2',
      '+  user:',
      '+    exec:',
      '+      apiVersion: client.authentication.k8s.io/v1beta1',
      '+      command: aws',
      `+      args: [--region, us-west-2, eks, get-token, --cluster-name, prod, --output, json, --role, "${admin}"]`,
      '+      env:',
      '+      - {name: AWS_PROFILE, value: prod-admin}',
      '+      interactiveMode: IfAvailable',
      '+      provideClusterInfo: false',
      '+      installHint: |',
      '+        Install the AWS CLI:',
      '+          apt install awscli',
    ])
  })

  test('deleting a context takes its own lines, the remarks inside it, and nothing that others use', () => {
    expect(
      changed(hand, { kind: 'delete-contexts', contexts: [context('stage')], keepOrphans: false }),
    ).toEqual([
      "-    - {name: stage, cluster: {server: 'https://127.0.0.1:6443/123456789012/us-west-2/stage', certificate-authority: pki/ca.crt}}",
      '-- name: "stage"',
      '-  context:',
      '-    cluster: stage',
      '-    user: me   # shared user',
    ])
  })

  test('deleting an entry that others take over by an anchor writes its values out for them first', () => {
    const { text } = planned(hand, {
      kind: 'delete-contexts',
      contexts: ['prod', 'stage', 'on'].map(context),
      keepOrphans: false,
    })
    expect(text).not.toContain('*tls')
    expect(text).toContain(
      '    - name: prod-proxy\n      cluster:\n          server: https://127.0.0.1:6443/123456789012/us-west-2/prod\n',
    )
    expect(text).toContain('# My kubeconfig - DO NOT let tools eat my comments')
    expect(text).toContain('# four-space indented sequence')
  })

  test('the first entry of a file that is not there yet, or empty, or holds remarks alone', () => {
    const add: AnyEdit = {
      kind: 'add-context',
      file: null,
      name: 'on',
      namespace: null,
      cluster: {
        kind: 'new',
        name: 'arn:aws:eks:us-west-2:123456789012:cluster/prod',
        server: 'https://x',
        certificateAuthorityData: 'QUJD',
        proxyUrl: null,
        tlsServerName: null,
      },
      user: {
        name: null,
        region: 'us-west-2',
        cluster: { name: 'prod' },
        role: null,
        profile: 'pay',
        pin: 'arg',
      },
      use: true,
    }
    const fresh = planned(null, add).text ?? ''
    expect(fresh).toBe(
      [
        'apiVersion: v1',
        'clusters:',
        '- cluster:',
        '    certificate-authority-data: QUJD',
        '    server: https://x',
        '  name: arn:aws:eks:us-west-2:123456789012:cluster/prod',
        'contexts:',
        '- context:',
        '    cluster: arn:aws:eks:us-west-2:123456789012:cluster/prod',
        '    user: "on"',
        '  name: "on"',
        'current-context: "on"',
        'kind: Config',
        'users:',
        '- name: "on"',
        '  user:',
        '    exec:',
        '      apiVersion: client.authentication.k8s.io/v1beta1',
        '      args:',
        '      - --region',
        '      - us-west-2',
        '      - --profile',
        '      - pay',
        '      - eks',
        '      - get-token',
        '      - --cluster-name',
        '      - prod',
        '      - --output',
        '      - json',
        '      command: aws',
        '',
      ].join('\n'),
    )
    expect(planned('', add).text).toBe(fresh)
    expect(planned('# mine', add).text).toBe(`# mine\n${fresh}`)
    expect(
      planned('apiVersion: v1\nkind: Config\ncontexts: [] # none\nclusters:\nusers: null\n', add).text,
    ).toContain('contexts: # none\n- context:')
    // Where there are others: indented as the last of them, in block or flow as it is, its name where that has its own.
    const beside =
      'contexts:\n  - name: a\n    context:\n        cluster: c\nclusters: [{cluster: {server: https://c}, name: c}]\nusers:\n- {name: u, user: {token: t}}\n'
    const arn = 'arn:aws:eks:us-west-2:123456789012:cluster/prod'
    for (const line of [
      `  - name: "on"\n    context:\n        cluster: ${arn}\n        user: "on"\nclusters: [`,
      `name: c}, {cluster: {certificate-authority-data: QUJD, server: "https://x"}, name: "${arn}"}]\nusers:`,
      '- {name: "on", user: {exec: {',
    ])
      expect(planned(beside, add).text).toContain(line)
  })

  test('JSON stays JSON, CRLF stays CRLF, a BOM and a missing last line end stay', () => {
    const json = '{\n  "contexts": [\n    {"name": "a", "context": {"cluster": "c", "user": "u"}}\n  ]\n}'
    expect(planned(json, { kind: 'set-namespace', context: context('a'), namespace: 'no' }).text).toBe(
      json.replace('"u"}', '"u", "namespace": "no"}'),
    )
    const crlf = '\ufeffcontexts:\r\n- context:\r\n    cluster: c\r\n    user: u\r\n  name: a'
    expect(planned(crlf, { kind: 'set-namespace', context: context('a'), namespace: 'web' }).text).toBe(
      '\ufeffcontexts:\r\n- context:\r\n    cluster: c\r\n    namespace: web\r\n    user: u\r\n  name: a',
    )
  })

  test('a flow list over several lines loses an entry with its line; remarks about others stay', () => {
    const list = (entries: string): string =>
      `{contexts: [ # all\n${entries}\n], users: [{name: u, user: {}}]}\n`
    const [one, two, three] = ['one', 'two', 'three'].map(
      (name) => `  {name: ${name}, context: {cluster: c, user: u}}`,
    )
    const remove = (...names: string[]): AnyEdit => ({
      kind: 'delete-contexts',
      contexts: names.map(context),
      keepOrphans: true,
    })
    const text = list(`${one}, # first\n  # about two\n${two}, # second\n  # about three\n${three} # third`)
    expect(planned(text, remove('one')).text).toBe(
      list(`  # about two\n${two}, # second\n  # about three\n${three} # third`),
    )
    expect(planned(text, remove('two')).text).toBe(
      list(`${one}, # first\n  # about two\n  # about three\n${three} # third`),
    )
    expect(planned(text, remove('three')).text).toBe(
      list(`${one}, # first\n  # about two\n${two} # second\n  # about three`),
    )
    expect(planned(text, remove('two', 'three')).text).toBe(
      list(`${one} # first\n  # about two\n  # about three`),
    )
    expect(planned(text, remove('one', 'two', 'three')).text).toBe(list('  # about two\n  # about three'))
  })

  test('where all entries of a flow list go and several come, they stand between its brackets', () => {
    const text = '{"contexts": [{"name": "a", "context": {}}, {"name": "b", "context": {"user": "u"}}]}'
    const clone = (name: string): AnyEdit => ({
      kind: 'import-entries',
      source: 's',
      from: null,
      file: null,
      onConflict: 'rename',
      clusters: [],
      users: [],
      contexts: [{ name, value: { user: name } }],
    })
    const gone: AnyEdit = { kind: 'delete-contexts', contexts: ['a', 'b'].map(context), keepOrphans: true }
    expect(planned(text, gone, clone('x'), clone('y'), clone('z')).text).toBe(
      '{"contexts": [{"name": "x", "context": {"user": "x"}}, {"name": "y", "context": {"user": "y"}}, {"name": "z", "context": {"user": "z"}}]}',
    )
  })

  test('moving an entry takes its remarks along and rewrites its relative paths', () => {
    const other = '/home/me/elsewhere/kube/other'
    const text =
      'contexts:\n- name: a # mine\n  context: {cluster: c, user: u}\nclusters:\n- name: c\n  cluster:\n    # the CA\n    certificate-authority: pki/ca.crt # relative\n    server: https://x\nusers: []\n'
    const result = planEdits({
      sources: [
        sourceOf({ path: file, listed: true, text, fault: null }),
        sourceOf({
          path: other,
          listed: true,
          text: 'contexts:\n  - name: b\n    context: {}\n',
          fault: null,
        }),
      ],
      revisions: [],
      edits: [{ kind: 'move-contexts', contexts: [context('a')], file: other }],
    })
    expect(result.files.map(({ after }) => after)).toEqual([
      'contexts:\nclusters:\nusers: []\n',
      'contexts:\n  - name: b\n    context: {}\n  - name: a # mine\n    context: {cluster: c, user: u}\nclusters:\n  - name: c\n    cluster:\n      # the CA\n      certificate-authority: ../../.kube/pki/ca.crt # relative\n      server: https://x\n',
    ])
    expect(result.plan.alsoChanges).toEqual([])
  })

  test('moved twice before it is written, an entry has its own lines and remarks all the same', () => {
    const [other, third] = ['/home/me/.kube/other', '/home/me/.kube/third']
    const own = 'contexts:\n- name: a # mine\n  context: {cluster: c, user: u}\n'
    const { files } = planEdits({
      sources: [
        sourceOf({ path: file, listed: true, text: own, fault: null }),
        sourceOf({ path: other, listed: true, text: '', fault: null }),
        sourceOf({ path: third, listed: true, text: 'contexts: []\n', fault: null }),
      ],
      revisions: [],
      edits: [
        { kind: 'move-contexts', contexts: [context('a')], file: other },
        { kind: 'move-contexts', contexts: [entryId('context', other, 'a', 0)], file: third },
      ],
    })
    expect(files.map(({ after }) => after)).toEqual(['contexts:\n', own])
  })

  test.each([
    ['is not there yet', null, ''],
    ['is empty', '', ''],
    ['has remarks alone', '# mine\n', '# mine\n'],
    ['has an empty map', '{}\n', ''],
  ])('what is moved to a file that %s is written there as it was', (_, there, before) => {
    const other = '/home/me/.kube/other'
    const entries = {
      clusters: '- {name: c, cluster: {server: "https://x"}} # west\n',
      contexts: "- context: # of the team\n    user: 'u'\n    # where\n    cluster: c\n  name: a # mine\n",
      users:
        '- name: u\n  user:\n    exec:\n      apiVersion: client.authentication.k8s.io/v1beta1\n      command: aws\n      args: [eks, get-token] # short\n',
    }
    const { clusters, contexts, users } = entries
    const result = planEdits({
      sources: [
        sourceOf({
          path: file,
          listed: true,
          text: `clusters:\n${clusters}contexts:\n${contexts}users:\n${users}`,
          fault: null,
        }),
        sourceOf({ path: other, listed: true, text: there, fault: null }),
      ],
      revisions: [],
      edits: [{ kind: 'move-contexts', contexts: [context('a')], file: other }],
    })
    expect(result.files[1]?.after).toBe(
      `${before}apiVersion: v1\nclusters:\n${clusters}contexts:\n${contexts}current-context: ""\nkind: Config\nusers:\n${users}`,
    )
  })
})

test('secrets are masked in the diff, on the lines around a change too', () => {
  const text =
    'users:\n- name: u\n  user:\n    token: s3cr3t\n    password: "hunter2"\n    client-key-data: S0VZ\n    exec: {apiVersion: client.authentication.k8s.io/v1beta1, command: aws, args: [--token, abc, --x], env: [{name: AWS_SECRET_ACCESS_KEY, value: topsecret}, {name: AWS_PROFILE, value: pay}]}\ncontexts:\n- name: a\n  context: {cluster: c, user: u}\nclusters:\n- name: c\n  cluster: {server: "https://me:pass@host"}\n'
  const { plan } = planned(
    text,
    { kind: 'set-profile', context: context('a'), profile: 'ops', pin: null, scope: 'shared' },
    { kind: 'set-namespace', context: context('a'), namespace: 'x' },
  )
  const shown = JSON.stringify(plan)
  for (const secret of ['s3cr3t', 'hunter2', 'S0VZ', 'topsecret', 'abc', 'me:pass'])
    expect(shown).not.toContain(secret)
  for (const kept of ['ops', 'AWS_PROFILE', 'host']) expect(shown).toContain(kept)
})

test('a diff prints as diff -u does', () => {
  const { plan } = planned(hand, { kind: 'set-namespace', context: context('stage'), namespace: 'web' })
  expect(plan.files[0] && unified(file, plan.files[0].diff)).toBe(
    `--- ${file}\n+++ ${file}\n@@ -29,6 +29,7 @@\n - name: "stage"\n   context:\n     cluster: stage\n+    namespace: web\n     user: me   # shared user\n \n - name: 'on'\n`,
  )
})

test('a file that kubectl cannot read is never written', () => {
  const result = planEdits({
    sources: [
      sourceOf({
        path: file,
        listed: true,
        text: 'contexts:\n- name: on\n  context: {}\n- name: b\n  context: {}\n',
        fault: null,
      }),
    ],
    revisions: [],
    edits: [{ kind: 'set-namespace', context: context('b'), namespace: 'x' }],
  })
  expect(result.plan.blocked).toBe(true)
  expect(result.plan.problems[0]).toMatchObject({ code: 'file-unreadable', blocks: true })
  expect(result.files).toEqual([])
})
