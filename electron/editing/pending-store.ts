/**
 * Pending edits of each window: in memory for a reload of its page, and in pending.json for when the process ends. No secret
 * is written: an import is stored by where it came from, and an edit that holds a secret is not stored.
 */
import { randomUUID } from 'node:crypto'
import * as v from 'valibot'
import { parseAddress } from '../../shared/destination/address'
import { type KnownEntries, lineName } from '../../shared/edits/describe'
import { describeEdit, idsOf } from '../../shared/edits/kinds'
import type { ProfileEdit } from '../../shared/edits/profile-edit'
import { profileEditLine } from '../../shared/edits/profile-line'
import {
  type KeptLoss,
  keptSteps,
  lossText,
  type PackedSteps,
  type Pending,
  packedSteps,
  stepsWith,
  unpackedSteps,
} from '../../shared/ipc/stored-edits'
import { mask } from '../../shared/kubeconfig/entries'
import { maskArguments, maskText, publicAddress } from '../../shared/kubeconfig/secrets'
import { type Fault, ok, type Result, refuse } from '../../shared/result'
import type { DataFolder } from '../system/data-folder'

const importSchema = v.object({
  source: v.string(),
  /** Null: the clipboard, of which nothing is stored. */
  from: v.nullable(v.string()),
  /** Of the text that was read from that file: only the very same text is read again. */
  revision: v.string(),
  /** The names of its contexts. */
  contexts: v.pipe(v.array(v.string()), v.readonly()),
})
/** Where an import came from. */
export type KeptImport = v.InferOutput<typeof importSchema>

const windowSchema = v.object({
  id: v.string(),
  steps: v.nullable(keptSteps),
  imports: v.pipe(v.array(importSchema), v.readonly()),
  /** Titles of edits that were left out because they hold a secret. */
  secrets: v.pipe(v.array(v.string()), v.readonly()),
})
type Window = v.InferOutput<typeof windowSchema>

const fileSchema = v.object({
  /** The user was notified that a closing window keeps its pending edits. */
  wasSaid: v.boolean(),
  windows: v.pipe(v.array(windowSchema), v.readonly()),
})

/** The pending edits of a page, also from a window that has ended. */
export interface PageEdits extends Omit<Window, 'id'> {
  /** They were another window's, and this page has not received them before. */
  readonly fromBefore: boolean
}

/** What to ask, or to report, before a window closes. */
export interface Closing {
  readonly message: string
  readonly detail: string
  readonly yes: string
}

export type KeptEdits = ReturnType<typeof createKeptEdits>

const noEdits = { steps: null, imports: [], secrets: [] }

/** `folder` null: nothing outlives its window. */
export function createKeptEdits(folder: DataFolder | null) {
  const file =
    folder?.file({
      name: 'pending.json',
      version: 1,
      schema: fileSchema,
      empty: { wasSaid: false, windows: [] },
      loss: 'Changes that were not written are not pending any more.',
    }) ?? null
  const open = new Map<number, Window & { readonly fromBefore: boolean }>()
  /** Windows that have ended with nothing pending. */
  const ended = new Set<string>()
  let wasSaid = false
  let problem: Fault | null = null
  /** Pages come and go one after the other. */
  let turn: Promise<unknown> = Promise.resolve()
  let last: Promise<Result<null>> = Promise.resolve(ok(null))
  let next: Promise<Result<null>> | null = null

  /** Edits that are stored while one write is running are in the next one. */
  function write(): Promise<Result<null>> {
    next ??= last = last.then(() => {
      next = null
      return writeNow()
    })
    return next
  }

  async function writeNow(): Promise<Result<null>> {
    if (file === null) return ok(null)
    const here = [...open.values()].map(forDisk)
    const ids = new Set([...ended, ...here.map(({ id }) => id)])
    const done = await file.update((now) => ({
      wasSaid: wasSaid || now.wasSaid,
      windows: [...now.windows.filter(({ id }) => !ids.has(id)), ...here.filter(hasSteps)],
    }))
    problem = done.ok ? null : done.fault
    if (done.ok) return ok(null)
    const { code, message, next } = done.fault
    return refuse(code, `What is pending is lost if Ekscope ends now: ${message}`, next)
  }

  /** Those of the file that no page has, those with something pending first. */
  async function left(): Promise<readonly Window[]> {
    if (file === null) return []
    await last
    const { value } = await file.load()
    wasSaid ||= value.wasSaid
    const taken = new Set([...ended, ...[...open.values()].map(({ id }) => id)])
    const free = value.windows.filter(({ id }) => !taken.has(id))
    return [...free.filter(isPending), ...free.filter((window) => !isPending(window))]
  }

  async function windowOf(page: number): Promise<Window & { readonly fromBefore: boolean }> {
    const known = open.get(page)
    if (known !== undefined) return known
    const [found] = await left()
    const window =
      found === undefined
        ? { ...noEdits, id: randomUUID(), fromBefore: false }
        : { ...found, fromBefore: true }
    open.set(page, window)
    return window
  }

  function inTurn<T>(work: () => Promise<T>): Promise<T> {
    const done = turn.then(work)
    turn = done.catch(() => undefined)
    return done
  }

  return {
    /** Replaces what was stored for this page; resolves once it is on disk. */
    async keep(page: number, change: Pick<Window, 'steps' | 'imports'>): Promise<Result<null>> {
      await inTurn(async () => open.set(page, { ...(await windowOf(page)), ...change }))
      return write()
    },
    /** The edits of a page: its own, else those that an ended window left. */
    of: (page: number): Promise<PageEdits> =>
      inTurn(async () => {
        const window = await windowOf(page)
        open.set(page, { ...window, fromBefore: false, secrets: [] })
        return window
      }),
    /** How many windows have ended and left something pending. */
    waiting: async (): Promise<number> => (await left()).filter(isPending).length,
    /** Null: the window closes without a question or notice. */
    closing(page: number): Closing | null {
      const window = open.get(page)
      const count = window === undefined ? 0 : pendingOf(window).length
      if (window === undefined || count === 0) return null
      const message = count === 1 ? 'One change is not written yet.' : `${count} changes are not written yet.`
      const lost = lossesOf(window).map(lossText)
      if (file === null || problem !== null) {
        const why = problem === null ? '' : ` They cannot be kept: ${problem.message}`
        const detail = `Closing this window discards them; the files stay as they are.${why}`
        return { message, detail, yes: 'Close without writing' }
      }
      if (lost.length > 0) {
        const others = lost.length < count ? ' The next window has the others again.' : ''
        const detail = `Closing this window loses ${lost.join('; ')}.${others}`
        return { message, detail, yes: 'Close without writing' }
      }
      if (wasSaid) return null
      wasSaid = true
      void write()
      const detail = 'They are kept: the next window has them again. The files stay as they are.'
      return { message, detail, yes: 'Close' }
    },
    /** The page's window has closed: the next one gets its pending edits. */
    leave(page: number): void {
      void inTurn(async () => {
        const window = open.get(page)
        if (window === undefined) return
        await last
        open.delete(page)
        if (isPending(window)) return
        ended.add(window.id)
        await write()
      })
    },
    /** Everything is on disk. */
    settled: (): Promise<unknown> => turn.then(() => last),
  }
}

const pendingOf = ({ steps }: Pick<Window, 'steps'>): readonly Pending[] =>
  (steps && unpackedSteps(steps)?.pending) ?? []
const isPending = (window: Window): boolean => pendingOf(window).length > 0
const hasSteps = ({ steps }: Window): boolean => steps !== null && steps.edits.length > 0

/** The edits of a window that are lost with the process. */
function lossesOf(window: Window): readonly KeptLoss[] {
  const pending = pendingOf(window)
  const read = new Set(pending.flatMap(({ edit }) => (edit.kind === 'import-entries' ? [edit.source] : [])))
  return [
    ...window.imports.flatMap(({ source, from, contexts }): readonly KeptLoss[] =>
      from === null && read.has(source) ? [{ kind: 'clipboard', contexts }] : [],
    ),
    ...pending.flatMap((one): readonly KeptLoss[] => {
      const edit = secretIn(one)
      return edit === null ? [] : [{ kind: 'secret', edit }]
    }),
  ]
}

/** A window as it may be written: without the edits that hold a secret, which are named. */
function forDisk(window: Window): Window {
  const { id, imports, steps } = window
  const secrets = lossesOf(window).flatMap((loss) => (loss.kind === 'secret' ? [loss.edit] : []))
  return {
    id,
    imports,
    secrets: [...window.secrets, ...secrets],
    steps: steps && { ...steps, ...withoutSecrets(steps) },
  }
}

function withoutSecrets(kept: PackedSteps<Pending>): PackedSteps<Pending> | null {
  const isSecret = new Set(kept.edits.filter((edit) => secretIn(edit) !== null))
  const steps = isSecret.size === 0 ? null : unpackedSteps(kept)
  return steps && packedSteps(stepsWith(steps, (edit) => (isSecret.has(edit) ? null : edit)))
}

/** Whether an address holds a login; a user and password that were masked before do not count. */
function holdsLogin(address: string): boolean {
  const bare = address.replace(`${mask}@`, '')
  return publicAddress(bare, parseAddress) !== bare
}

/** The title of an edit that holds a secret; null: it holds none. Ids and paths are of the files, and no secrets. */
function secretIn({ edit }: Pending): string | null {
  if (edit.kind === 'edit-profile') return secretInProfile(edit.edit)
  const named = new Set(idsOf(edit).map(({ id }) => id))
  const holds = (value: unknown, key: string): boolean => {
    if (typeof value === 'string')
      return (
        !named.has(value) &&
        !places.has(key) &&
        (addresses.has(key) ? holdsLogin(value) : maskText(value) !== value)
      )
    return value !== null && typeof value === 'object'
      ? Object.entries(value).some(([name, inner]) => holds(inner, name))
      : false
  }
  if (!holds(edit, '')) return null
  const { subject, what } = describeEdit(edit, noEntries)
  return maskText(`${subject}: ${what}`)
}
const places = new Set(['file', 'from', 'source'])
const addresses = new Set(['server', 'proxyUrl'])
/** Entries are named by their ids. */
const noEntries: KnownEntries = {
  get: () => null,
  behind: () => null,
  usersOf: () => [],
  called: (name) => name,
  list: { currentContext: () => null },
}

function secretInProfile(edit: ProfileEdit): string | null {
  const values = 'settings' in edit ? edit.settings : edit.kind === 'set-profile-key' ? [edit] : []
  const holds = values.some(({ value }) => {
    const words = (value ?? '').split(/\s+/)
    return maskArguments(words).some((word, at) => word !== words[at])
  })
  if (!holds) return null
  return edit.kind === 'set-profile-key'
    ? `profile ${lineName(edit.profile)}: ${edit.key}`
    : profileEditLine(edit, null)
}
