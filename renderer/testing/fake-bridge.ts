/** Main's side of the contract for component tests: the made-up fleet, answered by the same types as the real one. */
import type { Audit } from '../../shared/audit/audit'
import type { ContextIdentity } from '../../shared/findings/context-identity'
import type { AwsAuthAt } from '../../shared/identity/aws-auth-answers'
import type { EnvironmentName } from '../../shared/identity/identity'
import type { IdentityTree } from '../../shared/identity/identity-tree'
import type { ShownCluster } from '../../shared/identity/known-clusters'
import type { MayDoThere } from '../../shared/identity/may-do'
import { isSameMark } from '../../shared/identity/production'
import { nothingSwept } from '../../shared/identity/search-results'
import type { CodeOutcome, ShownSignInStep, SignInOutcome } from '../../shared/identity/sign-in'
import type { SeenThere, WhoMayEnter } from '../../shared/identity/who-may-enter'
import type {
  AppState,
  Bridge,
  EnvironmentFacts,
  EventName,
  Input,
  Output,
  Payload,
  RequestName,
  TrustDecision,
  UpdatesState,
} from '../../shared/ipc/contract'
import type { DoctorCheck } from '../../shared/ipc/doctor'
import type { FindingsBeside, SweepProgress, SweepsKnown } from '../../shared/ipc/payloads'
import { defaultSettings, type Settings, withSetting } from '../../shared/ipc/settings'
import { changeBetween } from '../../shared/kubeconfig/change'
import type { EntryId, FileProblem, KubeconfigFile, Snapshot } from '../../shared/kubeconfig/entries'
import { fail, fault, ok, type Result } from '../../shared/result'
import { readAtOnce } from '../pending/overlay'
import { comparedAs, type FakeEditingOptions, fakeClusters, fakeEditing } from './fake-editing'
import { home, makeFleet, now } from './fleet'

const emptyAudit = (environment: EnvironmentName): Audit => ({
  environment,
  at: now,
  sources: [],
  identities: [],
  clusters: [],
  contexts: [],
  findings: [],
  refused: null,
})

const unanswered = { state: 'not-read', why: 'Nobody answered.', next: 'Try again.' } as const

export interface FakeOptions {
  /** What checks of these contexts are said to depend on; of others as it is in the fleet. */
  readonly fingerprints?: ReadonlyMap<EntryId, string>
  /** The identities that the user expects, by the names of contexts. */
  readonly words?: Readonly<Record<string, string>>
  readonly contexts?: number
  readonly app?: Partial<AppState>
  readonly settings?: Partial<Settings>
  /** Changes what kubeconfig.load answers. */
  readonly snapshot?: (snapshot: Snapshot) => Snapshot
  readonly environments?: readonly EnvironmentFacts[]
  /** What the user names in the dialog of the system for a new kubeconfig. */
  readonly newFile?: string
  /** Contexts that were current before. */
  readonly recent?: readonly string[]
  /** Time that one check takes, in milliseconds. */
  readonly checkMs?: number
  /** What each check waits for instead, where a test looks at what is under way (`heldPace`). */
  readonly pace?: () => Promise<void>
  /** Main asks about these, whether it proves, checks or tries: until this is settled. */
  readonly asks?: { readonly about: (id: string) => boolean; readonly until: Promise<void> }
  /** Requests that are refused, with what they answer. */
  /** What the user has allowed. */
  readonly decisions?: readonly TrustDecision[]
  readonly refuse?: Partial<Record<RequestName, Result<never>>>
  readonly editing?: FakeEditingOptions
  /** What is muted, and what AWS said of clusters. */
  readonly beside?: () => FindingsBeside
  /** Who is named; read anew for each question. */
  readonly identities?: () => IdentityTree
  /** What a proof finds out, one after the other. */
  readonly proofs?: readonly Omit<Payload<'identities.proved'>, 'run' | 'done' | 'total'>[]
  /** What is known of looking as many at once. */
  readonly sweeps?: () => Partial<SweepsKnown>
  /** What a sweep tells, one after the other; it takes `checkMs` for each. */
  readonly sweep?: readonly Omit<SweepProgress, 'run'>[]
  /** Which clusters are known; read anew for each question. */
  readonly clusters?: () => readonly ShownCluster[]
  /** The audit of an environment; read anew for each question. */
  readonly audit?: (environment: EnvironmentName) => Audit
  /** What AWS says of those that are asked about; of others nothing comes. */
  readonly described?: readonly ShownCluster[]
  /** What is known of who may enter a cluster. */
  readonly access?: (cluster: string) => WhoMayEnter | null
  /** What is known once AWS and the cluster were asked. */
  /** How far reading is when it is looked at. */
  readonly readingOf?: (cluster: string) => { readonly done: number; readonly total: number }
  readonly readAccess?: (cluster: string, context: EntryId | null) => WhoMayEnter
  /** What somebody may do in a cluster, by namespace. */
  readonly mayDo?: (namespace: string) => MayDoThere['answer']
  /** Which clusters look at aws-auth, and what was read of it; read anew for each question. */
  readonly awsAuths?: () => readonly AwsAuthAt[]
  /** What comes of asking for it. */
  readonly readAwsAuths?: readonly AwsAuthAt[]
  /** The user that a cluster sees, for each of the user's own identities. */
  readonly seenThere?: readonly SeenThere[]
  /** What this machine has, with its clock where that is asked for. */
  readonly updates?: UpdatesState
  readonly doctor?: (clockIn: EnvironmentName | null) => readonly DoctorCheck[]
  /** How a sign-in goes, of each way to ask; else nobody ever answers it. */
  readonly signIn?: (
    flow: 'usual' | 'code',
    step: (step: ShownSignInStep) => void,
  ) => Promise<SignInOutcome | CodeOutcome>
}

export interface FakeBridge extends Bridge {
  readonly calls: { readonly name: RequestName; readonly input: unknown }[]
  emit<N extends EventName>(name: N, payload: Payload<N>): void
  readonly copied: string[]
  readonly snapshot: () => Snapshot
  /** Another program changes the files. */
  outside(change: (snapshot: Snapshot) => Snapshot): void
}

/** A file that is to be made. */
function withNewFile(snapshot: Snapshot, path: string): Snapshot {
  const missing: FileProblem = {
    code: 'missing',
    severity: 'warning',
    message: `There is no file ${path}.`,
    next: 'Check its name.',
    at: null,
  }
  const nothing = { realPath: null, revision: null, bytes: 0, mode: null, uid: null, currentContext: null }
  const file: KubeconfigFile = {
    ...nothing,
    path,
    source: 'to-make',
    own: false,
    trusted: false,
    problems: [missing],
    contexts: 0,
    clusters: 0,
    users: 0,
  }
  return { ...snapshot, revision: snapshot.revision + 1, files: [...snapshot.files, file] }
}

/** Only what the page asks for; anything else is refused, so that a test which needs more says so. */
type Answers = { readonly [N in RequestName]?: (input: Input<N>) => Promise<Output<N>> | Output<N> }

export function fakeBridge(options: FakeOptions = {}): FakeBridge {
  const fleet = makeFleet(options.contexts)
  const events = new EventTarget()
  const cancelled = new Set<string>()
  const calls: FakeBridge['calls'] = []
  const copied: string[] = []
  let decisions: readonly TrustDecision[] = options.decisions ?? [
    {
      fingerprint: 'f0',
      kind: 'exec',
      what: '/usr/local/bin/corp-token --cluster tools',
      at: now - 86_400_000,
    },
  ]
  let settings: Settings = { ...defaultSettings, ...options.settings }
  const environments: readonly EnvironmentFacts[] = options.environments ?? [
    {
      name: 'login-shell',
      count: 48,
      problem: null,
      variables: [
        { name: 'AWS_ACCESS_KEY_ID', value: 'AKIAIOSFODNN7EXA7QX2', masked: false, from: '~/.profile:6' },
        { name: 'AWS_SECRET_ACCESS_KEY', value: '••••••', masked: true, from: null },
        { name: 'AWS_REGION', value: 'eu-west-1', masked: false, from: null },
        { name: 'HOME', value: home, masked: false, from: null },
        { name: 'LANG', value: 'en_GB.UTF-8', masked: false, from: null },
        { name: 'PATH', value: `${home}/.local/bin:/usr/local/bin:/usr/bin:/bin`, masked: false, from: null },
      ],
    },
    {
      name: 'app',
      count: 31,
      problem: null,
      variables: [{ name: 'HOME', value: home, masked: false, from: null }],
    },
    {
      name: 'clean',
      count: 29,
      problem: null,
      variables: [{ name: 'HOME', value: home, masked: false, from: null }],
    },
  ]
  let snapshot = options.snapshot?.(fleet.snapshot) ?? fleet.snapshot
  const app: AppState = {
    version: '0.1.0',
    platform: 'linux',
    home,
    demo: null,
    standInElectron: null,
    lookedFor: [
      { what: 'kubeconfig', where: `${home}/.kube/config`, found: false, detail: 'KUBECONFIG is not set' },
      { what: 'aws-config', where: `${home}/.aws/config`, found: false, detail: '' },
      { what: 'aws-credentials', where: `${home}/.aws/credentials`, found: false, detail: '' },
      {
        what: 'aws',
        where: 'PATH',
        found: false,
        detail: 'contexts made by aws eks update-kubeconfig need it',
      },
      { what: 'kubectl', where: 'PATH', found: true, detail: '/usr/bin/kubectl' },
    ],
    dataFolder: `${home}/.local/state/ekscope`,
    awaitsShell: false,
    ...options.app,
  }

  function emit<N extends EventName>(name: N, payload: Payload<N>): void {
    events.dispatchEvent(new CustomEvent(name, { detail: payload }))
  }

  const pause = (): Promise<void> =>
    options.pace?.() ?? new Promise((done) => setTimeout(done, options.checkMs ?? 0))

  async function run(input: Input<'whoami.run'>): Promise<Output<'whoami.run'>> {
    const { run: id, contexts, environment } = input
    const total = contexts.length
    let done = 0
    emit('whoami.progress', { kind: 'started', run: id, environment, contexts })
    const { about = () => false, until = null } = options.asks ?? {}
    const asking = contexts.filter(about)
    const telling = (left: readonly EntryId[]) =>
      asking.length > 0 && emit('whoami.progress', { kind: 'asking', run: id, contexts: left })
    telling(asking)
    for (const context of [...contexts.filter((one) => !about(one)), ...asking]) {
      if (cancelled.has(id)) break
      if (context === asking[0]) {
        await until
        telling([])
      }
      const check = fleet.check(context, environment, Date.now())
      if (check === null) continue
      const first = check.steps[0]
      if (first) emit('whoami.progress', { kind: 'step', run: id, context, step: first })
      await pause()
      done++
      emit('whoami.progress', { kind: 'checked', run: id, check, done, total })
    }
    const wasCancelled = cancelled.has(id)
    emit('whoami.progress', { kind: 'ended', run: id, done, total, cancelled: wasCancelled })
    return { run: id, done, total, cancelled: wasCancelled }
  }

  /** What the fleet says of a context, with what its entry has become since. */
  function identities(environment: EnvironmentName) {
    const known = new Map(fleet.report(environment).contexts.map((one) => [one.context, one]))
    const users = new Map(snapshot.users.map((user) => [user.name, user]))
    return snapshot.contexts.flatMap((context) => {
      const identity = known.get(context.id)
      if (identity !== undefined && fleet.snapshot.contexts.includes(context)) {
        const entry = fleet.snapshot.users.find(({ name }) => name === context.user)
        if (entry === users.get(context.user ?? '')) return [identity]
      }
      const [any] = known.values()
      const user = users.get(context.user ?? '') ?? null
      const cluster = snapshot.clusters.find(({ name }) => name === context.cluster) ?? null
      const others = snapshot.contexts.flatMap(({ name, user }) =>
        user === context.user && name !== context.name ? [name] : [],
      )
      const was = fleet.snapshot.contexts.find(({ id }) => id === context.id)
      const read = readAtOnce(identity ?? any ?? null, { context, cluster, user }, others, was)
      return read === null ? [] : [{ ...read, context: context.id }]
    })
  }

  /** The word counts before what the file says. */
  function remembered(identity: ContextIdentity): ContextIdentity {
    const context = snapshot.contexts.find(({ id }) => id === identity.context)
    const word = options.words?.[context?.name ?? '']
    if (context === undefined || word === undefined) return identity
    return { ...identity, expected: { principal: word, by: 'here', inFile: context.expected } }
  }

  const isChecked = (id: EntryId, environment: EnvironmentName) =>
    fleet.checks.some((check) => check.context === id && check.environment === environment)

  const answers: Answers = {
    'app.state': () => app,
    'app.ready': () => null,
    'app.copy': ({ text }) => {
      copied.push(text)
      return null
    },
    'settings.load': () => settings,
    'settings.save': ({ key, value }) => {
      settings = withSetting(settings, key, value) ?? settings
      return settings
    },
    'accounts.name': ({ account, name }) => {
      settings = { ...settings, accountNames: { ...settings.accountNames, [account]: name } }
      return settings
    },
    'production.mark': ({ marks, on }) => {
      const others = settings.production.filter((one) => !marks.some((mark) => isSameMark(one, mark)))
      settings = { ...settings, production: on ? [...others, ...marks] : others }
      return settings
    },
    'kubeconfig.load': () => snapshot,
    'kubeconfig.entry': ({ id }) => {
      const context = snapshot.contexts.find((entry) => entry.id === id)
      const cluster = snapshot.clusters.find((entry) => entry.name === context?.cluster)
      const user = snapshot.users.find((entry) => entry.name === context?.user)
      return {
        file: context?.origin.file ?? '',
        line: context?.origin.line ?? 1,
        context: `- context:\n    cluster: ${context?.cluster}\n    user: ${context?.user}\n  name: ${context?.name}\n`,
        cluster:
          cluster === undefined
            ? null
            : {
                file: cluster.origin.file,
                line: cluster.origin.line,
                text: `- cluster:\n    certificate-authority-data: (1,099 bytes)\n    server: ${cluster.server}\n  name: ${cluster.name}\n`,
              },
        user:
          user === undefined
            ? null
            : {
                file: user.origin.file,
                line: user.origin.line,
                text: `- name: ${user.name}\n  user:\n    exec:\n      apiVersion: ${user.exec?.apiVersion}\n      command: ${user.exec?.command}\n`,
              },
      }
    },
    'app.updates': () =>
      options.updates ?? { how: 'Installed by apt as ekscope.', update: '', possible: false, said: null },
    'data.load': () => [
      { piece: 'history', paths: [`${home}/.local/state/ekscope/history`], bytes: 1_234 },
      { piece: 'checks', paths: [`${home}/.local/state/ekscope/checks.json`], bytes: fleet.checks.length },
    ],
    'checks.clear': () => null,
    'kubeconfig.open': () => null,
    'kubeconfig.create': () => {
      const { newFile = null } = options
      if (newFile !== null) snapshot = withNewFile(snapshot, newFile)
      return newFile
    },
    'kubeconfig.close': () => snapshot,
    'kubeconfig.edit': () => null,
    'identity.load': ({ environment, had }: Input<'identity.load'>) => {
      const report = {
        environment,
        // As main does: of what has no check nobody compares it.
        contexts: identities(environment)
          .map(remembered)
          .map((one) => (isChecked(one.context, environment) ? one : { ...one, fingerprint: '' }))
          .map((one) => ({ ...one, fingerprint: options.fingerprints?.get(one.context) ?? one.fingerprint })),
        ofFiles: [],
        accountNames: {},
        problems: [],
      }
      const digest = JSON.stringify(report)
      return digest === had ? null : { digest, ...report }
    },
    'identity.fingerprints': ({ environment, contexts }) =>
      identities(environment).flatMap(({ context, fingerprint }) =>
        contexts.includes(context) ? [{ context, fingerprint }] : [],
      ),
    'identities.load': ({ environment }) =>
      options.identities?.() ?? {
        environment,
        identities: [],
        settingsOnly: [],
        ssoSessions: [],
        notSaid: [],
        problems: [],
      },
    'identities.prove': async ({ run, ids }) => {
      const found = options.proofs?.filter(({ id }) => ids.includes(id)) ?? []
      const total = ids.length
      let done = 0
      for (const proof of found) {
        emit('identities.begun', { run, id: proof.id })
        await pause()
        if (cancelled.has(run)) break
        done++
        emit('identities.proved', { ...proof, run, done, total })
      }
      return { done, total, cancelled: cancelled.has(run), refused: 0 }
    },
    'sweep.load': ({ environment }) => ({
      environment,
      candidates: [],
      sessions: [],
      swept: nothingSwept,
      contexts: [],
      ...options.sweeps?.(),
    }),
    'sweep.start': async ({ run }) => {
      for (const progress of options.sweep ?? []) {
        await pause()
        if (cancelled.has(run)) break
        emit('sweep.progress', { ...progress, run })
      }
      return { cancelled: cancelled.has(run), notKept: null }
    },
    'sweep.describe': ({ clusters }) => {
      const known = options.editing?.clusters ?? fakeClusters
      const unfound = clusters.filter((one) => !known.some(({ arn }) => arn === one))
      return {
        clusters: known.filter(({ arn }) => clusters.includes(arn)),
        problems: unfound.map((arn) => ({
          arn,
          fault: fault('not-found', 'No identity found it.', 'Search again.'),
        })),
      }
    },
    'views.count': () => ({ identities: 300, clusters: 20 }),
    'clusters.load': ({ environment }) => ({ environment, clusters: options.clusters?.() ?? [] }),
    'clusters.ask': async ({ run, clusters: ids }) => {
      const total = ids.length
      let done = 0
      for (const cluster of options.described?.filter(({ id }) => ids.includes(id)) ?? []) {
        await pause()
        if (cancelled.has(run)) break
        done++
        emit('clusters.asked', { run, was: cluster.id, cluster, done, total })
      }
      return { done, total, cancelled: cancelled.has(run) }
    },
    'clusters.access': ({ cluster }) => options.access?.(cluster) ?? null,
    'clusters.readAccess': async ({ run, cluster, context }) => {
      const counted = options.readingOf?.(cluster)
      if (counted !== undefined) emit('clusters.reading', { run, ...counted })
      await pause()
      const read = options.readAccess?.(cluster, context)
      if (read === undefined) throw new Error('say what is read')
      return read
    },
    'clusters.mayDo': async ({ cluster, by, namespace }) => {
      await pause()
      return { cluster, by, username: 'admin:alice', answer: options.mayDo?.(namespace) ?? unanswered }
    },
    'clusters.audit': ({ environment }) => options.audit?.(environment) ?? emptyAudit(environment),
    'clusters.awsAuth': () => options.awsAuths?.() ?? [],
    'clusters.readAwsAuth': async ({ run, clusters: ids }) => {
      const total = ids.length
      let done = 0
      for (const awsAuth of options.readAwsAuths?.filter(({ cluster }) => ids.includes(cluster)) ?? []) {
        await pause()
        if (cancelled.has(run)) break
        done++
        emit('clusters.awsAuthRead', { run, awsAuth, done, total })
      }
      return { done, total, cancelled: cancelled.has(run) }
    },
    'clusters.enter': async ({ run, cluster, identities: ids }) => {
      const total = ids.length
      let done = 0
      for (const seen of options.seenThere?.filter(({ identity }) => ids.includes(identity)) ?? []) {
        await pause()
        if (cancelled.has(run)) break
        done++
        emit('clusters.entered', { run, cluster, seen, done, total })
      }
      return { done, total, cancelled: cancelled.has(run) }
    },
    'environment.load': () => environments,
    'environment.reload': async () => {
      await pause()
      return environments
    },
    'whoami.run': run,
    'contexts.recent': () => options.recent ?? [],
    'checks.load': () => fleet.checks,
    'question.show': () => null,
    'trust.askDestination': () => snapshot,
    'trust.forget': ({ fingerprint }) => {
      decisions = decisions.filter((decision) => decision.fingerprint !== fingerprint)
      return null
    },
    'expected.forget': () => null,
    'report.preview': ({ format }) =>
      format === 'csv' ? '"context"\r\n"prod ""one"""\r\n' : '# Who acts in our clusters',
    'report.save': ({ format }) => ({ path: `/home/ana/ekscope-report.${format}` }),
    'findings.load': () => options.beside?.() ?? { at: 0, mutes: [], ofClusters: [] },
    'findings.since': () => [],
    'report.compare': ({ environment: name, from }) =>
      comparedAs(
        name,
        from.kind === 'file'
          ? { kind: 'report', name: '/home/ana/then.json' }
          : { kind: 'environment', name: from.environment },
      ),
    'findings.mute': () => null,
    'findings.unmute': () => null,
    'trust.list': () => decisions,
    'signIn.start': ({ run, flow }) =>
      options.signIn?.(flow, (step) => emit('signIn.step', { run, step })) ?? new Promise(() => undefined),
    'signIn.open': () => null,
    'signIn.end': () => ({ tokens: 1, roles: 2, problems: [] }),
    'doctor.look': ({ clockIn }) => options.doctor?.(clockIn) ?? [],
    'demo.open': () => null,
    ...fakeEditing(
      {
        snapshot: () => snapshot,
        replace: (next) => {
          snapshot = next
        },
        identities,
        emit,
        cancelled,
        now: () => now,
        pause,
      },
      options.editing,
    ),
  }

  return {
    calls,
    copied,
    emit,
    snapshot: () => snapshot,
    outside(change) {
      const before = snapshot
      const after = change(before)
      const revision = before.revision + 1
      const textOf = (of: Snapshot, path: string) =>
        JSON.stringify([
          [of.contexts, of.clusters, of.users].map((all) => all.filter(({ origin }) => origin.file === path)),
          of.files.find((file) => file.path === path)?.problems,
          // The first file says which is current.
          path === of.files[0]?.path && of.currentContext,
        ])
      snapshot = {
        ...after,
        revision,
        files: after.files.map((file) =>
          textOf(before, file.path) === textOf(after, file.path)
            ? file
            : { ...file, revision: `outside ${revision}` },
        ),
      }
      emit('kubeconfig.changed', changeBetween(before, snapshot))
    },
    async request(name, ...given) {
      const [input] = given
      calls.push({ name, input })
      const refused = options.refuse?.[name]
      if (refused) return refused
      const answer: (typeof answers)[typeof name] | undefined = answers[name]
      if (answer === undefined) return fail(fault('bad-request', `no answer to ${name}`, 'Write one.'))
      return ok(await answer(input))
    },
    on(name, listener) {
      const hear = (event: Event) => {
        if (event instanceof CustomEvent) listener(event.detail)
      }
      events.addEventListener(name, hear)
      return () => events.removeEventListener(name, hear)
    },
  }
}
