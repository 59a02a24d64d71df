/** The documents of `ekscope … --json`, each by the name of its schema in docs/schema/, which is made of this. */
import { findingScopes } from '../../shared/findings/finding-kinds'
import { environmentNames } from '../../shared/identity/identity'
import { splitCommand } from '../cli/arguments'
import { asksForJson } from '../cli-run'
import {
  any,
  differences,
  either,
  flag,
  list,
  map,
  number,
  object,
  orNull,
  type Schema,
  text,
  word,
} from './json-schema'

const texts = list(text)
const textOrNull = orNull(text)
const fault = object({ code: text, message: text, next: text })
const environment = word(...environmentNames)
const verdict = word(
  ...[
    'verified',
    'proven',
    'mismatch',
    'no-access',
    'login-needed',
    'expired',
    'broken',
    'unreachable',
    'unsupported',
  ],
)

const intended = object({
  arn: textOrNull,
  accessKeyId: textOrNull,
  profile: textOrNull,
  account: textOrNull,
  by: texts,
})
const predicted = object({
  arn: textOrNull,
  accessKeyId: textOrNull,
  account: textOrNull,
  by: texts,
  certain: flag,
  problem: orNull(fault),
})
const proven = object({
  arn: text,
  canonicalArn: text,
  account: text,
  userId: text,
  accessKeyId: textOrNull,
  ms: number,
})
const seen = object({ username: text, uid: textOrNull, groups: texts, extra: map(texts), ms: number })
const expected = object({ principal: textOrNull, by: word('here', 'file'), inFile: textOrNull })
const aws = object({ path: text, version: textOrNull })

const question = object(
  {
    fingerprint: text,
    kind: word('exec', 'credential-process', 'program'),
    command: text,
    resolved: textOrNull,
    realPath: textOrNull,
    args: texts,
    env: list(object({ name: text, value: text })),
    clusterInfo: list(any),
    file: textOrNull,
    line: orNull(number),
    why: text,
    tooLong: flag,
    environment,
    contexts: texts,
  },
  { doubts: list(object({ place: text, reason: text, remedy: text })), safe: textOrNull },
)
const questions = list(question)

const cluster = {
  entry: textOrNull,
  name: textOrNull,
  region: textOrNull,
  account: textOrNull,
  partition: textOrNull,
  tokenFor: textOrNull,
}
const ofContext = { namespace: textOrNull, user: textOrNull, intended, predicted }

const comparedSide = object({
  kind: word('environment', 'kubeconfig', 'report'),
  name: text,
  contexts: number,
})
const muted = object({ id: text, context: textOrNull, file: textOrNull, reason: text, at: text })

const fileProblem = object({
  code: text,
  severity: word('error', 'warning', 'info'),
  message: text,
  next: text,
  line: orNull(number),
  column: orNull(number),
})

const rowFields = {
  context: text,
  current: flag,
  file: text,
  cluster: object({ ...cluster, server: textOrNull }),
  ...ofContext,
  sharedWith: texts,
  auth: text,
  profile: textOrNull,
  profilePinnedBy: word('arg', 'env', 'wrapper', 'none'),
  role: textOrNull,
  expected: orNull(expected),
  admin: orNull(flag),
  production: flag,
  aws: orNull(aws),
  findings: texts,
}
const row = object(rowFields)

const account = { account: textOrNull, accountName: textOrNull }
const worth = word('another', 'refused', 'claimed-another', 'nobody-says', 'proved', 'let-in', 'claimed')
const scope = word(...findingScopes)
const found = {
  id: text,
  severity: word('error', 'warning', 'info'),
  contexts: texts,
  file: textOrNull,
  line: orNull(number),
  scope,
  muted: orNull(object({ reason: text, by: text })),
  message: text,
  fix: textOrNull,
  ...{ askedAt: textOrNull, since: textOrNull },
}
const changedFinding = object({ id: text, severity: text, contexts: texts, message: text })
const evidence = orNull(word('intended', 'predicted', 'proven', 'seen'))
const comparedWho = object({ key: text, name: text, account: textOrNull })
const onlyThere = object({ context: text, identity: text, who: comparedWho, by: evidence, at: textOrNull })
const changes = {
  environments: orNull(object({ was: text, is: text })),
  unchecked: list(word('was', 'is')),
  came: list(onlyThere),
  went: list(onlyThere),
  changed: list(
    object({
      context: text,
      what: word('identity', 'cluster', 'verdict', 'admin', 'evidence'),
      ...{ was: text, wasBy: evidence, wasAt: textOrNull, wasWho: orNull(comparedWho) },
      ...{ is: text, isBy: evidence, isAt: textOrNull, isWho: orNull(comparedWho) },
    }),
  ),
  findings: object({ came: list(changedFinding), went: list(changedFinding) }),
}
const report = object({
  report: { enum: [1] },
  at: text,
  by: object({ program: text, version: text }),
  title: text,
  where: orNull(object({ host: text, user: text, home: text })),
  environment,
  programs: object({ aws: orNull(aws), kubectl: orNull(aws) }),
  answer: texts,
  counts: object({
    another: number,
    refused: number,
    'without-identity': number,
    'not-answered': number,
    works: number,
  }),
  files: list(object({ path: text, problems: list(fileProblem) })),
  sources: list(
    object({ key: text, kind: text, name: textOrNull, from: texts, state: text, contexts: number }),
  ),
  identities: list(
    object({
      key: text,
      kind: word('principal', 'not-named', 'not-aws', 'nobody'),
      name: text,
      arn: textOrNull,
      ...account,
      accessKeys: texts,
      admin: orNull(flag),
      contexts: number,
      missing: number,
    }),
  ),
  clusters: list(
    object({
      key: text,
      arn: textOrNull,
      name: text,
      region: textOrNull,
      ...account,
      state: textOrNull,
      contexts: number,
      mayEnter: list(
        object({
          from: text,
          principal: textOrNull,
          name: textOrNull,
          ...account,
          username: textOrNull,
          node: flag,
          problem: textOrNull,
          key: textOrNull,
          may: texts,
          everything: flag,
          used: flag,
        }),
      ),
      unread: textOrNull,
      askedAt: textOrNull,
    }),
  ),
  contexts: list(
    object({
      ...rowFields,
      verdict: orNull(verdict),
      proven: orNull(proven),
      seen: orNull(seen),
      actsAs: orNull(seen),
      problem: orNull(fault),
      clusterProblem: orNull(fault),
      environmentProblem: textOrNull,
      line: number,
      shadowed: flag,
      checkedAt: textOrNull,
      stale: textOrNull,
      source: text,
      identity: text,
      identityBy: evidence,
      foretold: orNull(object({ key: text, name: text, account: textOrNull })),
      shouldBe: textOrNull,
      on: text,
      signs: worth,
      enters: worth,
      adminByLists: flag,
    }),
  ),
  findings: list(object(found)),
  changes: orNull(
    object({
      since: text,
      ...changes,
    }),
  ),
})

const check = object({
  verdict,
  at: number,
  until: orNull(number),
  stale: orNull(text),
  proven: orNull(proven),
  seen: orNull(seen),
})

const place = object({ file: text, line: number })
const identity = object({
  id: text,
  parent: textOrNull,
  kind: word(
    ...[
      'environment-keys',
      'keys',
      'sso-session',
      'permission-set',
      'role',
      'web-identity',
      'login',
      'process',
    ],
    ...['container', 'metadata', 'entry-keys', 'wrapper', 'nobody'],
  ),
  name: text,
  arn: textOrNull,
  accessKeyId: textOrNull,
  account: textOrNull,
  accountName: textOrNull,
  permissionSet: textOrNull,
  from: texts,
  mfaSerial: textOrNull,
  profiles: list(
    object({
      name: text,
      config: orNull(place),
      credentials: orNull(place),
      settings: list(object({ key: text, value: text, inCredentials: flag })),
    }),
  ),
  proven: orNull(object({ arn: text, userId: text, at: number })),
  sessions: list(object({ session: object({ kind: text }, { name: text }), by: texts })),
  unpinned: flag,
  provable: flag,
  clusters: list(object({ name: text, region: textOrNull, account: textOrNull, server: textOrNull })),
  state: object({
    kind: word('valid', 'expired', 'sign-in-needed', 'refused', 'broken', 'unknown'),
    until: orNull(number),
    by: orNull(word('proof', 'check', 'cache')),
    at: orNull(number),
    problem: orNull(fault),
  }),
  contexts: texts,
})

const knownCluster = object({
  arn: textOrNull,
  name: textOrNull,
  region: textOrNull,
  account: textOrNull,
  accountName: textOrNull,
  state: text,
  status: textOrNull,
  version: textOrNull,
  support: orNull(
    object({
      now: orNull(word('standard', 'extended', 'ended')),
      standardUntil: textOrNull,
      extendedUntil: textOrNull,
    }),
  ),
  endpoint: textOrNull,
  publicEndpoint: orNull(flag),
  privateEndpoint: orNull(flag),
  believed: orNull(flag),
  authenticationMode: textOrNull,
  serviceRole: textOrNull,
  contexts: list(object({ name: text, verdict: orNull(verdict) })),
  entries: list(
    object({
      file: text,
      name: text,
      server: textOrNull,
      state: word('same', 'recreated', 'stale', 'tunnel', 'not-known'),
    }),
  ),
  reached: orNull(object({ answers: flag, ms: orNull(number), why: textOrNull })),
  at: textOrNull,
  goneAt: textOrNull,
  problem: orNull(fault),
})

/** What was read, or why it was not. */
const readOr = (fields: Readonly<Record<string, Schema>>) =>
  either(
    object({ read: { enum: [true] }, ...fields }),
    object({ read: { enum: [false] }, why: text, next: text }, fields),
  )

const policies = list(object({ arn: text, name: text, namespaces: orNull(texts) }))
const source = word('access-entry', 'mapRoles', 'mapUsers', 'mapAccounts')
const claimed = either(
  object({
    kind: word('enters'),
    from: source,
    principal: text,
    others: list(object({ from: source, principal: text })),
    username: textOrNull,
    whole: flag,
    groups: texts,
    policies,
    doubt: textOrNull,
  }),
  object(
    { kind: word('refused', 'not-named', 'not-known') },
    { why: text, next: text, from: source, principal: text },
  ),
)

const letInStep = object({ does: text, command: textOrNull, text: textOrNull })
const differs = object({ what: word('username', 'groups', 'rights', 'kind'), entry: text, awsAuth: text })
const migration = object({
  unread: texts,
  first: orNull(letInStep),
  principals: list(
    object({
      principal: text,
      kind: textOrNull,
      name: textOrNull,
      account: textOrNull,
      node: flag,
      in: word('entry', 'aws-auth', 'both', 'not-known'),
      enters: orNull(flag),
      wouldEnter: orNull(flag),
      entry: orNull(object({ username: textOrNull, groups: texts, policies, problem: textOrNull })),
      line: orNull(
        object({
          ...{ from: source, place: number, username: textOrNull, groups: texts, problem: textOrNull },
        }),
      ),
      differences: orNull(list(differs)),
      move: orNull(object({ steps: list(letInStep), left: texts })),
    }),
  ),
  ignored: list(
    object({
      ...{ from: source, place: number, principal: textOrNull, passedOver: textOrNull, problem: textOrNull },
    }),
  ),
  contexts: orNull(texts),
})

const access = object(
  {
    context: text,
    cluster: object({ arn: textOrNull, name: text, region: text, account: textOrNull }),
    authenticationMode: textOrNull,
    entries: readOr({}),
    awsAuth: readOr({ problems: list(object({ list: text, message: text })) }),
    principals: list(
      object({
        from: source,
        place: orNull(number),
        principal: textOrNull,
        kind: textOrNull,
        name: textOrNull,
        account: textOrNull,
        username: textOrNull,
        groups: texts,
        policies,
        may: object({ everything: flag, says: texts }),
        node: flag,
        problem: textOrNull,
        passedOver: textOrNull,
        you: texts,
      }),
    ),
    you: object({
      claimed: orNull(claimed),
      verdict: orNull(verdict),
      seen: orNull(seen),
      everything: orNull(flag),
      problem: orNull(fault),
      contradicted: flag,
    }),
    identities: list(
      object({
        name: text,
        arn: textOrNull,
        account: textOrNull,
        permissionSet: textOrNull,
        profiles: texts,
        claimed,
      }),
    ),
    may: orNull(
      object({
        namespace: text,
        asked: list(object({ says: text, allowed: orNull(flag) })),
        rules: orNull(list(object({ verbs: texts, resources: texts }))),
        incomplete: flag,
        why: textOrNull,
      }),
    ),
    letIn: orNull(object({ principal: text, steps: list(letInStep) })),
    migration: orNull(migration),
  },
  { error: fault },
)

const answered = object({ answered: word('let-in', 'refused'), contexts: texts, username: textOrNull })
const way = either(
  object({ identity: textOrNull, way: word('may'), username: textOrNull, from: source, doubt: textOrNull }),
  object({ identity: textOrNull, way: word('may-not') }),
  object({
    identity: textOrNull,
    way: word('works'),
    contexts: texts,
    username: textOrNull,
    intended: flag,
  }),
  object(
    { identity: textOrNull, way: word('does-not', 'seen'), contexts: texts },
    { verdict: orNull(verdict), seen: orNull(answered) },
  ),
  object({ identity: textOrNull, way: word('seen'), seen: answered }),
  object({ identity: textOrNull, way: word('not-known') }, { why: text, next: text, contexts: texts }),
)

const searched = {
  clusters: list(
    object({
      arn: text,
      name: text,
      region: text,
      account: text,
      status: text,
      version: textOrNull,
      endpoint: textOrNull,
      believed: flag,
      foundBy: texts,
      contexts: texts,
      authenticationMode: textOrNull,
      ways: list(way),
    }),
  ),
  identities: list(
    object({
      name: text,
      profile: textOrNull,
      role: textOrNull,
      session: textOrNull,
      account: textOrNull,
      accountName: textOrNull,
      permissionSet: textOrNull,
      arn: textOrNull,
      state: word('known', 'nameless', 'sign-in-needed', 'failed', 'stopped'),
    }),
  ),
  places: list(
    object({
      identity: text,
      region: text,
      state: word('found', 'denied', 'throttled', 'not-enabled', 'failed', 'stopped'),
      clusters: orNull(number),
    }),
  ),
  accounts: list(
    object({
      account: text,
      name: textOrNull,
      alias: orNull(readOr({ alias: textOrNull })),
      enabledRegions: orNull(readOr({ regions: texts })),
    }),
  ),
  access: flag,
  awsAuth: list(
    either(
      object({ cluster: text, read: { enum: [true] }, lines: number }),
      object({ cluster: text, read: { enum: [false] }, why: text, next: text }),
    ),
  ),
  problems: list(
    object({
      profile: textOrNull,
      identity: textOrNull,
      region: textOrNull,
      cluster: textOrNull,
      code: text,
      message: text,
      next: text,
    }),
  ),
}

const side = orNull(object({ file: text, cluster: textOrNull, server: textOrNull, user: textOrNull }))
const currentContext = orNull(
  object({ before: textOrNull, after: textOrNull, resolvesTo: object({ before: side, after: side }) }),
)
const warnings = list(object({ message: text, next: textOrNull }))
const plan = { files: list(object({ path: text, diff: text })), alsoChanges: texts, currentContext, warnings }
const write = {
  written: flag,
  id: textOrNull,
  changes: texts,
  files: list(object({ path: text, way: word('rename', 'created', 'removed', 'in-place') })),
  alsoChanges: texts,
  currentContext,
  warnings,
  takenBack: list(any),
}
/** A command that writes: its plan with `--dry-run`, else what it wrote, and more. */
const writes = (more: Readonly<Record<string, Schema>> = {}, sometimes: typeof more = {}) =>
  either(object({ ...write, ...more }, sometimes), object(plan))

const tried = list(
  object({
    context: text,
    before: textOrNull,
    verdict: orNull(verdict),
    intended: textOrNull,
    proven: textOrNull,
    seen: textOrNull,
    problem: orNull(fault),
  }),
)
/** The same of one that takes `--try`. */
const writesTried = (more: Readonly<Record<string, Schema>> = {}, sometimes: typeof more = {}) =>
  either(
    object({ ...write, ...more }, { ...sometimes, tried }),
    object(plan, { tried }),
    object({ written: flag, ...more, tried }, sometimes),
  )

const problems = list(object({ context: text, code: text, message: text, next: text }))
const scripts = object({ sh: text, csh: text, fish: text, powershell: text })
const variables = map(text)
const entries = list(object({ kind: word('context', 'cluster', 'user', 'current-context'), name: text }))
const whose = text
const decision = object({ fingerprint: text, kind: text, what: text, at: number })

const imports = writes({
  contexts: texts,
  renamed: list(object({ name: text, renamed: text })),
  problems: list(any),
  clusters: list(
    object({
      name: text,
      server: textOrNull,
      authority: any,
      tlsServerName: textOrNull,
      proxyUrl: textOrNull,
      insecure: flag,
      contexts: texts,
      whose,
    }),
  ),
  users: list(
    object({
      name: text,
      contexts: texts,
      certificate: any,
      key: any,
      token: flag,
      tokenFile: textOrNull,
      username: textOrNull,
      password: flag,
      command: any,
      authProvider: any,
      impersonation: any,
      actsAs: any,
      whose,
    }),
  ),
})

/** What each command prints; `error` is that of any command which was refused. */
export const documents: Readonly<Record<string, Schema>> = {
  error: object({ error: fault }),
  help: object({ help: text }),
  version: object({ version: text }),
  list: object({
    files: list(object({ path: text, problems: list(fileProblem) })),
    currentContext: textOrNull,
    contexts: list(row),
    environment,
    problem: textOrNull,
  }),
  current: object({
    environment,
    context: text,
    file: text,
    cluster: object(cluster),
    ...ofContext,
    production: flag,
    check: orNull(check),
  }),
  whoami: object(
    {
      environment,
      results: list(
        object({
          context: text,
          verdict,
          expected: orNull(expected),
          intended,
          predicted,
          proven: orNull(proven),
          seen: orNull(seen),
          actsAs: orNull(seen),
          admin: orNull(flag),
          production: flag,
          file: textOrNull,
          problem: orNull(fault),
          clusterProblem: orNull(fault),
          aws: orNull(aws),
          environmentProblem: textOrNull,
          sharedWith: texts,
          findings: texts,
        }),
      ),
      problem: textOrNull,
      questions,
    },
    { cancelled: { enum: [true] }, error: fault },
  ),
  lint: object(
    {
      findings: list(object({ ...found, fixable: flag })),
    },
    { error: fault },
  ),
  report: either(object({ path: text, format: text }), report),
  identities: object(
    {
      environment,
      identities: list(identity),
      settingsOnly: list(any),
      notSaid: texts,
      files: list(object({ path: text, line: orNull(number), message: text })),
      problem: textOrNull,
    },
    {
      proofs: list(
        object({
          id: text,
          at: number,
          verdict,
          proven: orNull(proven),
          problem: orNull(fault),
          aws: orNull(aws),
          ms: number,
        }),
      ),
      questions,
      cancelled: { enum: [true] },
    },
  ),
  clusters: object({ online: flag, clusters: list(knownCluster) }, { error: fault }),
  access,
  doctor: object({
    checks: list(object({ id: text, state: word('problem', 'note', 'ok'), text, next: textOrNull })),
  }),
  discover: either(
    object(searched, { error: fault }),
    writes({ ...searched, added: list(object({ context: text, cluster: text })) }),
  ),
  add: writesTried({ context: text, cluster: object({ entry: text, arn: text }), seenBy: text }),
  refresh: writesTried({ problems }),
  ...Object.fromEntries(['import', 'merge'].map((name) => [name, imports])),
  expect: either(
    object({ path: text, written: flag, contexts: texts, leftOut: texts }),
    writes(
      { expected: list(object({ context: text, principal: textOrNull, was: textOrNull })) },
      { problems },
    ),
  ),
  profile: writesTried({ contexts: texts }),
  use: writes({ context: textOrNull }),
  undo: writes({ undoes: text }),
  redo: writes({ undoes: text }),
  reapply: writes({ reapplies: text }),
  restore: writes({ restores: text }),
  ...Object.fromEntries(
    [
      'set-namespace',
      'set-server',
      'set-proxy',
      'set-tls-server-name',
      'rename',
      'delete',
      'move',
      'scatter',
    ].map((name) => [name, writes()]),
  ),
  ...Object.fromEntries(
    ['set-role', 'set-profile', 'set-region', 'set-token', 'clone', 'split-user', 'fix'].map((name) => [
      name,
      writesTried(),
    ]),
  ),
  ...Object.fromEntries(
    ['replace-role', 'replace-profile'].map((name) => [name, writesTried({}, { contexts: texts })]),
  ),
  export: object({ kubeconfig: textOrNull, notes: texts, path: textOrNull }),
  token: object({
    kind: text,
    apiVersion: text,
    spec: object({}),
    status: object({ expirationTimestamp: text, token: text }),
  }),
  env: object({ context: textOrNull, kubeconfig: textOrNull, set: variables, unset: texts, scripts }),
  demo: object({ environment: variables, unset: texts, scripts, home: text, standInAws: flag }),
  login: object({
    profile: textOrNull,
    session: textOrNull,
    startUrl: textOrNull,
    region: textOrNull,
    signedIn: orNull(
      object({
        how: word('asked', 'renewed', 'standing'),
        until: orNull(number),
        renewableUntil: orNull(number),
      }),
    ),
    code: orNull(object({ arn: text, account: text, until: orNull(number), kept: any, standing: flag })),
  }),
  logout: object({ tokens: number, roles: number, problems: list(fault) }),
  trust: either(
    object({ decisions: list(decision) }),
    object({ decision: orNull(decision), question: orNull(question) }),
    object({ forgotten: decision }),
  ),
  compare: object({
    a: comparedSide,
    b: comparedSide,
    changes: object({
      ...changes,
    }),
  }),
  explain: object({
    context: text,
    environment: text,
    verdict: text,
    production: flag,
    checkedAt: textOrNull,
    said: object({ tone: text, title: text, body: text, next: textOrNull }),
    chain: list(
      object({
        step: text,
        state: text,
        who: orNull(object({ name: text, arn: textOrNull, account: textOrNull, another: flag })),
        said: textOrNull,
        sources: texts,
        groups: texts,
        answered: orNull(object({ by: text, at: text })),
        stale: flag,
        broken: textOrNull,
      }),
    ),
    cluster: orNull(
      object({
        name: text,
        unread: textOrNull,
        askedAt: textOrNull,
        administrators: list(object({ name: textOrNull, from: text })),
        mayEnter: number,
        namedIn: texts,
      }),
    ),
    letIn: textOrNull,
    findings: list(object({ id: text, severity: text, message: text, fix: textOrNull })),
  }),
  settings: object({
    settings: list(object({ name: text, value: text, default: text, values: texts, what: text, why: text })),
  }),
  production: object({
    marks: list(
      object({ kind: word('context', 'cluster', 'account', 'unread'), pattern: text, contexts: texts }),
    ),
    contexts: texts,
    withoutTerminal: word('go-on', 'refuse'),
  }),
  mute: object({ muted: list(muted) }),
  unmute: object({ unmuted: list(muted) }),
  history: either(
    object({
      writes: list(
        object({
          id: text,
          at: number,
          by: word('window', 'terminal', 'others'),
          titles: texts,
          undoes: textOrNull,
          restores: textOrNull,
          partial: flag,
          uncertain: flag,
          files: list(
            object({
              path: text,
              othersBefore: flag,
              unreadable: orNull(object({ before: textOrNull, after: textOrNull })),
              added: number,
              removed: number,
            }),
          ),
        }),
      ),
      outside: list(
        object({
          after: text,
          path: text,
          removed: entries,
          changed: entries,
          added: entries,
          unknown: flag,
        }),
      ),
      unread: list(object({ id: text, at: number, why: word('damaged', 'newer') })),
    }),
    object({ id: text, files: list(object({ path: text, diff: text })) }),
    object({ purged: number, writes: number }),
  ),
  completion: object({ script: text }),
}

/** Where the document that a run printed is not as its schema says. What is no document, other tests are about. */
export function unlikeSchema(args: readonly string[], stdout: string): readonly string[] {
  if (!asksForJson(args) || !stdout.endsWith('}\n')) return []
  const document: object = JSON.parse(stdout)
  const [only = '', ...more] = Object.keys(document)
  const general = more.length === 0 && ['error', 'help', 'version'].includes(only) ? only : null
  const schema = documents[general ?? splitCommand(args).name ?? '']
  return schema === undefined ? [`no schema for ${args.join(' ')}`] : differences(schema, document)
}
