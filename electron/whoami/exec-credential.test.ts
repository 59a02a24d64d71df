/** Both sides of the exec protocol, judged by the real kubectl and a plugin that writes down what it gets. */

import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { RawExec } from '../../shared/exec/parse'
import { emptyExec } from '../../shared/kubeconfig/entries'
import { anyCharacter } from '../../shared/testing/characters'
import { createClusterCertificates } from '../demo/simulator/certificates'
import { emptyCluster } from '../kubeconfig/read/decode'
import type { RawCluster } from '../kubeconfig/read/raw-entries'
import { runCommand } from '../system/run-command'
import { factsOf } from '../testing/entry-facts'
import { kubectlJudges } from '../testing/kubectl-judges'
import { runProgram } from '../testing/real-programs'
import { type Running, startTls } from '../testing/servers'
import { execInfo, execRefusal, parseExecCredential } from './exec-credential'
import { execute } from './execute'

const full = process.env.EKSCOPE_FULL === '1'
const v1beta1 = 'client.authentication.k8s.io/v1beta1'
const v1 = 'client.authentication.k8s.io/v1'
const never = new AbortController().signal

let home: string
let ca: string
let server: Running
let authorization: string | undefined
beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'ekscope-exec-'))
  const certificates = await createClusterCertificates('c.example', Date.now())
  ca = certificates.caPem
  await writeFile(join(home, 'ca.pem'), ca)
  server = await startTls(certificates.server, (request, response) => {
    authorization = request.headers.authorization
    response.writeHead(201, { 'content-type': 'application/json' })
    response.end(
      '{"kind":"SelfSubjectReview","apiVersion":"authentication.k8s.io/v1","status":{"userInfo":{"username":"ada"}}}',
    )
  })
})
afterAll(async () => {
  await server.close()
  await rm(home, { recursive: true, force: true })
})

const exec = (more: Partial<RawExec> = {}): RawExec => ({
  ...emptyExec,
  apiVersion: v1beta1,
  command: 'aws',
  args: [],
  env: [],
  ...more,
})
const cluster = (more: Partial<RawCluster> = {}): RawCluster => ({
  ...emptyCluster,
  name: 'c',
  server: `https://127.0.0.1:${server.port}`,
  ...more,
})

async function script(name: string, text: string): Promise<string> {
  const path = join(home, name)
  await writeFile(path, text)
  await chmod(path, 0o755)
  return path
}
async function kubectl(
  program: string,
  user: Record<string, unknown>,
  clusterMore: Record<string, unknown> = {},
) {
  const config = {
    clusters: [
      { name: 'c', cluster: { server: cluster().server, 'certificate-authority': 'ca.pem', ...clusterMore } },
    ],
    users: [{ name: 'u', user: { exec: { apiVersion: v1beta1, ...user } } }],
    contexts: [{ name: 'x', context: { cluster: 'c', user: 'u' } }],
    'current-context': 'x',
  }
  await writeFile(join(home, 'config'), JSON.stringify(config))
  authorization = undefined
  return runProgram(program, ['auth', 'whoami'], {
    HOME: home,
    PATH: '/usr/bin:/bin',
    KUBECONFIG: join(home, 'config'),
  })
}

describe('what the command gets', () => {
  for (const { name, program, here, some } of kubectlJudges)
    test.skipIf(!here)(`is byte for byte what ${name} gives it`, async () => {
      const given = join(home, 'given')
      const command = await script(
        'recorder',
        `#!/bin/sh\nprintf %s "$KUBERNETES_EXEC_INFO" > ${given}\nexit 1\n`,
      )
      const cases: readonly (readonly [Record<string, unknown>, Record<string, unknown>, string])[] = [
        [{}, {}, execInfo(exec(), cluster(), null)],
        [
          { apiVersion: v1, interactiveMode: 'Never' },
          {},
          execInfo(exec({ apiVersion: v1, interactiveMode: 'Never' }), cluster(), null),
        ],
        [{ provideClusterInfo: true }, {}, execInfo(exec({ provideClusterInfo: true }), cluster(), ca)],
        [
          { provideClusterInfo: true },
          {
            'tls-server-name': 'c.example',
            'proxy-url': 'http://127.0.0.1:9',
            'disable-compression': true,
            extensions: [
              {
                name: 'client.authentication.k8s.io/exec',
                extension: { audience: 'x', list: [1, { a: null }] },
              },
            ],
          },
          execInfo(
            exec({ provideClusterInfo: true }),
            cluster({
              tlsServerName: 'c.example',
              proxyUrl: 'http://127.0.0.1:9',
              disableCompression: true,
              execConfig: { audience: 'x', list: [1, { a: null }] },
            }),
            ca,
          ),
        ],
      ]
      for (const [user, more, ours] of some(cases, 2, 1)) {
        await kubectl(program, { command, ...user }, more)
        expect(ours).toBe((await readFile(given, 'utf8')).trimEnd())
      }
    })

  test('its variables are the whole environment, exec.env on top, the last of a name', async () => {
    const path = await script('env', '#!/bin/sh\nenv >&2\nexit 1\n')
    const outcome = await execute(
      {
        exec: exec({
          env: [
            { name: 'A', value: '1' },
            { name: 'A', value: '2' },
            { name: 'B', value: 'entry' },
          ],
        }),
        path,
        variables: { B: 'environment', C: 'kept', PATH: '/bin' },
        info: '{}',
        facts: factsOf(null),
        timeoutMs: 10_000,
      },
      runCommand,
      never,
    )
    const lines = outcome.kind === 'failed' ? outcome.stderr.split('\n') : []
    expect(lines).toEqual(
      expect.arrayContaining(['A=2', 'B=entry', 'C=kept', 'PATH=/bin', 'KUBERNETES_EXEC_INFO={}']),
    )
  })
})

describe('which entries are run at all', () => {
  for (const { name, program, here, some } of kubectlJudges)
    test.skipIf(!here)(
      `those that ${name} runs`,
      async () => {
        const command = await script(
          'ok',
          `#!/bin/sh\nset -- $(printf %s "$KUBERNETES_EXEC_INFO" | sed 's/.*"apiVersion":"\\([^"]*\\)".*/\\1/')\necho '{"kind":"ExecCredential","apiVersion":"'$1'","status":{"token":"t"}}'\n`,
        )
        const matrix = [null, '', v1, v1beta1, 'client.authentication.k8s.io/v1alpha1', 'v1'].flatMap(
          (apiVersion) =>
            [null, 'Never', 'IfAvailable', 'Always', 'sometimes'].map((interactiveMode) => ({
              apiVersion,
              interactiveMode,
            })),
        )
        // Each version, v1 with and without a mode that it knows.
        for (const { apiVersion, interactiveMode } of some(matrix, 4, 2)) {
          const run = await kubectl(program, {
            command,
            ...(apiVersion === null ? { apiVersion: undefined } : { apiVersion }),
            ...(interactiveMode === null ? {} : { interactiveMode }),
          })
          expect([
            apiVersion,
            interactiveMode,
            execRefusal(exec({ apiVersion, interactiveMode }), 'a') === null,
          ]).toEqual([apiVersion, interactiveMode, run.status === 0])
        }
      },
      60_000,
    )
})

describe('what the command may answer', () => {
  const good = { kind: 'ExecCredential', apiVersion: v1beta1, status: { token: 'tok' } }
  const answers: readonly (readonly [string, string])[] = [
    ['a token', JSON.stringify(good)],
    ['as YAML', `kind: ExecCredential\napiVersion: ${v1beta1}\nstatus:\n  token: tok\n`],
    [
      'with an expiry',
      JSON.stringify({ ...good, status: { token: 'tok', expirationTimestamp: '2099-01-01T00:00:00Z' } }),
    ],
    [
      'with a YAML date as expiry',
      `kind: ExecCredential\napiVersion: ${v1beta1}\nstatus:\n  token: tok\n  expirationTimestamp: 2099-01-01T00:00:00Z\n`,
    ],
    ['with unknown fields', JSON.stringify({ ...good, more: 1, status: { token: 'tok', other: [] } })],
    ['blank lines around', `\n\n${JSON.stringify(good)}\n\n`],
    ['nothing', ''],
    ['words', 'please log in'],
    ['text output of aws', `ExecCredential\t${v1beta1}\ttok`],
    ['another kind', JSON.stringify({ ...good, kind: 'Token' })],
    ['another version', JSON.stringify({ ...good, apiVersion: v1 })],
    ['the old version', JSON.stringify({ ...good, apiVersion: 'client.authentication.k8s.io/v1alpha1' })],
    ['no status', JSON.stringify({ ...good, status: undefined })],
    ['status null', JSON.stringify({ ...good, status: null })],
    ['an empty token', JSON.stringify({ ...good, status: { token: '' } })],
    ['a number as token', JSON.stringify({ ...good, status: { token: 5 } })],
    ['half a certificate', JSON.stringify({ ...good, status: { token: 'tok', clientCertificateData: 'x' } })],
    [
      'an expiry that is no date',
      JSON.stringify({ ...good, status: { token: 'tok', expirationTimestamp: 'soon' } }),
    ],
    ['an array', `[${JSON.stringify(good)}]`],
    ['words before', `warning: something\n${JSON.stringify(good)}`],
  ]

  for (const { name, program, here, some } of kubectlJudges)
    test.skipIf(!here)(
      `what ${name} takes is taken, what it refuses is refused`,
      async () => {
        for (const [what, text] of some(answers, 3)) {
          await writeFile(join(home, 'answer'), text)
          const command = await script('answer.sh', `#!/bin/sh\ncat ${join(home, 'answer')}\n`)
          await kubectl(program, { command })
          const taken = authorization === 'Bearer tok'
          const parsed = parseExecCredential(text, v1beta1)
          expect([what, parsed.ok && parsed.value.token === 'tok']).toEqual([what, taken])
        }
      },
      60_000,
    )

  for (const { name, program, here, some } of kubectlJudges)
    test.skipIf(!here)(`a certificate beside a token must be a pair, as ${name} wants it`, async () => {
      const certificates = await createClusterCertificates('c.example', Date.now())
      const [one, other] = await Promise.all(['a', 'b'].map((user) => certificates.issueClient(user, [])))
      const no = '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n'
      const pairs: readonly (readonly [string | undefined, string | undefined, boolean])[] = [
        [one?.certificatePem, one?.keyPem, true],
        [`${one?.certificatePem}${certificates.caPem}`, one?.keyPem, true],
        [one?.certificatePem, other?.keyPem, false],
        [certificates.caPem, one?.keyPem, false],
        [no, one?.keyPem, false],
        ['x', 'y', false],
      ]
      for (const [clientCertificateData, clientKeyData, good] of some(pairs, 2)) {
        const status = { token: 'tok', clientCertificateData, clientKeyData }
        const text = JSON.stringify({ kind: 'ExecCredential', apiVersion: v1beta1, status })
        await writeFile(join(home, 'answer'), text)
        const command = await script('answer.sh', `#!/bin/sh\ncat ${join(home, 'answer')}\n`)
        await kubectl(program, { command })
        expect([clientCertificateData, authorization]).toEqual([
          clientCertificateData,
          good ? 'Bearer tok' : undefined,
        ])
        expect(parseExecCredential(text, v1beta1).ok).toBe(good)
      }
    })

  test('the expiry is milliseconds', () => {
    const parsed = parseExecCredential(
      JSON.stringify({ ...good, status: { token: 'tok', expirationTimestamp: '2030-01-01T00:00:00Z' } }),
      v1beta1,
    )
    expect(parsed.ok && parsed.value.expirationTimestamp).toBe(Date.UTC(2030, 0, 1))
  })

  test('a refusal never quotes the output, which may hold the token', () => {
    for (const text of [
      'k8s-aws-v1.secretsecret',
      JSON.stringify({ ...good, apiVersion: v1, status: { token: 'k8s-aws-v1.secretsecret' } }),
    ]) {
      expect(JSON.stringify(parseExecCredential(text, v1beta1))).not.toContain('secretsecret')
    }
  })

  test('a token that could break out of its header is refused', () => {
    for (const token of ['a\r\nX-Evil: 1', 'a b', 'ä', '\u0000']) {
      expect(parseExecCredential(JSON.stringify({ ...good, status: { token } }), v1beta1).ok).toBe(false)
    }
  })

  test('whatever it prints, reading ends in a value: deep, huge, aliases upon aliases', () => {
    const deep = '['.repeat(50_000)
    const bomb = `a: &a [x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b]\nd: [*c,*c,*c,*c,*c,*c,*c,*c,*c]\nkind: ExecCredential\n`
    for (const text of [
      deep,
      bomb,
      `{"kind":"ExecCredential","apiVersion":"${v1beta1}","status":${'{"a":'.repeat(5_000)}`,
      '\u0000'.repeat(1_000),
    ]) {
      expect(parseExecCredential(text, v1beta1).ok).toBe(false)
    }
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string({ unit: anyCharacter }),
          fc.json(),
          fc.jsonValue().map((status) => JSON.stringify({ ...good, status })),
        ),
        (text) => {
          const parsed = parseExecCredential(text, v1beta1)
          if (parsed.ok) expect(parsed.value.token ?? parsed.value.certificate).toBeTruthy()
        },
      ),
      { numRuns: full ? 20_000 : 1_000 },
    )
  })
})

describe('how a command can fail', () => {
  const run = (text: string, timeoutMs = 10_000) =>
    script('failing', text).then((path) =>
      execute(
        {
          exec: exec(),
          path,
          variables: { PATH: '/usr/bin:/bin' },
          info: '{}',
          facts: factsOf('p'),
          timeoutMs,
        },
        runCommand,
        never,
      ),
    )
  const code = async (text: string, timeoutMs?: number) => {
    const outcome = await run(text, timeoutMs)
    return outcome.kind === 'failed' ? outcome.problem.code : outcome.kind
  }

  test('each way has its own problem', async () => {
    expect(await code('#!/bin/sh\nexit 3\n')).toBe('command-failed')
    expect(await code('#!/bin/sh\nkill -9 $$\n')).toBe('command-failed')
    expect(await code('#!/bin/sh\nsleep 60\n', 200)).toBe('command-timeout')
    expect(await code('#!/bin/sh\nyes\n')).toBe('output-too-large')
    expect(await code('#!/nowhere/python3\n')).toBe('command-not-found')
    expect(await code('#!/bin/sh\necho hello\n')).toBe('bad-exec-credential')
  })

  for (const { name, program, here, some } of kubectlJudges)
    test.skipIf(!here)(
      `a file that the system itself would not start is not run, as ${name} does not`,
      async () => {
        const good = `{"kind":"ExecCredential","apiVersion":"${v1beta1}","status":{"token":"tok"}}`
        const files: readonly (readonly [string, boolean])[] = [
          ['', false],
          [`echo '${good}'\n`, false],
          [`\ufeff#!/bin/sh\necho '${good}'\n`, false],
          [`#! \necho '${good}'\n`, false],
          [`#! /bin/sh\necho '${good}'\n`, true],
          [`#!/bin/sh\necho '${good}'\n`, true],
        ]
        for (const [text, starts] of some(files, 2)) {
          await kubectl(program, { command: await script('failing', text) })
          expect([text, authorization]).toEqual([text, starts ? 'Bearer tok' : undefined])
          const outcome = await run(text)
          expect([text, outcome.kind]).toEqual([text, starts ? 'credential' : 'failed'])
          if (outcome.kind === 'failed')
            expect(outcome.problem).toMatchObject({
              code: 'command-not-found',
              message: expect.stringMatching(/names no interpreter \(exec format error\)\.$/),
            })
        }
      },
    )

  test('a failure shows the last line of standard error, without its secrets and colours', async () => {
    const outcome = await run(
      '#!/bin/sh\nprintf "\\033[31mfailed for token k8s-aws-v1.abcdef with password=hunter2222\\033[0m\\n" >&2\nexit 1\n',
    )
    const text = outcome.kind === 'failed' ? `${outcome.problem.message} ${outcome.stderr}` : ''
    expect(text).toContain('failed for token')
    for (const secret of ['abcdef', 'hunter2222', '\u001b']) expect(text).not.toContain(secret)
  })
})
