/**
 * What this machine has that decides how contexts act: programs, the login shell, files and their rights, environments, proxies.
 * Programs are read, never run, and nothing is sent but, where it is asked for, one request to STS without credentials.
 */

import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { capital } from '../../shared/capital'
import { plural } from '../../shared/counted'
import { type Parsed, refusals } from '../../shared/destination/address'
import { hostAndPort } from '../../shared/destination/destination'
import { looseFiles } from '../../shared/findings/file-rules'
import { grouped } from '../../shared/grouped'
import type { EnvironmentName } from '../../shared/identity/identity'
import { environmentInSentence } from '../../shared/identity/variable-places'
import type { DoctorCheck } from '../../shared/ipc/doctor'
import { problemSentence, type Snapshot } from '../../shared/kubeconfig/entries'
import { named } from '../../shared/visible'
import type { AwsFileState, AwsFiles } from '../aws/files/aws-files'
import { roleCacheFolder, ssoCacheFolder } from '../aws/files/cache-files'
import { awsPaths } from '../aws/files/paths'
import { caBundleFor, chosenProfile, endpointFor, regionFor } from '../aws/files/profile-settings'
import type { RulesInUse } from '../aws/installed/rules'
import { type Basis, type LookInput, lookInput, lookTask } from '../identity/basis'
import { commandNotFound } from '../identity/command-not-found'
import { unreadableEnvironment } from '../identity/environments'
import { kubectlPolicy } from '../kubectl/policy'
import { kubectlIn } from '../kubectl/which-kubectl'
import { ask } from '../net/ask'
import { botocoreProxyFor, goProxyFor } from '../net/proxies'
import { isOwnName } from '../system/data-folder'
import { choosesIdentity, differingNames, type Environment } from '../system/environment'
import { codeOf } from '../system/errno'
import { exposureOf, isForeign, takeOver } from '../system/exposure'
import { lookUp } from '../system/look-path'
import { offered } from '../system/offer'
import { followsRulesOf } from '../system/startup-files'
import { likelySts } from '../whoami/ask-sts'
import { clockOff, notReached, skew, skewMs } from '../whoami/sts-question'
import type { Fleet } from './fleet'

type Machine = Omit<Basis, 'signal' | 'runCommand'> & Pick<Fleet, 'kubeconfig'>
/** What was seen in an environment, as it is said of one or several: `the login shell`. */
type Seen = (where: string) => readonly DoctorCheck[]
type Look = LookInput & Pick<Basis, 'home' | 'platform'>

const check = (
  id: DoctorCheck['id'],
  state: DoctorCheck['state'],
  text: string,
  next: string | null = null,
) => ({
  id,
  state,
  text,
  next,
})

const order: readonly DoctorCheck['state'][] = ['problem', 'note', 'ok']

/**
 * Everything, the worst first. The kubeconfig files must be loaded. `folder`: that of Ekscope's own data. `clockIn`: the
 * environment in which STS is asked for its time; null asks nothing.
 */
export async function doctorChecks(
  machine: Machine,
  folder: string,
  clockIn: EnvironmentName | null,
  signal: AbortSignal,
): Promise<readonly DoctorCheck[]> {
  const snapshot = machine.kubeconfig.store.snapshot()
  const lookIn = async (name: EnvironmentName): Promise<Look> =>
    lookInput(await lookTask(machine, name), signal)
  const [app, shell, clock] = await Promise.all([
    lookIn('app'),
    lookIn('login-shell'),
    clockIn === null ? null : lookIn(clockIn),
  ])
  const { environment } = shell
  const both = environment.readable ? [app, shell] : [app]
  const inBoth = (see: (look: Look) => Promise<Seen>) => said(both, see)
  const found = await Promise.all([
    shellChecks(environment, machine.platform),
    environment.readable ? variableChecks(app.environment, environment) : [],
    ...programNames.map((program) => inBoth((look) => programSeen(program, look, snapshot))),
    inBoth(kubercSeen),
    kubeconfigChecks(snapshot),
    inBoth(awsFilesSeen),
    dataFolderChecks(folder),
    inBoth(async ({ environment }) => proxiesSeen(environment)),
    clock === null ? [] : clockChecks(clock, machine.now, signal),
  ])
  const once = [...grouped(found.flat(), (one) => JSON.stringify(one)).values()].flatMap(
    ([first]) => first ?? [],
  )
  return order.flatMap((state) => once.filter((one) => one.state === state))
}

/** What is the same in several environments is said once, of all of them. */
async function said(
  looks: readonly Look[],
  see: (look: Look) => Promise<Seen>,
): Promise<readonly DoctorCheck[]> {
  const all = await Promise.all(
    looks.map(async (look) => ({
      seen: await see(look),
      where: environmentInSentence[look.environment.name],
    })),
  )
  return [...grouped(all, ({ seen }) => JSON.stringify(seen(''))).values()].flatMap(
    (same) => same[0]?.seen(same.map(({ where }) => where).join(' and ')) ?? [],
  )
}

/** From here on a shell is slow, ms: it is given 5 s. */
const slowMs = 2_000

function shellChecks({ shell, problem, readable, variables }: Environment, platform: NodeJS.Platform) {
  if (platform === 'win32' || shell === null)
    return [check('login-shell', 'ok', 'A new terminal gets the environment that every program gets.')]
  const { path, ms } = shell
  const startup =
    'Fix the startup files of that shell, or name another one in SHELL; till then check in the app’s environment.'
  if (problem !== null) return [check('login-shell', readable ? 'note' : 'problem', problem, startup)]
  const text = `The login shell ${named(path)} answered in ${ms} ms with ${plural(Object.keys(variables).length, 'variable')}; its startup files are read by the rules of ${followsRulesOf(path)}.`
  return ms < slowMs
    ? [check('login-shell', 'ok', text)]
    : [
        check(
          'login-shell',
          'note',
          text,
          'Take what is slow out of its startup files: it is not waited for longer than 5 s.',
        ),
      ]
}

/** They name folders and languages, and differ from start to start. */
const harmless = /^(PATH|HOME|USERPROFILE|LANG|LANGUAGE|LC_.*)$/

/** Names alone: no value is shown. */
function variableChecks(app: Environment, shell: Environment) {
  const names = differingNames(app.variables, shell.variables)
  if (names.length === 0)
    return [
      check(
        'variables',
        'ok',
        'No variable that matters differs between the app’s environment and the login shell.',
      ),
    ]
  const each = names.map((name) => {
    const from = shell.origins.get(name)
    const where =
      app.variables[name] === undefined
        ? `only in the login shell${from === undefined ? '' : `, ${from}`}`
        : shell.variables[name] === undefined
          ? 'only in the app’s environment'
          : 'another value'
    return `${named(name)} (${where})`
  })
  const text = `The app’s environment and the login shell differ in ${each.join(', ')}.`
  if (names.every((name) => harmless.test(name))) return [check('variables', 'ok', text)]
  const next = names.some((name) => choosesIdentity.has(name))
    ? 'Check contexts in both environments: one context can act as another identity there.'
    : 'Check contexts in both environments: one context can reach other files or servers there.'
  return [check('variables', 'note', text, next)]
}

const programNames = ['aws', 'kubectl', 'aws-iam-authenticator'] as const

async function programSeen(
  program: (typeof programNames)[number],
  { environment, programs }: Look,
  { users }: Snapshot,
): Promise<Seen> {
  const { variables } = environment
  const lookup = await lookUp(program, variables)
  if (lookup.kind !== 'found') {
    const uses = users.filter(({ exec }) => exec?.command === program).length
    const state = uses > 0 ? 'problem' : program === 'aws' ? 'note' : 'ok'
    const runs =
      program === 'kubectl'
        ? 'Ekscope does not need it.'
        : `${uses === 0 ? 'No user entry runs' : `${plural(uses, 'user entry runs', 'user entries run')}`} it by this name.`
    return (where) => {
      const { message, next } = commandNotFound({ command: program, installHint: null }, lookup, where)
      return [check(program, state, `${message} ${runs}`, state === 'ok' ? null : next)]
    }
  }
  const doubts = lookup.doubts.map(({ reason, remedy }) =>
    check('path', 'problem', `${capital(reason)}: other users can decide which programs run.`, remedy),
  )
  const { of, rules } = programs(environment, {})
  const version = (program === 'kubectl' ? await kubectlIn(variables) : await of(program))?.version ?? null
  const place = named(lookup.path)
  const is = version === null ? `is ${place}, whose file does not say its version` : `${version} is ${place}`
  const note = program === 'aws' ? noteOfAws(await rules(program), lookup.path) : null
  return (where) => [
    check(
      program,
      note === null ? 'ok' : 'note',
      `In ${where} ${program} ${is}${note === null ? '' : `; ${note.why}`}.`,
      note?.next,
    ),
    ...doubts,
  ]
}

/** What an aws lacks; null: nothing. */
function noteOfAws({ rules, version, doubt, newer }: RulesInUse, path: string) {
  if (version === null)
    return {
      why: 'so which rules it follows is not certain',
      next: 'Check a context that runs it: a check asks aws for its version.',
    }
  if (doubt === null && rules.hasSsoLogin) return null
  const next =
    newer === null || rules.hasSsoLogin
      ? 'Install the newest AWS CLI first on PATH.'
      : `Let the folder of ${named(newer.path)} (${newer.version}) come before that of ${named(path)} in PATH.`
  return { why: doubt ?? 'version 1 takes other variables first, and has no sign-in', next }
}

async function kubercSeen(look: Look): Promise<Seen> {
  const { refusal } = await kubectlPolicy(look, look.environment)
  const refused = await refusal('aws')
  if (refused === null) return () => []
  const { certain, problem } = refused
  return (where) => [
    check('kuberc', certain ? 'problem' : 'note', `In ${where}: ${problem.message}`, problem.next),
  ]
}

function kubeconfigChecks(snapshot: Snapshot): readonly DoctorCheck[] {
  const loose = new Map([...looseFiles({ snapshot })].map((found) => [found.file, found]))
  return snapshot.files.flatMap((file) => {
    const open = loose.get(file.path)
    const wrong = file.problems.map((problem) =>
      check(
        'kubeconfig',
        problem.severity === 'error' ? 'problem' : 'note',
        problemSentence(file, problem),
        problem.next,
      ),
    )
    if (open !== undefined) wrong.push(check('kubeconfig', 'note', open.message, open.advice))
    if (file.uid !== null && isForeign(file.uid)) wrong.push(foreignCheck('kubeconfig', file.path, file.uid))
    if (wrong.length > 0) return wrong
    return [
      check(
        'kubeconfig',
        'ok',
        `${named(file.path)} has ${plural(file.contexts, 'context')}${rightsOf(file.mode)}.`,
      ),
    ]
  })
}

const rightsOf = (mode: number | null): string =>
  mode === null ? '' : ` (0${(mode & 0o777).toString(8).padStart(3, '0')})`

async function awsFilesSeen({ aws, environment, home, platform }: Look): Promise<Seen> {
  const files = await aws(environment, {})
  const paths = awsPaths(environment.variables, home, platform)
  const caches = [ssoCacheFolder(paths.home), roleCacheFolder(paths.home), paths.loginCache]
  const checks = await Promise.all([
    fileChecks('aws-config', files.config, profilesIn(files)),
    fileChecks('aws-credentials', files.credentials, 'is read'),
    ...caches.map((path) => placeCheck('aws-caches', path, 'keeps what aws got by signing in', true)),
  ])
  return () => checks.flat()
}

const profilesIn = ({ profiles, ssoSessions }: AwsFiles): string =>
  `is read: with the credentials file ${plural(profiles.size, 'profile')} and ${plural(ssoSessions.size, 'SSO session')}`

/** What is wrong with a file, and its rights where these are wrong, or it is right. */
async function fileChecks(id: DoctorCheck['id'], { path, problem, line, refused }: AwsFileState, is: string) {
  const rights = await placeCheck(
    id,
    path,
    problem === null ? is : 'cannot be used',
    id === 'aws-credentials',
  )
  if (problem === null) return [rights]
  const at = `${named(path)}${line === null ? '' : `:${line}`}`
  const wrong = refused
    ? check(id, 'problem', `${at}: ${problem}.`, 'Correct it: until then no aws command works.')
    : check(id, 'note', `${at}: ${problem}.`, 'Correct it.')
  return rights.state === 'ok' ? [wrong] : [wrong, rights]
}

/** `is`: what is true of it where it can be read; `secret`: other users may not even look into it. */
async function placeCheck(
  id: DoctorCheck['id'],
  path: string,
  is: string,
  secret: boolean,
): Promise<DoctorCheck> {
  const place = named(path)
  const found = await stat(path).catch(codeOf)
  if (typeof found === 'string')
    return found === 'ENOENT' || found === 'ENOTDIR'
      ? check(id, 'ok', `${place} is not there.`)
      : check(id, 'problem', `${place} cannot be looked at (${found}).`, 'Check the rights of its folder.')
  const { uid, mode } = found
  // Windows keeps neither owner nor mode.
  if (process.getuid === undefined) return check(id, 'ok', `${place} ${is}.`)
  const closes = `Close it to other users: ${offered('chmod', 'go-rwx', path)}.`
  if (isForeign(uid)) return foreignCheck(id, path, uid)
  if ((mode & 0o022) !== 0)
    return check(id, 'problem', `${place} ${is}, and other users may change it${rightsOf(mode)}.`, closes)
  return secret && (mode & 0o055) !== 0
    ? check(id, 'note', `${place} ${is}, and other users may look into it${rightsOf(mode)}.`, closes)
    : check(id, 'ok', `${place} ${is}${rightsOf(mode)}.`)
}

const foreignCheck = (id: DoctorCheck['id'], path: string, uid: number): DoctorCheck =>
  check(
    id,
    'problem',
    `${named(path)} belongs to another user (${uid}), who decides what is in it.`,
    `Check it, then take it over: ${takeOver(path)}.`,
  )

/** As far as another user could have written there, nothing of it counts. */
async function dataFolderChecks(folder: string): Promise<readonly DoctorCheck[]> {
  const names = (await readdir(folder).catch(() => [])).filter(isOwnName)
  const faults = [
    exposureOf(folder, [folder]),
    ...names.map((name) => exposureOf(join(folder, name), [folder, join(folder, name)])),
  ].flatMap((fault) => fault ?? [])
  if (faults.length > 0)
    return faults.map(({ message, next }) => check('data-folder', 'problem', message, next))
  return [await placeCheck('data-folder', folder, 'keeps the data of Ekscope', true)]
}

/** Any regional one: NO_PROXY names domains. */
const toAws = { scheme: 'https', host: 'sts.us-east-1.amazonaws.com', port: null } as const
const toCluster = { ...toAws, host: 'any.gr7.us-east-1.eks.amazonaws.com' } as const

function proxiesSeen({ variables }: Environment): Seen {
  const [byAws, byKubectl] = [botocoreProxyFor(toAws, variables), goProxyFor(toCluster, variables)]
  const bad = [byAws, byKubectl].find((proxy) => proxy?.ok === false)
  if (bad?.ok === false)
    return (where) => [
      check(
        'proxy',
        'problem',
        `The address of the proxy in ${where} ${refusals[bad.fault]}.`,
        'Correct HTTPS_PROXY and https_proxy.',
      ),
    ]
  const [aws, kubectl] = [through(byAws), through(byKubectl)]
  if (aws === kubectl) return (where) => [check('proxy', 'ok', `In ${where} aws and kubectl go ${aws}.`)]
  return (where) => [
    check(
      'proxy',
      'note',
      `In ${where} aws goes ${aws}, and kubectl ${kubectl}.`,
      'If that is not meant, give HTTPS_PROXY and https_proxy one value, and name domains alone in NO_PROXY: of two, aws takes the lower-case one.',
    ),
  ]
}

/** Its user and password are no part of it. */
const through = (proxy: Parsed | null): string =>
  proxy?.ok ? `through the proxy ${proxy.value.scheme}://${hostAndPort(proxy.value)}` : 'without a proxy'

async function clockChecks(
  { aws, environment }: Look,
  now: () => number,
  signal: AbortSignal,
): Promise<readonly DoctorCheck[]> {
  const { variables } = environment
  const unreadable = unreadableEnvironment(environment)
  if (unreadable !== null) return [check('clock', 'problem', unreadable.message, unreadable.next)]
  const files = await aws(environment, {})
  const profile = chosenProfile(null, variables)?.value ?? null
  const sts = {
    stsEndpoint: endpointFor(files, profile, 'sts', variables).endpoint?.value ?? null,
    caBundle: caBundleFor(files, profile, variables)?.value ?? null,
  }
  const target = await likelySts(sts, regionFor(files, profile, variables)?.value || 'us-east-1', environment)
  if (target === null)
    return [
      check(
        'clock',
        'problem',
        `In ${environmentInSentence[environment.name]} no STS can be asked for its time.`,
        'Correct the region, the endpoint of STS, or the CA bundle that variables or profile name.',
      ),
    ]
  const { host } = target.to
  const answer = await ask(
    { target, method: 'GET', path: '/', headers: {}, body: null, timeoutMs: 10_000, maxBytes: 64 * 1024 },
    signal,
  )
  if (answer.kind === 'failed') {
    if (answer.why === 'cancelled') return []
    const { message, next } = notReached(host, answer)
    return [check('clock', 'problem', message, next)]
  }
  const off = skew(answer.headers.date, now() - answer.ms / 2)
  if (off === null)
    return [
      check(
        'clock',
        'problem',
        `What answered for ${host} does not say its time.`,
        'A proxy or captive portal may have answered; check HTTPS_PROXY and the network.',
      ),
    ]
  if (Math.abs(off) > skewMs) {
    const { message, next } = clockOff(off)
    return [check('clock', 'problem', message, next)]
  }
  const seconds = Math.round(Math.abs(off) / 1_000)
  const by = seconds < 2 ? 'agrees with' : `is ${seconds} s ${off > 0 ? 'behind' : 'ahead of'}`
  const text = `The clock here ${by} that of AWS (${host}, ${answer.ms} ms away).`
  return seconds < 60
    ? [check('clock', 'ok', text)]
    : [
        check(
          'clock',
          'note',
          text,
          'Set the clock of this computer: from 5 minutes on AWS refuses every signature.',
        ),
      ]
}
