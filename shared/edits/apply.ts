/** What each edit does to the entries: values in, values out; the same for the disk and for the grid. */

import { setApiVersion, setEksName, setProfile, setRegion, setRole } from '../exec/edit'
import { at, sameJson, textOf, withKey } from '../json'
import { type EntryId, type EntryKind, entryKinds } from '../kubeconfig/entries'
import { rebaseEntry } from '../kubeconfig/relative-paths'
import { assertNever } from '../result'
import { Draft, type WaitingName } from './draft'
import {
  type AlsoChanged,
  type AnyEdit,
  contextsOf,
  type EditProblem,
  type EditProblemCode,
  type PutBack,
} from './edit'
import { importEntries } from './import'
import { changedEntries, changedNames, type EditModel } from './model'
import { checkProfile, checkRole, checkUrl, quoted, Refusal, type Warn } from './refusal'
import { rename, renameContext, settleNames, withNames } from './rename'
import {
  entryOf,
  ownEntry,
  referred,
  refreshCluster,
  set,
  setAnyExec,
  setClusterKey,
  setExec,
} from './set-values'
import {
  addContext,
  cloneContext,
  deleteContexts,
  deleteEntries,
  mergeDuplicates,
  moveContexts,
  pointCurrent,
  putBack,
  quoteMisread,
} from './structure'

export interface Applied {
  readonly model: EditModel
  readonly problems: readonly EditProblem[]
  readonly alsoChanges: readonly AlsoChanged[]
}

/** How often a list is gone through because of names that never became free; then each is judged in its place. */
const mostTurns = 8

/**
 * Applies edits one after the other. An edit that cannot be leaves the model as the edits before it made it, and
 * says why; the others go on. A name that another entry still has may be free at the end of the list: until then its
 * edit waits, and is refused in its place if it waited in vain.
 */
export function applyEdits(model: EditModel, edits: readonly AnyEdit[]): Applied {
  const vain = new Set<string>()
  for (let turns = 1; ; turns++) {
    const { stuck, ...applied } = applyInTurn(model, edits, (edit, kind) => {
      return turns < mostTurns && edit < edits.length - 1 && !vain.has(`${edit} ${kind}`)
    })
    if (stuck.length === 0) return applied
    for (const { edit, kind } of stuck) vain.add(`${edit} ${kind}`)
  }
}

function applyInTurn(
  model: EditModel,
  edits: readonly AnyEdit[],
  waits: (edit: number, kind: EntryKind) => boolean,
): Applied & { readonly stuck: readonly WaitingName[] } {
  let draft = new Draft(model)
  const problems: EditProblem[] = []
  const targets = new Set<EntryId>()
  edits.forEach((edit, index) => {
    for (const id of contextsOf(edit)) targets.add(id)
    const warn = (code: EditProblemCode, message: string, next: string): void => {
      problems.push({ edit: index, code, blocks: false, message: withNames(draft, message), next })
    }
    const before = mayFailHalfway(edit) ? draft.done() : null
    draft.turn = { edit: index, waits: (kind) => waits(index, kind) }
    try {
      run(draft, edit, warn, targets)
    } catch (error) {
      if (!(error instanceof Refusal)) throw error
      const { code, message, next } = error
      problems.push({ edit: index, code, blocks: true, message: withNames(draft, message), next })
      if (before) draft = new Draft(before, draft.waiting)
    }
    settleNames(draft)
  })
  const after = draft.done()
  return {
    model: after,
    problems,
    alsoChanges: alsoChanged(model, after, targets),
    stuck: [...draft.waiting.values()],
  }
}

/** Edits of several steps are taken back whole; the others check everything before they touch anything. */
function mayFailHalfway(edit: AnyEdit): boolean {
  return ['import-entries', 'move-contexts', 'add-context', 'merge-duplicates', 'delete-entries'].includes(
    edit.kind,
  )
}

function run(draft: Draft, edit: AnyEdit, warn: Warn, targets: Set<EntryId>): void {
  switch (edit.kind) {
    case 'set-namespace': {
      const context = entryOf(draft, edit.context)
      if (edit.namespace !== null && !/^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/.test(edit.namespace))
        warn(
          'odd-value',
          `${quoted(edit.namespace)} is no name that a namespace can have.`,
          'Kubernetes takes lower case letters, digits and dashes, at most 63.',
        )
      set(draft, context, withKey(context.value, 'namespace', edit.namespace ?? undefined))
      return
    }
    case 'set-cluster':
    case 'set-user': {
      const context = entryOf(draft, edit.context)
      const kind = edit.kind === 'set-cluster' ? 'cluster' : 'user'
      const name = edit.kind === 'set-cluster' ? edit.cluster : edit.user
      if (!draft.winner(kind, name))
        throw new Refusal(
          kind === 'cluster' ? 'dangling-cluster' : 'dangling-user',
          `There is no ${kind} ${quoted(name)}.`,
          `Choose one of the ${kind} entries, or add it first.`,
        )
      set(draft, context, withKey(context.value, kind, name))
      return
    }
    case 'set-server':
      setClusterKey(
        draft,
        edit.context,
        'server',
        checkUrl(edit.server, ['http:', 'https:'], 'server'),
        edit.scope,
      )
      return
    case 'set-proxy-url':
      setClusterKey(
        draft,
        edit.context,
        'proxy-url',
        edit.proxyUrl === null ? null : checkUrl(edit.proxyUrl, ['http:', 'https:', 'socks5:'], 'proxy-url'),
        edit.scope,
      )
      return
    case 'set-tls-server-name':
      if (edit.tlsServerName !== null && !/^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/i.test(edit.tlsServerName))
        warn(
          'odd-value',
          `${quoted(edit.tlsServerName)} is no name that a certificate has for a server.`,
          'Write a host name like kubernetes.example.com.',
        )
      setClusterKey(draft, edit.context, 'tls-server-name', edit.tlsServerName, edit.scope)
      return
    case 'set-region':
      if (!/^[a-z]{2,4}(-[a-z]+)+-\d+$/.test(edit.region))
        throw new Refusal(
          'bad-value',
          `${quoted(edit.region)} is no AWS region.`,
          'Write one like us-west-2.',
        )
      setExec(draft, edit.context, edit.scope, (program, exec) => setRegion(program, exec, edit.region))
      return
    case 'set-eks-name':
      if (!/^[0-9A-Za-z][0-9A-Za-z_-]{0,99}$/.test(edit.name))
        throw new Refusal(
          'bad-value',
          `${quoted(edit.name)} is no name that an EKS cluster can have.`,
          'Letters, digits, dashes and underscores, at most 100.',
        )
      setExec(draft, edit.context, edit.scope, (program, exec) => setEksName(program, exec, edit.name))
      return
    case 'set-profile':
      checkProfile(edit.profile)
      setExec(draft, edit.context, edit.scope, (program, exec) =>
        setProfile(program, exec, edit.profile, edit.pin),
      )
      return
    case 'set-role':
      checkRole(edit.role)
      setExec(draft, edit.context, edit.scope, (program, exec) => setRole(program, exec, edit.role))
      return
    case 'set-api-version':
      setAnyExec(draft, edit.context, edit.scope, (exec) =>
        setApiVersion(exec, `client.authentication.k8s.io/${edit.version}`),
      )
      return
    case 'rename-context':
      renameContext(draft, entryOf(draft, edit.context), edit.name, edit.cascade)
      return
    case 'rename-user':
      rename(draft, entryOf(draft, edit.user), edit.name)
      return
    case 'rename-cluster':
      rename(draft, entryOf(draft, edit.cluster), edit.name)
      return
    case 'add-context':
      addContext(draft, edit)
      return
    case 'clone-context':
      cloneContext(draft, edit)
      return
    case 'split-user': {
      const context = entryOf(draft, edit.context)
      const user = referred(draft, context, 'user')
      if (draft.usersOf(user).length > 1) ownEntry(draft, context, user, edit.name)
      return
    }
    case 'merge-duplicates':
      mergeDuplicates(
        draft,
        entryOf(draft, edit.keep),
        edit.remove.map((id) => entryOf(draft, id)),
      )
      return
    case 'delete-contexts':
      deleteContexts(
        draft,
        edit.contexts.map((id) => entryOf(draft, id)),
        edit.keepOrphans,
      )
      return
    case 'delete-entries':
      deleteEntries(
        draft,
        edit.entries.map((id) => entryOf(draft, id)),
      )
      return
    case 'move-contexts':
      moveContexts(
        draft,
        edit.contexts.map((id) => entryOf(draft, id)),
        edit.file,
        targets,
      )
      return
    case 'import-entries':
      importEntries(draft, edit, warn)
      return
    case 'use-context':
      pointCurrent(draft, edit.context === null ? null : entryOf(draft, edit.context).name)
      return
    case 'quote-misread':
      quoteMisread(draft, edit.file)
      return
    case 'refresh-cluster':
      refreshCluster(draft, edit, targets)
      return
    case 'put-back':
      putBack(draft, edit)
      return
    default:
      assertNever(edit, 'edit')
  }
}

/** The one edit that leads from `after` back to `before`. */
export function inverse(before: EditModel, after: EditModel): PutBack {
  const put: PutBack['put'][number][] = []
  const remove: EntryId[] = []
  const current: PutBack['current'][number][] = []
  for (const file of before.files) {
    const now = after.files.find((other) => other.path === file.path)
    if (now && now.currentContext !== file.currentContext)
      current.push({ file: file.path, currentContext: file.currentContext })
    for (const kind of entryKinds) {
      const there = new Map((now?.[kind] ?? []).map((entry) => [entry.id, entry]))
      file[kind].forEach((entry, index) => {
        const other = there.get(entry.id)
        there.delete(entry.id)
        if (!other || other.name !== entry.name || !sameJson(other.value, entry.value))
          put.push({ file: file.path, index, entry })
      })
      remove.push(...there.keys())
    }
  }
  return { kind: 'put-back', remove, put, current }
}

/** Contexts whose cluster or user means something else afterwards although no edit named them. */
function alsoChanged(
  before: EditModel,
  after: EditModel,
  targets: ReadonlySet<EntryId>,
): readonly AlsoChanged[] {
  const changed = {
    user: changedNames(before, after, 'user'),
    cluster: changedNames(before, after, 'cluster'),
  }
  if (changed.user.size + changed.cluster.size === 0) return []
  const was = new Draft(before)
  const is = new Draft(after)
  const found: AlsoChanged[] = []
  const edited = changedEntries(after, before, 'context')
  for (const context of was.contexts()) {
    const concerned = (kind: 'user' | 'cluster') => changed[kind].has(textOf(at(context.value, kind)) ?? '')
    // Whoever is the same and names only what is the same cannot mean anything else.
    if (!edited.has(context) && !concerned('user') && !concerned('cluster')) continue
    const now = is.get(context.id)
    // kubectl reads a file outside the list only for itself.
    if (was.fileOf(context.id)?.listed !== true) continue
    if (!now || targets.has(context.id) || was.winner('context', context.name) !== context) continue
    for (const kind of ['user', 'cluster'] as const) {
      const old = was.winner(kind, textOf(at(context.value, kind)))
      const next = is.winner(kind, textOf(at(now.value, kind)))
      if (old === next || !old || sameJson(old.value, next?.value)) continue
      const moved = next && was.get(old.id) && is.fileOf(next.id)?.path !== was.fileOf(old.id)?.path
      // Moved with its paths rewritten: the same entry in another place.
      if (
        moved &&
        sameJson(
          rebaseEntry(kind, old.value, was.fileOf(old.id)?.path ?? '', is.fileOf(next.id)?.path ?? ''),
          next.value,
        )
      )
        continue
      found.push({ context: context.id, name: context.name, through: kind, entry: old.name })
      break
    }
  }
  return found
}
