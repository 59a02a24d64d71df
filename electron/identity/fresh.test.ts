/** What a check stands on, and nothing else: which changes on disk make it stale, and until when it holds without the user. */
import { chmod, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { ssoRoleKey, ssoTokenKey } from '../aws/files/caches'
import { programsOnce } from '../aws/installed/which'
import { createKubeconfigStore } from '../kubeconfig/disk/kubeconfig-store'
import { environmentOf } from '../system/environment'
import { removeFolder } from '../testing/bundle'
import { kubectlJudges } from '../testing/kubectl-judges'
import { nothingAllowed, readIdentities } from '../testing/read-identities'
import { realProgram } from '../testing/real-programs'
import { commandPermission, decisionFingerprint, processFingerprint } from '../trust/command-permission'
import { insecureFingerprint } from '../trust/decisions'
import { examineCommand, lookupsOf } from '../trust/examine'
import { assembleIdentities } from './assemble'
import { awsFilesOnce } from './aws-files-once'

let home: string
const now = Date.UTC(2026, 0, 1)
const hour = 3_600_000
const startUrl = 'https://x.awsapps.com/start'

const write = async (name: string, text: string) => {
  const file = path.join(home, name)
  await mkdir(path.dirname(file), { recursive: true })
  await writeFile(file, text)
}
const replace = async (name: string, from: string, to: string) => {
  const before = await readFile(path.join(home, name), 'utf8')
  expect(before).toContain(from)
  await write(name, before.replaceAll(from, to))
}
const at = (ms: number) => new Date(now + ms).toISOString()
const token = (name: string, lasts: number, more: Record<string, unknown> = {}) =>
  write(
    `.aws/sso/cache/${ssoTokenKey(name)}.json`,
    JSON.stringify({ accessToken: `secret of ${name} ${lasts}`, expiresAt: at(lasts), ...more }),
  )
const renewable = (registered: number) => ({
  refreshToken: 'r',
  clientId: 'c',
  clientSecret: 's',
  registrationExpiresAt: at(registered),
})
const cachedRole = (lasts: number, session = 'short', account = '111122223333', name = 'Dev') =>
  write(
    `.aws/cli/cache/${ssoRoleKey({ account, name, session, startUrl })}.json`,
    JSON.stringify({
      Credentials: { AccessKeyId: 'ASIA', SecretAccessKey: 's', SessionToken: 't', Expiration: at(lasts) },
    }),
  )

const profile = (name: string, session: string) =>
  `[profile ${name}]\nsso_session = ${session}\nsso_account_id = 111122223333\nsso_role_name = Dev\n` +
  `[sso-session ${session}]\nsso_start_url = ${startUrl}\nsso_region = eu-west-1\n`
const kubeconfig = `clusters:
- {name: c, cluster: {server: "https://x", certificate-authority: ca.pem}}
- {name: d, cluster: {server: "https://y"}}
contexts:
- {name: short, context: {cluster: d, user: short, namespace: web}}
- {name: long, context: {cluster: d, user: long}}
- {name: web, context: {cluster: d, user: web}}
- {name: keys, context: {cluster: d, user: keys}}
- {name: ca, context: {cluster: c, user: keys}}
- {name: file, context: {cluster: d, user: file}}
users:
${['short', 'long', 'web', 'keys']
  .map(
    (name) =>
      `- {name: ${name}, user: {exec: {apiVersion: client.authentication.k8s.io/v1beta1, command: aws, args: [--region, eu-west-1, --profile, ${name}, eks, get-token, --cluster-name, c]}}}\n`,
  )
  .join('')}- {name: file, user: {tokenFile: token}}
`

beforeEach(async () => {
  home = await mkdtemp(path.join(os.tmpdir(), 'ekscope-fresh-'))
  await write('.kube/config', kubeconfig)
  await write('.kube/ca.pem', 'CA')
  await write('.kube/token', 'T')
  await write('web-token', 'the first one')
  await write(
    '.aws/config',
    `${profile('short', 'short')}${profile('long', 'long')}[profile web]\nrole_arn = arn:aws:iam::111122223333:role/W\nweb_identity_token_file = ${home}/web-token\n[profile keys]\nregion = eu-west-1\n`,
  )
  await write('.aws/credentials', '[keys]\naws_access_key_id = AKIA\naws_secret_access_key = s\n')
  await token('short', hour)
  await token('long', hour, renewable(48 * hour))
})
afterEach(() => removeFolder(home))

const read = async (moment = now, variables: Record<string, string> = {}) =>
  (await readIdentities({ home, variables: { HOME: home, PATH: '/usr/bin:/bin' } }, variables, moment))
    .contexts
const prints = async (moment = now) =>
  Object.fromEntries((await read(moment)).map(({ name, fingerprint }) => [name, fingerprint]))

/** The contexts whose checks are stale after a change. */
async function stale(change: () => unknown, moment = now): Promise<readonly string[]> {
  const before = await prints()
  await change()
  const after = await prints(moment)
  return Object.keys(before).filter((name) => before[name] !== after[name])
}

describe('a check is stale', () => {
  test('once somebody has signed out, or in', async () => {
    expect(await stale(() => rm(path.join(home, '.aws/sso'), { recursive: true }))).toEqual(['short', 'long'])
    expect(await stale(() => token('short', 2 * hour))).toEqual(['short'])
    expect(await stale(() => token('short', 8 * hour))).toEqual(['short'])
  })

  test('once the sign-in has ended and cannot renew itself, and not where it can', async () => {
    expect(await stale(() => undefined, now + 2 * hour)).toEqual(['short'])
    expect(await stale(() => undefined, now + 49 * hour)).toEqual(['short', 'long'])
  })

  test('once the role that aws still held without a sign-in is gone', async () => {
    await token('short', -hour)
    await cachedRole(6 * hour)
    expect(await stale(() => rm(path.join(home, '.aws/cli/cache'), { recursive: true }))).toEqual(['short'])
  })

  test('once another CA, token or client certificate stands in a file that its entry names', async () => {
    expect(await stale(() => write('.kube/ca.pem', 'CB'))).toEqual(['ca'])
    expect(await stale(() => rm(path.join(home, '.kube/ca.pem')))).toEqual(['ca'])
    expect(await stale(() => write('.kube/token', 'U'))).toEqual(['file'])
  })

  test('once a web identity token is gone, an alias takes eks over, or the AWS files say something else', async () => {
    expect(await stale(() => rm(path.join(home, 'web-token')))).toEqual(['web'])
    const aws = ['short', 'long', 'web', 'keys', 'ca']
    expect(await stale(() => write('.aws/cli/alias', '[toplevel]\neks = sts\n'))).toEqual(
      expect.arrayContaining(aws),
    )
    // An alias may turn `eks` into a command that reads any profile.
    expect(await stale(() => replace('.aws/config', 'Dev', 'Ops'))).toEqual(expect.arrayContaining(aws))
    await rm(path.join(home, '.aws/cli/alias'))
    expect(await stale(() => replace('.aws/config', 'Ops', 'Dev'))).toEqual(['short', 'long'])
    expect(await stale(() => replace('.aws/credentials', 'AKIA', 'AKIB'))).toEqual(['keys', 'ca'])
    expect(await stale(() => write('.aws/config', 'no section'))).toEqual(expect.arrayContaining(aws))
  })

  test('once a profile says something else that its own leads to, or that the environment or an entry chooses', async () => {
    const add = async (text: string) =>
      write('.aws/config', `${await readFile(path.join(home, '.aws/config'), 'utf8')}${text}`)
    await add(
      '[profile top]\nrole_arn = arn:aws:iam::111122223333:role/T\nsource_profile = middle\nservices = own\n' +
        '[profile middle]\nsource_profile = base\nrole_arn = arn:aws:iam::111122223333:role/M\n' +
        '[profile base]\nregion = eu-west-1\n[services own]\nsts =\n  endpoint_url = https://a.example\n' +
        '[profile alone]\nregion = eu-west-1\n',
    )
    expect(await stale(() => replace('.kube/config', '--profile, web', '--profile, top'))).toEqual(['web'])
    const region = (name: string, from: string, to: string) =>
      replace('.aws/config', `[profile ${name}]\nregion = ${from}`, `[profile ${name}]\nregion = ${to}`)
    expect(await stale(() => region('base', 'eu-west-1', 'eu-west-2'))).toEqual(['web'])
    expect(await stale(() => replace('.aws/config', 'role/M', 'role/N'))).toEqual(['web'])
    expect(await stale(() => replace('.aws/config', 'https://a.example', 'https://b.example'))).toEqual([
      'web',
    ])
    // A profile that an entry names, and no file has yet.
    expect(await stale(() => replace('.kube/config', '--profile, top', '--profile, later'))).toEqual(['web'])
    expect(await stale(() => add('[profile later]\nregion = eu-west-1\n'))).toEqual(['web'])
    const by = async (variables: Record<string, string>) =>
      new Map((await read(now, variables)).map(({ name, fingerprint }) => [name, fingerprint]))
    await replace('.kube/config', '--profile, later, ', '')
    for (const name of ['AWS_PROFILE', 'AWS_DEFAULT_PROFILE']) {
      const before = await by({ [name]: 'alone' })
      await region('alone', 'eu-west-1', 'eu-west-3')
      const after = await by({ [name]: 'alone' })
      expect([...before.keys()].filter((one) => before.get(one) !== after.get(one))).toEqual(['web'])
      await region('alone', 'eu-west-3', 'eu-west-1')
    }
    expect(await stale(() => add('[default]\nregion = eu-west-1\n'))).toEqual(['web'])
  })

  test('once any profile says something else to a program that may look at all of them', async () => {
    const config = await readFile(path.join(home, '.aws/config'), 'utf8')
    const region = (of: string) => write('.aws/config', `${config}[profile alone]\nregion = ${of}\n`)
    await replace(
      '.kube/config',
      'command: aws, args: [--region, eu-west-1, --profile, web',
      'command: own, args: [x',
    )
    expect(await stale(() => region('eu-west-1'))).toEqual(['web'])
    await replace(
      '.kube/config',
      'command: own, args: [x',
      'command: aws, args: [--region, eu-west-1, --profile, started',
    )
    await write('.aws/credentials', '[started]\ncredential_process = /bin/own\n')
    expect(await stale(() => region('eu-west-3'))).toEqual(['web'])
    await write('.aws/credentials', '[started]\nregion = eu-west-1\n')
    expect(await stale(() => region('eu-west-1'))).toEqual([])
    // What leads through more profiles than aws follows is not followed here either.
    const row = (count: number) =>
      Array.from({ length: count }, (_, n) => `[p${n}]\nsource_profile = p${n + 1}\n`).join('')
    await write('.aws/credentials', `[started]\nsource_profile = p0\n${row(300)}`)
    expect(await stale(() => region('eu-west-3'))).toEqual([])
    await write('.aws/credentials', `[started]\nsource_profile = p0\n${row(500)}`)
    expect(await stale(() => region('eu-west-1'))).toEqual(['web'])
  })

  test('once another aws would be run, and not by what it says when it is asked', async () => {
    const aws = async (text: string) => {
      await write('bin/aws', text)
      await chmod(path.join(home, 'bin/aws'), 0o755)
    }
    const own = async (asked = new Map<string, string>()) => {
      const variables = { PATH: `${home}/bin:/bin` }
      const { contexts } = await readIdentities({ home, variables: { HOME: home } }, variables, now, asked)
      return contexts.find(({ name }) => name === 'keys')
    }
    await aws('#!/bin/sh\n')
    const before = await own()
    const key = (await before?.subject())?.program?.key ?? ''
    const said = await own(new Map([[key, '1.45.11']]))
    expect(said?.aws?.version).toBe('1.45.11')
    expect(said?.fingerprint).toBe(before?.fingerprint)
    await aws('#!/bin/sh\n# another\n')
    expect((await own())?.fingerprint).not.toBe(before?.fingerprint)
  })

  test('once kubectl obeys a kuberc that refuses its command, and not by what else that says', async () => {
    const newer = kubectlJudges[1]
    if (!newer?.here) return
    await mkdir(path.join(home, 'bin'))
    const kubectl = (program: string) => symlink(program, path.join(home, 'bin/kubectl'))
    const kuberc = (policy: string) =>
      write('.kube/kuberc', `apiVersion: kubectl.config.k8s.io/v1beta1\nkind: Preference\n${policy}`)
    const own = async () => {
      const { contexts } = await readIdentities(
        { home, variables: { HOME: home, PATH: `${home}/bin:/usr/bin:/bin` } },
        {},
        now,
      )
      return Object.fromEntries(contexts.map(({ name, fingerprint }) => [name, fingerprint]))
    }
    const staleBy = async (change: () => Promise<unknown>) => {
      const before = await own()
      await change()
      const after = await own()
      return Object.keys(before).filter((name) => before[name] !== after[name])
    }
    const commands = ['short', 'long', 'web', 'keys', 'ca']
    await kubectl(newer.program)
    expect(await staleBy(() => kuberc('credentialPluginPolicy: AllowAll\n'))).toEqual([])
    expect(await staleBy(() => kuberc('credentialPluginPolicy: DenyAll\n'))).toEqual(commands)
    expect(await staleBy(() => kuberc('# mine\ncredentialPluginPolicy: DenyAll\n'))).toEqual([])
    expect(
      await staleBy(async () => {
        await rm(path.join(home, 'bin/kubectl'))
        await kubectl(realProgram('kubectl'))
      }),
    ).toEqual(commands)
    const shim = () => rm(path.join(home, 'bin/kubectl')).then(() => write('bin/kubectl', '#!/bin/sh\n'))
    expect(
      await staleBy(async () => {
        await shim()
        await chmod(path.join(home, 'bin/kubectl'), 0o755)
      }),
    ).toEqual(commands)
    // Whatever an entry says, a kuberc that contradicts itself stops kubectl.
    expect(await staleBy(() => kuberc('credentialPluginPolicy: Allowlist\n'))).toEqual([...commands, 'file'])
  })

  test('once a file that was opened is trusted, or that is taken back', async () => {
    const opened = path.join(home, 'opened')
    await write('opened', kubeconfig)
    const printed = async (trusted: boolean) => {
      const store = createKubeconfigStore({
        list: () => [{ path: opened, source: 'opened', own: false }],
        trustedFile: () => trusted,
      })
      await store.load()
      const { contexts } = await assembleIdentities({
        snapshot: store.snapshot(),
        resolved: store.inView().view.resolved(),
        environment: environmentOf('app', { HOME: home, PATH: '/usr/bin:/bin' }),
        aws: awsFilesOnce(home, process.platform),
        programs: programsOnce(new Map()),
        // The decisions are the same: of them only this file's counts.
        trust: nothingAllowed,
        words: new Map(),
        now,
      })
      return contexts.map(({ fingerprint }) => fingerprint)
    }
    const foreign = await printed(false)
    const trusted = await printed(true)
    expect(foreign).toHaveLength(6)
    // Also of contexts that name no file of their own, whose command runs without asking.
    expect(foreign.filter((print, index) => print === trusted[index])).toEqual([])
    expect(await printed(false)).toEqual(foreign)
  })

  test('once the environment is another, and once the user allows what its own context asks about, and no other', async () => {
    await replace(
      '.kube/config',
      'command: aws, args: [--region, eu-west-1, --profile, web',
      'command: sh, args: [',
    )
    // It is asked about where a certificate is not checked, and where a profile starts a program.
    await replace('.kube/config', 'certificate-authority: ca.pem', 'insecure-skip-tls-verify: true')
    await replace(
      '.aws/config',
      profile('short', 'short'),
      '[profile short]\ncredential_process = /bin/own\n',
    )
    const variables = { HOME: home, PATH: '/usr/bin:/bin' }
    const key = 'k'
    const printed = (more: Record<string, string>, ...allowed: readonly string[]) =>
      readIdentities({ home, variables }, more, now, new Map(), { key, fingerprints: new Set(allowed) })
    const { contexts } = await printed({})
    const others = async (after: ReturnType<typeof printed>) => {
      const now = new Map((await after).contexts.map(({ name, fingerprint }) => [name, fingerprint]))
      return contexts.flatMap(({ name, fingerprint }) => (now.get(name) === fingerprint ? [] : [name]))
    }
    const subject = async (of: string) => {
      const found = await contexts.find(({ name }) => name === of)?.subject()
      if (found?.resolved.user == null || found.resolved.cluster === null) throw new Error(of)
      return { ...found, user: found.resolved.user, cluster: found.resolved.cluster }
    }
    expect(await others(printed({ EDITOR: 'vi' }))).toEqual(contexts.map(({ name }) => name))
    expect(await others(printed({}, 'of something else'))).toEqual([])
    const [process] = (await subject('short')).processes
    expect(await others(printed({}, process ? processFingerprint(key, process) : ''))).toEqual(['short'])
    const { user } = await subject('web')
    if (user.raw.exec === null) throw new Error('web runs nothing')
    const facts = await examineCommand(user.raw.exec, user.file, null, lookupsOf(variables))
    const permission = commandPermission(facts)
    const command = permission.kind === 'ask' ? decisionFingerprint(key, facts, permission) : ''
    expect(await others(printed({}, command))).toEqual(['web'])
    const { cluster } = await subject('ca')
    const insecure = insecureFingerprint(key, cluster.file, cluster.raw)
    expect(await others(printed({}, insecure))).toEqual(['ca'])
  })

  test('once kubectl would run or send something else', async () => {
    expect(await stale(() => replace('.kube/config', '--profile, web', '--profile, keys'))).toEqual(['web'])
    expect(await stale(() => replace('.kube/config', '"https://x"', '"https://z"'))).toEqual(['ca'])
  })
})

describe('a check stays', () => {
  test('where a sign-in renewed itself in silence, or aws cached a role', async () => {
    expect(await stale(() => token('long', 9 * hour, renewable(48 * hour)))).toEqual([])
    expect(await stale(() => cachedRole(hour))).toEqual([])
    expect(await stale(() => write('web-token', 'the next one'))).toEqual([])
  })

  test('where things are called something else, or files say the same in other bytes', async () => {
    expect(await stale(() => replace('.kube/config', 'namespace: web', 'namespace: other'))).toEqual([])
    expect(await stale(() => replace('.kube/config', 'user: keys', 'user: renamed'))).toContain('keys')
    expect(await stale(() => replace('.kube/config', 'name: keys, user:', 'name: renamed, user:'))).toContain(
      'keys',
    )
    expect(await stale(() => write('.kube/ca.pem', 'CA'))).toEqual([])
    expect(
      await stale(async () => {
        await replace('.aws/config', '[profile keys]', '# mine\n\n[profile keys]')
        await replace('.aws/credentials', ' = ', '=')
      }),
    ).toEqual([])
    const config = await readFile(path.join(home, '.aws/config'), 'utf8')
    const [first = '', ...others] = config.split(/^(?=\[)/m)
    expect(await stale(() => write('.aws/config', [...others, first].join('')))).toEqual([])
  })

  test('where only profiles change that its command does not come to, and no command runs', async () => {
    await replace(
      '.aws/config',
      '[profile keys]\nregion = eu-west-1',
      '[profile keys]\nregion = eu-west-1\noutput = json',
    )
    expect(await stale(() => replace('.aws/config', 'output = json', 'output = text'))).toEqual([
      'keys',
      'ca',
    ])
    const config = await readFile(path.join(home, '.aws/config'), 'utf8')
    expect(await stale(() => write('.aws/config', `${config}[profile new]\nregion = us-east-1\n`))).toEqual(
      [],
    )
  })

  test('where a context and its entries are renamed together', async () => {
    const before = (await prints()).keys
    await replace('.kube/config', 'user: keys', 'user: renamed')
    await replace('.kube/config', 'name: keys, user:', 'name: renamed, user:')
    await replace('.kube/config', 'name: keys, context', 'name: new-name, context')
    expect((await prints())['new-name']).toBe(before)
  })
})

const names = ['a', 'b', 'c', 'default'] as const
const aName = fc.constantFrom(...names)
/** A profile as somebody may have written it: its source of credentials, and the role that it assumes. */
const aSection = fc
  .record({
    role: fc.option(fc.constantFrom('R', 'S')),
    source: fc.option(aName),
    keys: fc.option(fc.constantFrom('AKIA1', 'AKIA2')),
    session: fc.option(fc.constantFrom('s', 'b')),
    region: fc.option(fc.constantFrom('eu-west-1', 'eu-west-2')),
  })
  .map(({ role, source, keys, session, region }) =>
    [
      role && `role_arn = arn:aws:iam::111122223333:role/${role}`,
      source && `source_profile = ${source}`,
      keys && `aws_access_key_id = ${keys}\naws_secret_access_key = x`,
      session && `sso_session = ${session}\nsso_account_id = 111122223333\nsso_role_name = Dev`,
      region && `region = ${region}`,
    ]
      .filter((line) => line !== null)
      .join('\n'),
  )
const configOf = (sections: Readonly<Record<string, string>>) =>
  Object.entries(sections)
    .map(([name, text]) => `[${name === 'default' ? name : `profile ${name}`}]\n${text}\n`)
    .join('') +
  ['s', 'b']
    .map((name) => `[sso-session ${name}]\nsso_start_url = ${startUrl}\nsso_region = eu-west-1\n`)
    .join('')

test('whatever one profile says anew: who is named or would act by other words has another fingerprint, and some have the same', async () => {
  const sections = fc.record({ a: aSection, b: aSection, c: aSection, default: aSection })
  let [moved, kept] = [0, 0]
  await write(
    '.kube/config',
    `clusters:\n- {name: c, cluster: {server: "https://x"}}\ncontexts:\n${[...names, 'none'].map((name) => `- {name: ${name}, context: {cluster: c, user: ${name}}}\n`).join('')}users:\n${[...names, 'none'].map((name) => `- {name: ${name}, user: {exec: {apiVersion: client.authentication.k8s.io/v1beta1, command: aws, args: [${name === 'none' ? '' : `--profile, ${name}, `}eks, get-token, --cluster-name, c]}}}\n`).join('')}`,
  )
  await fc.assert(
    fc.asyncProperty(sections, aName, aSection, fc.option(aName), async (before, name, text, chosen) => {
      const look = async (config: Readonly<Record<string, string>>) => {
        await write('.aws/config', configOf(config))
        return read(now, chosen === null ? {} : { AWS_PROFILE: chosen })
      }
      const [one, other] = [await look(before), await look({ ...before, [name]: text })]
      for (const [at, { fingerprint, intended, predicted }] of one.entries()) {
        const then = other[at]
        // Where it stands is none of it: other lines move it.
        const said = ({ by: _by, ...who }: typeof intended) => who
        const would = ({ by: _by, problem, ...who }: typeof predicted) => [who, problem?.code]
        const same =
          then !== undefined &&
          isDeepStrictEqual([said(intended), would(predicted)], [said(then.intended), would(then.predicted)])
        if (!same) expect(then?.fingerprint).not.toBe(fingerprint)
        if (!same) moved++
        else if (then?.fingerprint === fingerprint) kept++
      }
    }),
    { numRuns: process.env.EKSCOPE_FULL === '1' ? 3_000 : 30 },
  )
  expect(Math.min(moved, kept)).toBeGreaterThan(20)
})

test('a check holds until its sign-in ends, or what aws has cached without it; keys until they say', async () => {
  const untilOf = async (name: string, variables: Record<string, string> = {}) => {
    const until = (await (await read(now, variables)).find((one) => one.name === name)?.subject())?.until
    return until === null || until === undefined ? null : (until - now) / hour
  }
  expect([
    await untilOf('short'),
    await untilOf('long'),
    await untilOf('keys'),
    await untilOf('web'),
  ]).toEqual([1, 48, null, null])
  await cachedRole(6 * hour)
  expect(await untilOf('short')).toBe(5.75)
  const expiring = {
    AWS_ACCESS_KEY_ID: 'ASIA',
    AWS_SECRET_ACCESS_KEY: 's',
    AWS_CREDENTIAL_EXPIRATION: at(2 * hour),
  }
  await replace('.kube/config', '--profile, web, ', '')
  expect(await untilOf('web', expiring)).toBe(2)
})
