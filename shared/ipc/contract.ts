/**
 * THE contract between page and main. Handlers (electron/ipc/handlers.ts), the preload's methods and the page's
 * bridge all derive from these two tables: add a line here and the compiler asks for the handler.
 * Inputs are checked at run time on the privileged side; outputs are checked by type. Answers are Results.
 */
import * as v from 'valibot'
import type { Audit } from '../audit/audit'
import type { Comparison } from '../audit/compare'
import { mostReason } from '../audit/muted'
import { mostTitle, reportFormatNames } from '../audit/report-formats'
import type { Duplicates } from '../edits/duplicates'
import { editsSchema, type ImportEdit } from '../edits/edit'
import type { Plan } from '../edits/plan'
import type { ContextIdentity } from '../findings/context-identity'
import { type Finding, type FindingId, isFindingId } from '../findings/finding-rules'
import type { AwsAuthAt } from '../identity/aws-auth-answers'
import type { Check, EnvironmentName, Step } from '../identity/identity'
import { environmentNames } from '../identity/identity'
import type { IdentityTree } from '../identity/identity-tree'
import type { ClusterList } from '../identity/known-clusters'
import { isNamespace, type MayDoThere } from '../identity/may-do'
import { anyMark } from '../identity/production'
import type { CodeOutcome, ShownSignInStep, SignedOut, SignInOutcome } from '../identity/sign-in'
import type { WhoMayEnter } from '../identity/who-may-enter'
import type { EntryId, Snapshot, SnapshotChange } from '../kubeconfig/entries'
import { listOf } from '../list-of'
import type { Result } from '../result'
import type { DoctorCheck } from './doctor'
import type { Packed } from './packed'
import type * as payload from './payloads'
import { type Settings, settingName } from './settings'
import type { StoredEdits } from './stored-edits'

declare const output: unique symbol
/** Carries a type only; outputs are made by our own main process, so the compiler is their schema. */
export interface TypeOf<T> {
  readonly [output]?: T
}
export const type = <T>(): TypeOf<T> => ({})
/** What may be as large as a fleet: it crosses as one text (packed.ts). */
export interface LargeOf<T> extends TypeOf<T> {
  readonly large: true
}
export const large = <T>(): LargeOf<T> => ({ large: true })

const text = (max: number) => v.pipe(v.string(), v.maxLength(max))
const id = text(8_192)
const ids = listOf(id, 20_000)
const environment = v.picklist(environmentNames)
const identity = v.strictObject({ profile: v.nullable(text(512)), role: v.nullable(text(2_048)) })
const revisions = listOf(v.strictObject({ path: text(4_096), revision: v.nullable(text(128)) }), 1_000)
/** Files that may be written in place where no rename can be. */
const paths = listOf(text(4_096), 1_000)
const permitted = { inPlace: paths, force: v.optional(paths) }
/** Of the tree of identities. */
const identityId = v.pipe(v.string(), v.regex(/^[0-9a-f]{16}$/))
const identityIds = listOf(identityId, 20_000)
const runId = v.pipe(v.string(), v.regex(/^[A-Za-z0-9-]{1,64}$/))
/** Who signs in or out. */
const signsIn = v.strictObject({ kind: v.picklist(['profile', 'session']), name: text(512) })

const undoTarget = {
  id: text(128),
  way: v.picklist(['undo', 'restore', 'reapply']),
  /** Of an undo, only what belongs to these contexts; null: everything. */
  contexts: v.nullable(listOf(text(8_192), 20_000)),
}

/** An identity that looks for clusters: what the page may name, and main looks up in files. */
const looker = v.variant('kind', [
  v.strictObject({
    kind: v.literal('profile'),
    profile: v.nullable(text(512)),
    role: v.nullable(text(2_048)),
  }),
  v.strictObject({
    kind: v.literal('sso'),
    session: text(512),
    account: text(64),
    accountName: v.nullable(text(512)),
    permissionSet: text(512),
    profile: v.nullable(text(512)),
  }),
])

/** The number of an AWS account. */
const accountId = v.pipe(v.string(), v.regex(/^\d{12}$/))
/** The name of an account. */
const kubeconfigPlace = v.union([v.picklist(['file', 'folder']), v.strictObject({ pattern: text(4_096) })])
export type KubeconfigPlace = v.InferOutput<typeof kubeconfigPlace>

const accountName = v.pipe(v.string(), v.trim(), v.maxLength(64))

/** A request that takes these fields, and nothing else. */
const asks = <F extends v.ObjectEntries, O>(fields: F, output: O) => ({
  input: v.strictObject(fields),
  output,
})
/** Work under a name that the page chooses, by which the page can end it (`run.cancel`). */
const works = <F extends v.ObjectEntries, O>(fields: F, output: O) => ({
  ...asks({ run: runId, ...fields }, output),
  isRun: true,
})
/** A request that takes nothing. */
const gives = <O>(output: O) => ({ input: v.undefined(), output })

const reportAsked = {
  environment,
  format: v.picklist(reportFormatNames),
  contexts: v.nullable(listOf(id, 20_000)),
  title: v.nullable(text(mostTitle)),
  secretly: v.boolean(),
}
const findingId = v.custom<FindingId>(isFindingId)

export const requests = {
  'app.state': gives(type<AppState>()),
  /** The page is drawn and listening: from here on events are sent. */
  'app.ready': gives(type<null>()),
  /** How the app came here, what updates it, and how far that is. Asks nothing. */
  'app.updates': gives(type<UpdatesState>()),
  /** Ends this page's run of that name: a check, a proof, a search, a write that waits for a lock. Its request then answers. */
  'run.cancel': asks({ run: runId }, type<null>()),
  'app.copy': asks({ text: text(65_536) }, type<null>()),
  /** What Ekscope keeps of its own, and how large each piece is. */
  'data.load': gives(type<readonly payload.OwnPiece[]>()),
  'settings.load': gives(type<Settings>()),
  'settings.save': asks({ key: settingName, value: text(65_536) }, type<Settings>()),
  /** Gives an account the name that the user knows it by; an empty one takes it back. */
  'accounts.name': asks({ account: accountId, name: accountName }, type<Settings>()),
  /** Marks as production, or no longer, which main asks about; one that is not understood can only be taken back. */
  'production.mark': asks({ marks: listOf(anyMark, 1_000, 1), on: v.boolean() }, type<Settings>()),
  'kubeconfig.load': gives(large<Snapshot>()),
  /** One entry's own lines, secrets redacted. */
  'kubeconfig.entry': asks({ id }, type<EntryText>()),
  /**
   * Main shows the dialog for a file or a folder; the page sends no path but a pattern of paths, about which main asks. `null` when
   * the user cancelled.
   */
  'kubeconfig.open': asks({ what: kubeconfigPlace }, large<Snapshot | null>()),
  /**
   * Main shows the dialog in which the user names a kubeconfig that is to be created, and treats it as opened; nothing is created
   * before contexts go there. Answers the path that the user named, or of a file that is shown already; `null` when the user
   * cancelled.
   */
  'kubeconfig.create': gives(type<string | null>()),
  'kubeconfig.close': asks({ path: text(4_096) }, large<Snapshot>()),
  /** Opens a file of the list in the user's editor, at a line where the editor can. */
  'kubeconfig.edit': asks({ path: text(4_096) }, type<null>()),
  /** It has fingerprints of contexts whose check is stored: no others are compared. */
  'identity.load': asks({ environment, had: v.optional(text(64)) }, large<IdentityReport | null>()),
  /** The same in the environment of the settings: a page asks before it knows them. */
  'identity.first': gives(large<IdentityReport | null>()),
  /** Those of contexts that were checked since; contexts that do not exist (any more) are left out. */
  'identity.fingerprints': asks({ contexts: ids, environment }, large<readonly Fingerprint[]>()),
  /** Every identity that AWS files, that environment and the contexts name; asks nothing. */
  'identities.load': asks({ environment }, large<IdentityTree>()),
  /**
   * Asks AWS which identities these are, those that can be proven; never signs in. Main asks first about programs that may not
   * run yet, as `whoami.run` does. Answers when it is over, also when cancelled; the results came as `identities.proved` events.
   */
  'identities.prove': works(
    { environment, ids: identityIds, again: v.boolean() },
    type<payload.ProveSummary>(),
  ),
  /** How many identities and clusters these two pages would show, computed outside main's first thread. */
  'views.count': asks({ environment }, type<payload.ViewCounts>()),
  /** Every cluster that is known in that environment, from files or from looking; asks nothing. */
  'clusters.load': asks({ environment }, large<ClusterList>()),
  /**
   * Asks AWS anew about these clusters, and each endpoint whether it answers; sends no token to one, and signs no one in. Answers
   * when it is over, also when cancelled; the results came as `clusters.asked` events.
   */
  'clusters.ask': works({ environment, clusters: ids }, type<payload.AskSummary>()),
  /** Which identity each context uses, and what of that is proven, by files, checks and earlier answers; asks nothing. */
  'clusters.audit': asks({ environment }, large<Audit>()),
  /** Who may enter one of them, by earlier answers; asks nothing. Null: no such cluster is known any more. */
  'clusters.access': asks({ environment, cluster: id }, large<WhoMayEnter | null>()),
  /**
   * Asks AWS for its access entries, and the cluster for aws-auth with one token of this context of the cluster;
   * null: AWS alone. The user is asked nothing.
   */
  'clusters.readAccess': works({ environment, cluster: id, context: v.nullable(id) }, large<WhoMayEnter>()),
  /**
   * Asks one cluster which user it sees for each of these: a token each, to the endpoint that AWS gives main and nowhere else.
   * The user is asked nothing. Answers when it is over, also when cancelled; the results came as `clusters.entered` events.
   */
  'clusters.enter': works({ environment, cluster: id, identities: identityIds }, type<payload.AskSummary>()),
  /**
   * Asks one cluster what a context of it, or an identity of the user, may do in a namespace: one token, to where
   * `clusters.readAccess` and `clusters.enter` send theirs. The user is asked nothing.
   */
  'clusters.mayDo': works(
    {
      environment,
      cluster: id,
      by: v.variant('kind', [
        v.strictObject({ kind: v.literal('context'), id }),
        v.strictObject({ kind: v.literal('identity'), id: identityId }),
      ]),
      namespace: v.pipe(v.string(), v.check(isNamespace)),
    },
    large<MayDoThere>(),
  ),
  /** For each cluster whose mode looks at aws-auth: what it would be asked with, and what was read of it. Asks nothing. */
  'clusters.awsAuth': asks({ environment }, large<readonly AwsAuthAt[]>()),
  /**
   * Asks these clusters for aws-auth, with identities that main chooses: a token each, more where one refuses, to where a check
   * or `clusters.enter` would send it. The user is asked nothing. Answers when it is over, also when cancelled; the results
   * came as `clusters.awsAuthRead` events.
   */
  'clusters.readAwsAuth': works({ environment, clusters: ids }, type<payload.AskSummary>()),
  'environment.load': gives(type<readonly EnvironmentFacts[]>()),
  /** Asks the login shell again. */
  'environment.reload': gives(type<readonly EnvironmentFacts[]>()),
  /**
   * Checks these. Main asks the user, in a window of its own, about every command among them that is not allowed yet; what needs
   * no answer is checked meanwhile, and the rest once its question is answered. Answers when the run is over, also when
   * cancelled; what was found out came as events.
   */
  'whoami.run': works(
    {
      contexts: ids,
      environment,
      /** Also asks about commands that were refused before: the user opens the question from its row. */
      again: v.boolean(),
      /** The sign-in whose code was used once: those that wait for it are checked with what main still has of it. */
      code: v.optional(runId),
    },
    type<RunSummary>(),
  ),
  /**
   * Contexts that were kubectl's current one before, set by any program, the last one first; stores the current one for
   * later.
   */
  'contexts.recent': gives(type<readonly string[]>()),
  'checks.load': gives(type<readonly Check[]>()),
  /** Deletes the results of all checks and proofs, which main asks about. */
  'checks.clear': gives(type<null>()),
  /** Brings main's open question to the front of all windows. */
  'question.show': gives(type<null>()),
  /** Main asks where the token of this context may go; null: refused, or there was nothing to ask. */
  'trust.askDestination': asks({ context: id }, large<Snapshot | null>()),
  'trust.forget': asks({ fingerprint: text(128) }, type<null>()),
  /**
   * Takes back which identity the user said to expect, and nothing else: then what the file says counts, if it is the user's own.
   * Main asks first.
   */
  'expected.forget': asks({ contexts: ids }, type<null>()),
  /** What is muted, and what AWS said of clusters that speaks against contexts, by earlier answers; asks nothing. */
  'findings.load': asks({ environment }, large<payload.FindingsBeside>()),
  /** Since when these contexts are written as they are, by the history. */
  'findings.since': asks({ contexts: listOf(id, 200) }, type<readonly payload.EntrySince[]>()),
  /** Main asks first. Of no context: wherever it is found. */
  'findings.mute': asks(
    { id: findingId, contexts: listOf(id, 20_000), reason: text(mostReason) },
    type<null>(),
  ),
  /** In these contexts, and everywhere. */
  'findings.unmute': asks({ id: findingId, contexts: listOf(id, 20_000) }, type<null>()),
  'trust.list': gives(type<readonly TrustDecision[]>()),
  /** Pending edits carried out on what is there now; nothing is written. */
  'edits.preview': asks(
    { edits: editsSchema, environment, compare: v.nullable(environment) },
    large<payload.Preview>(),
  ),
  /**
   * All that is pending, as JSON (stored-edits.ts). Stored for a reload of the page and for any end of the process: answered once it is
   * on disk.
   */
  'edits.keep': asks({ json: text(8_388_608) }, type<null>()),
  /** What this page had, or a window that has ended. */
  'edits.kept': gives(large<StoredEdits>()),
  /** Entries that say the same under several names after these edits; judged by main, by their whole values. */
  'edits.duplicates': asks({ edits: editsSchema }, type<readonly Duplicates[]>()),
  /** Who acts in each context before and after these edits, by files and by what tries found out: only what differs. Asks nothing. */
  'edits.compare': asks({ edits: editsSchema, environment }, large<Comparison>()),
  /** Exactly what would be written. */
  'edits.plan': asks({ edits: editsSchema }, large<Plan>()),
  'edits.apply': works(
    {
      edits: editsSchema,
      /** One line an edit, for the history. */
      titles: listOf(text(2_048), 50_000),
      revisions,
      /** The user has seen which other contexts change too. */
      sharedAllowed: v.boolean(),
      ...permitted,
    },
    type<payload.ApplyAnswer>(),
  ),
  /**
   * Checks contexts as these edits would make them, by their first ids; nothing is written. Main asks first about what the edits
   * introduce that may not run or be reached yet. Answers when it is over; the results came as `edits.trying` events.
   */
  'edits.try': works(
    {
      edits: editsSchema,
      contexts: ids,
      environment,
      /** Also about commands that were refused before. */
      again: v.boolean(),
    },
    type<TrySummary>(),
  ),
  /** Removes a lock that the user has decided is stale; only one that an apply has reported. */
  'edits.unlock': asks({ path: text(4_096) }, type<null>()),
  /** Settles, once a start, what a killed Ekscope left half written; one sentence each, to the first page that asks. */
  'edits.recover': gives(type<readonly payload.SettledWrite[]>()),
  'history.list': gives(type<readonly payload.HistoryEntry[]>()),
  /** Writes of which the record cannot be read. */
  'history.unread': gives(type<readonly payload.UnreadWrite[]>()),
  'history.show': asks({ id: text(128) }, type<payload.ShownDiff>()),
  /** Whose writes alone made these steps of files; null where another program had a part, or that is not known. */
  'history.writer': asks(
    {
      steps: listOf(
        v.strictObject({ path: text(4_096), before: v.nullable(text(128)), after: v.nullable(text(128)) }),
        1_000,
      ),
    },
    type<payload.EkscopeWriter | null>(),
  ),
  /** What an undo of that write (or a restore of the files before it) would do now, and what is in its way. */
  'history.plan': asks(undoTarget, type<payload.ShownUndoPlan>()),
  'history.undo': works(
    {
      ...undoTarget,
      /** Of the plan that was shown; null: whatever is there. */
      revisions: v.nullable(revisions),
      /** Other contexts may change too: the user has seen which. */
      sharedAllowed: v.boolean(),
      ...permitted,
    },
    type<payload.ApplyAnswer>(),
  ),
  'history.purge': gives(type<number>()),
  /**
   * Reads the clipboard, a file from the dialog, or what was dropped last, which main knows from the preload and not from
   * the page; null when cancelled. The pending edits say what is here already.
   */
  'import.read': asks(
    { from: v.picklist(['clipboard', 'dialog', 'drop']), edits: editsSchema },
    type<payload.ImportAnswer | null>(),
  ),
  /** What was offered for imports, by their sources, as far as it is still stored: for a page that was created again. */
  'import.again': asks({ sources: listOf(text(4_096), 1_000) }, type<readonly ImportEdit[]>()),
  /** Contexts as a self-contained kubeconfig: into the file that the user names, or onto the clipboard; null when cancelled. */
  'export.make': asks(
    { contexts: listOf(id, 20_000), secrets: v.boolean(), to: v.picklist(['file', 'clipboard']) },
    type<payload.ExportAnswer | null>(),
  ),
  /** A picture that the page has drawn, into the file that the user names, PNG in base64; null when cancelled. */
  'export.picture': asks(
    { kind: v.picklist(['svg', 'png']), data: text(64 * 1024 * 1024) },
    type<{ readonly path: string } | null>(),
  ),
  /** The beginning of the report (`mostPreviewed`); null contexts: all. Asks nothing. */
  'report.preview': asks(reportAsked, large<string>()),
  /** Into the file that the user names, null when cancelled; `compares`: the user chooses the earlier report. */
  'report.save': asks({ ...reportAsked, compares: v.boolean() }, type<{ readonly path: string } | null>()),
  /** What differs from another environment, or from a kubeconfig or report that the user chooses, null when cancelled. Asks nothing. */
  'report.compare': asks(
    {
      environment,
      from: v.variant('kind', [
        v.strictObject({ kind: v.literal('environment'), environment }),
        v.strictObject({ kind: v.literal('file') }),
      ]),
    },
    large<Comparison | null>(),
  ),
  'aws.choices': asks({ environment }, type<payload.Choices>()),
  'aws.caller': asks({ environment, identity, region: v.nullable(text(64)) }, type<payload.CallerAnswer>()),
  /** Answers when all regions are done or cancelled; clusters come as `aws.discovered` events. */
  'aws.discover': works({ environment, identity, regions: listOf(text(64), 100, 1) }, type<null>()),
  /** Which identities could look, what was found last, and the contexts at clusters; asks nothing. */
  'sweep.load': asks({ environment }, large<payload.SweepsKnown>()),
  /**
   * Looks for clusters as these, as all that the sessions can see, or, where none is named, as every identity; nothing signs
   * in, and no program runs that may not run yet. Answers when it is over, also when cancelled; the results came as
   * `sweep.progress` events.
   */
  'sweep.start': works(
    {
      environment,
      lookers: listOf(looker, 5_000),
      sessions: listOf(text(512), 1_000),
      /** A role that each profile assumes first. */
      role: v.nullable(text(2_048)),
      regions: v.variant('kind', [
        v.strictObject({ kind: v.literal('own') }),
        v.strictObject({ kind: v.literal('enabled') }),
        v.strictObject({ kind: v.literal('all') }),
        v.strictObject({
          kind: v.literal('these'),
          regions: listOf(text(64), 100, 1),
        }),
      ]),
      /** Regions that are left out of all of them. */
      without: listOf(text(64), 100),
      /** Also who may enter, by access entries. */
      access: v.boolean(),
      /** Also the aliases of accounts. */
      aliases: v.boolean(),
    },
    type<payload.SweepSummary>(),
  ),
  /** Clusters that were found, with what a context needs of them. */
  'sweep.describe': asks(
    { environment, clusters: listOf(text(2_048), 1_000) },
    type<payload.DescribedClusters>(),
  ),
  /** Endpoint and CA from AWS for the clusters of these contexts, as edits that are not applied. */
  'aws.refresh': works(
    {
      environment,
      contexts: listOf(id, 20_000),
      /** Also entries whose server is no endpoint of EKS. */
      tunnels: v.boolean(),
    },
    type<payload.RefreshAnswer>(),
  ),
  /**
   * Signs in by SSO; where a role of the profile needs an MFA code, main asks the user for it, and no page sees it. Answers
   * when it is over, however it ends. Steps come as `signIn.step` events. `usual`: as the aws of that environment would ask.
   */
  'signIn.start': works(
    {
      environment,
      of: signsIn,
      flow: v.picklist(['usual', 'code']),
      /** Ask also where the user is signed in. */
      again: v.boolean(),
    },
    type<SignInOutcome | CodeOutcome>(),
  ),
  /** Main opens or copies the address of that sign-in: the page has only seen its host. */
  'signIn.open': asks({ run: runId, to: v.picklist(['browser', 'clipboard']) }, type<null>()),
  /** Signs out as `aws sso logout`: notifies the portal, and removes what aws stores of that sign-in, for aws and kubectl too. */
  'signIn.end': asks({ environment, of: signsIn }, type<SignedOut>()),
  /** What this machine has. `clockIn`: where STS is asked for its time, on a click alone; null asks nothing. */
  'doctor.look': asks({ clockIn: v.nullable(environment) }, type<readonly DoctorCheck[]>()),
  'demo.open': gives(type<null>()),
} as const

export const events = {
  'kubeconfig.changed': large<SnapshotChange>(),
  /** AWS files, caches, trust or an environment changed: ask identity.load again. */
  'identity.changed': type<{ readonly reason: string }>(),
  'whoami.progress': type<WhoamiProgress>(),
  /** Of those that are being proven: none comes before this one any more. */
  'identities.begun': type<{ readonly run: string; readonly id: string }>(),
  /** Those of a run of proofs that wait for the user's answer, at first and after each answer. */
  'identities.asking': type<{ readonly run: string; readonly ids: readonly string[] }>(),
  'identities.proved': type<payload.IdentityProved>(),
  'clusters.asked': type<payload.ClusterAsked>(),
  /** How many access entries a reading has. */
  'clusters.reading': type<payload.OfRun>(),
  'clusters.entered': type<payload.ClusterEntered>(),
  'clusters.awsAuthRead': type<payload.AwsAuthRead>(),
  'edits.waiting': type<{ readonly run: string; readonly wait: payload.LockWait }>(),
  /** Main asks the user about what a write introduces: it waits for the answer, and nothing is written; `false`: answered. */
  'edits.asking': type<{ readonly run: string; readonly asking: boolean }>(),
  /** A window's write left these files so, which all windows see change. */
  'edits.wrote': type<{
    readonly files: readonly { readonly path: string; readonly revision: string | null }[]
  }>(),
  /** Another program's write undid something that Ekscope wrote. */
  'edits.overwritten': type<{
    readonly id: string
    readonly items: readonly { readonly path: string; readonly kind: string; readonly name: string }[]
  }>(),
  /** The history keeps a state that another program made. */
  'history.kept': type<null>(),
  /** Settings were changed, also by another window or the terminal. */
  'settings.changed': type<Settings>(),
  /** As `whoami.progress`, of entries that are not written; contexts by their first ids. */
  'edits.trying': type<WhoamiProgress>(),
  'aws.discovered': type<payload.DiscoveryProgress>(),
  'sweep.progress': large<payload.SweepProgress>(),
  'signIn.step': type<{ readonly run: string; readonly step: ShownSignInStep }>(),
  /** An action was chosen from the application's menu (menus.ts), for the window in front. */
  'app.action': type<{ readonly id: string }>(),
} as const

export type RequestName = keyof typeof requests
export type EventName = keyof typeof events
export type Input<N extends RequestName> = v.InferOutput<(typeof requests)[N]['input']>
export type Output<N extends RequestName> = (typeof requests)[N]['output'] extends TypeOf<infer T> ? T : never
export type Payload<N extends EventName> = (typeof events)[N] extends TypeOf<infer T> ? T : never
type Crossing<O> = O extends LargeOf<infer T> ? Packed<T> : O extends TypeOf<infer T> ? T : never
/** What main answers with, and what the preload hands to the page. */
export type Answer<N extends RequestName> = Crossing<(typeof requests)[N]['output']>
/** What an event carries on its way. */
export type EventPayload<N extends EventName> = Crossing<(typeof events)[N]>

/** Whether the contract has a request of this name. */
export const isRequest = (name: string): name is RequestName => Object.hasOwn(requests, name)
/** Whether its answer crosses as one text. */
export const isLargeAnswer = (name: RequestName): boolean => 'large' in requests[name].output
/** Whether what it carries crosses as one text. */
export const isLargeEvent = (name: EventName): boolean => 'large' in events[name]
/** Whether it is work that `run.cancel` ends. */
export const isRun = (name: RequestName): boolean => 'isRun' in requests[name]
/** Every request of the contract. */
export const requestNames: readonly RequestName[] = Object.keys(requests).filter(isRequest)

type InputArguments<N extends RequestName> = Input<N> extends undefined ? [] : [Input<N>]

/** What `window.bridge` offers: as it crosses. */
export interface BridgeApi {
  request<N extends RequestName>(name: N, ...input: InputArguments<N>): Promise<Result<Answer<N>>>
  on<N extends EventName>(name: N, listener: (sent: EventPayload<N>) => void): () => void
}

/** The page's side: the same with large answers as the values that they are. */
export interface Bridge {
  request<N extends RequestName>(name: N, ...input: InputArguments<N>): Promise<Result<Output<N>>>
  /** Returns the function that stops listening. */
  on<N extends EventName>(name: N, listener: (payload: Payload<N>) => void): () => void
}

/** What the demo runs as `aws`: the machine's, Ekscope's stand-in where there is none, or nothing, because that needs a Node. */
export type DemoAws = 'installed' | 'stand-in' | 'missing'

export interface AppState {
  readonly version: string
  readonly platform: 'linux' | 'darwin' | 'win32'
  readonly home: string
  /** Null: the user's own files. */
  readonly demo: { readonly aws: DemoAws } | null
  /** Not the declared Electron but the stand-in of docs/developing.md: a banner says so. */
  readonly standInElectron: string | null
  /** What was looked for at start, and whether it was there: the first page shows it. */
  readonly lookedFor: readonly LookedFor[]
  readonly dataFolder: string
  /** The login shell has not answered yet: until it has, files are those that the app's own variables name. */
  readonly awaitsShell: boolean
}

export interface UpdatesState {
  /** Two sentences. */
  readonly how: string
  readonly update: string
  /** The app can update itself, where the user turns that on. */
  readonly possible: boolean
  readonly said: string | null
}

export interface LookedFor {
  readonly what: 'kubeconfig' | 'aws-config' | 'aws-credentials' | 'aws' | 'kubectl'
  readonly where: string
  readonly found: boolean
  readonly detail: string
}

/** How a try went. */
export interface TrySummary extends RunSummary {
  /** Contexts that are not there once the edits are made. */
  readonly left: readonly EntryId[]
}

export interface EntryText {
  readonly file: string
  readonly line: number
  /** The entry's own lines, dedented, secrets redacted. */
  readonly context: string
  readonly cluster: { readonly file: string; readonly line: number; readonly text: string } | null
  readonly user: { readonly file: string; readonly line: number; readonly text: string } | null
}

export interface IdentityReport {
  /** Of all other fields: distinguishes this report from another. */
  readonly digest: string
  readonly environment: EnvironmentName
  /** Names of accounts by number: from the AWS config (`sso_account_name`), else from SSO portals or the accounts themselves. */
  readonly accountNames: Readonly<Record<string, string>>
  readonly contexts: readonly ContextIdentity[]
  /** The findings that are of no context. */
  readonly ofFiles: readonly Pick<Finding, 'id' | 'severity'>[]
  /** What is wrong with the AWS files themselves. */
  readonly problems: readonly {
    readonly file: string
    readonly line: number | null
    readonly message: string
  }[]
}

/** What a check of a context depends on now. */
export interface Fingerprint {
  readonly context: EntryId
  readonly fingerprint: string
}

export interface EnvironmentFacts {
  readonly name: EnvironmentName
  /** Variables that may be shown: AWS_*, KUBE*, DEFAULT_ROLE, PATH, HOME, proxy, CA, locale; secrets masked. */
  readonly variables: readonly {
    readonly name: string
    readonly value: string
    readonly masked: boolean
    /** Where it gets its value, as far as startup files say it: `~/.profile:6`. */
    readonly from: string | null
  }[]
  readonly count: number
  readonly problem: string | null
}

export interface RunSummary extends payload.AskSummary {
  readonly run: string
}

export type WhoamiProgress =
  | {
      readonly kind: 'started'
      readonly run: string
      readonly environment: EnvironmentName
      readonly contexts: readonly EntryId[]
    }
  /** Those of them that wait for the user's answer to a question of main: all that wait, at first and after each answer. */
  | { readonly kind: 'asking'; readonly run: string; readonly contexts: readonly EntryId[] }
  /** Its command has started; until then it waits for those before it. */
  | { readonly kind: 'begun'; readonly run: string; readonly context: EntryId }
  | { readonly kind: 'step'; readonly run: string; readonly context: EntryId; readonly step: Step }
  | (payload.OfRun & { readonly kind: 'checked'; readonly check: Check })
  | (RunSummary & { readonly kind: 'ended' })

export interface TrustDecision {
  readonly fingerprint: string
  readonly kind: 'exec' | 'credential-process' | 'program' | 'file' | 'insecure'
  readonly what: string
  readonly at: number
}
