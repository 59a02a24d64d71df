/** `ekscope history`, `undo`, `redo`, `reapply`, `restore`: writes of Ekscope, and their undo. */

import { plural } from '../../shared/counted'
import { nextToRedo, nextToUndo, plainTitle, undoneIn, undosIn } from '../../shared/edits/undone'
import type { ExternalChange, HistoryEntry, UnreadWrite } from '../../shared/ipc/payloads'
import { quoted, visible } from '../../shared/visible'
import type { UndoTarget } from '../editing/edit-writes'
import { purgeHistory } from '../kubeconfig/disk/history-clean'
import { type HistoryRecord, isOurs, type WholeRecord } from '../kubeconfig/disk/history-record'
import { realTarget } from '../kubeconfig/disk/replace'
import { placesNow } from '../kubeconfig/disk/write-history'
import { json } from '../report/json-text'
import { usedLikeThis } from './arguments'
import { type Command, type CommandCall, type ExitStatus, notFound, orThrow, print, Refusal } from './command'
import { cutToColumns, localTime, sentence, shortened, tableOf, widthOf, widthsOf } from './output'
import { nameOverwritten } from './overwritten'
import { sayAdded } from './question'
import {
  type OpenedFiles,
  openForWriting,
  positionalsOf,
  showPlan,
  visibleLines,
  writeAndReport,
  writingHelp,
} from './writing'

/** Writes that are shown without --all: a long history is not read to show what is new. */
const mostShown = 50

export const history: Command = {
  usage: 'history [ID] [--all] [--purge]',
  summary: 'the writes of Ekscope and of others that it saw, newest first; with an ID, the diff of one',
  examples: ['ekscope history', 'ekscope history --json'],
  help: {
    '--all': `show also what is older than the last ${mostShown} writes; JSON always has all`,
    '--purge': 'forget all writes, with the copies of files and the secrets in them',
    '--dry-run': 'with --purge: say how many writes there are, and forget none',
  },
  async run(call) {
    const { args, terminal } = call
    const [id, ...more] = args.positionals
    const [purge, dry] = [args.flag('purge'), args.flag('dry-run')]
    if (more.length > 0 || (purge && id !== undefined) || (args.flag('all') && (purge || id !== undefined)))
      throw usedLikeThis(this)
    const all = await call.services()
    const { editing, kubeconfig } = all
    orThrow(await editing.history.readable())
    if (purge) {
      const writes = dry ? await editing.history.count() : orThrow(await purgeHistory(editing.history))
      const said = `${plural(writes, 'write')} ${dry ? 'would be forgotten' : 'forgotten'}.\n`
      await print(call, { purged: dry ? 0 : writes, writes }, () => said, 'report')
      return 0
    }
    if (id !== undefined) {
      const { files } = orThrow(await editing.historyView.show(id))
      const document = { id, files: files.map(({ path, unified }) => ({ path, diff: unified })) }
      await print(call, document, () => files.map(({ unified }) => visibleLines(unified)).join(''), 'data')
      return 0
    }
    await kubeconfig.load()
    await nameOverwritten(terminal, all)
    const whole = args.globals.json || args.flag('all')
    const page = await editing.historyView.page(whole ? Number.POSITIVE_INFINITY : mostShown)
    const { writes, outside, older, unread } = page
    if (args.globals.json) await terminal.out(json({ writes, outside, unread }))
    else if (writes.length + unread.length === 0)
      await terminal.out('Ekscope has written nothing here yet.\n')
    else {
      for (const one of outside) if (!isRow(one, writes)) await terminal.err(sentence(externalSentence(one)))
      const rows = [...writes.map(row), ...unread.map(unreadRow)]
      await terminal.out(
        fitted(
          rows.sort(([a = ''], [b = '']) => (a < b ? 1 : -1)),
          terminal.columns,
        ),
      )
      const left = `${plural(older, 'older write is', 'older writes are')} not shown.`
      if (older > 0) await terminal.err(sentence(left, 'To show all: ekscope history --all'))
    }
    return 0
  },
}

/** Whether a row says already what others wrote after that write of ours. */
const isRow = ({ after, path }: ExternalChange, writes: readonly HistoryEntry[]): boolean =>
  [...writes].reverse().find(({ id, files }) => id > after && files.some((file) => file.path === path))
    ?.by === 'others'

/** External changes are listed too: what another program overwrote may have gone unnoticed. */
function externalSentence({ after, path, removed, changed, added, unknown }: ExternalChange): string {
  const names = (verb: string, entries: ExternalChange['removed']) =>
    entries.length === 0
      ? []
      : [`${verb} ${shortened(entries.map(({ kind, name }) => `${kind} ${quoted(name)}`)).join(', ')}`]
  const what = [...names('removed', removed), ...names('changed', changed), ...names('added', added)]
  // Nothing is known of a file that was removed, or that was not stored.
  if (unknown && what.length === 0)
    return `after ${after} another program wrote or removed ${path}; what was in it then is not known.`
  const rest = what.length > 0 ? what.join('; ') : 'changed its text only'
  return `after ${after} another program wrote ${path}: ${rest}${unknown ? '; the file could not be read afterwards' : ''}.`
}

const head = ['ID', 'WHEN', 'BY', 'WHAT', 'LINES', 'FILES', '']
/** Columns of WHAT at most, and the least with which a write is one line. */
const [mostWhat, leastWhat] = [80, 32]

/** The table, with the column WHAT cut to the available width; in a terminal no line is broken. */
function fitted(rows: readonly (readonly string[])[], columns: number | null): string {
  const what = head.indexOf('WHAT')
  const shown = rows.map((cells) => cells.map(visible))
  const others = widthsOf([head, ...shown]).reduce(
    (sum, width, column) => sum + (column === what ? 0 : width + 3),
    0,
  )
  if (columns !== null && columns - others < leastWhat) return inTwoLines(shown, columns)
  const room = columns === null ? mostWhat : Math.min(mostWhat, columns - others)
  return tableOf(
    head,
    shown.map((cells) => cells.map((cell, column) => (column === what ? cutToColumns(cell, room) : cell))),
  )
}

/** Two lines for each write: the second has what it did, its marks and its files, last because they are the longest. */
function inTwoLines(rows: readonly (readonly string[])[], columns: number): string {
  const [first, last] = [head.slice(0, 3), head.slice(4, 5)]
  const table = tableOf(
    [...first, ...last],
    rows.map((cells) => [...cells.slice(0, 3), ...cells.slice(4, 5)]),
  )
  const below = rows.map(([, , , what = '', , files = '', marks = '']) => {
    const room = columns - 2 - (marks === '' ? 0 : 3 + widthOf(marks))
    return `  ${[cutToColumns(what, Math.max(leastWhat, room)), marks, files].filter((cell) => cell !== '').join('   ')}`
  })
  const [heading = '', ...above] = table.trimEnd().split('\n')
  const lines = [heading, ...above.flatMap((line, at) => [line, below[at] ?? ''])]
  return lines.map((line) => `${cutToColumns(line, columns)}\n`).join('')
}

function row(write: HistoryEntry): readonly string[] {
  const { id, at, by, titles, files, uncertain, undoes, partial, restores } = write
  const added = files.reduce((sum, file) => sum + file.added, 0)
  const removed = files.reduce((sum, file) => sum + file.removed, 0)
  const [first = '', ...others] = titles
  const marks = [
    ...(undoes === null ? [] : [partial ? `undoes a part of ${undoes}` : `undoes ${undoes}`]),
    ...(restores === null ? [] : [`restores ${restores}`]),
    ...(files.some(({ othersBefore }) => othersBefore) ? ['external change before it'] : []),
    ...(uncertain ? ['interrupted'] : []),
  ]
  return [
    id,
    localTime(at),
    by,
    others.length === 0 ? first : `${first} (and ${others.length} more)`,
    `+${added} -${removed}`,
    shortened(files.map(({ path }) => path)).join(', '),
    marks.join(', '),
  ]
}

function unreadRow({ id, at, why }: UnreadWrite): readonly string[] {
  const newer = '(written by a newer Ekscope, which can show and undo it)'
  return [id, localTime(at), '', why === 'newer' ? newer : '(its record is damaged)', '', '', '']
}

export const undo: Command = {
  usage: 'undo [ID [CONTEXT…]]',
  summary:
    'undoes what a write changed, whatever came since (no ID: the last write to the files in use; contexts: only their part)',
  examples: ['ekscope undo', 'ekscope undo --dry-run'],
  help: writingHelp,
  async run(call) {
    const [id, ...contexts] = call.args.positionals
    const opened = await openForWriting(call)
    const write =
      id === undefined ? await lastOf(call, opened, nextToUndo, 'undo') : await writeNamed(opened, id)
    return goBack(call, opened, write, { way: 'undo', contexts: contexts.length > 0 ? contexts : null })
  },
}

export const redo: Command = {
  usage: 'redo [ID]',
  summary: 'undoes an undo (no ID: the last one)',
  examples: ['ekscope redo'],
  help: writingHelp,
  async run(call) {
    const [id, ...more] = call.args.positionals
    if (more.length > 0) throw usedLikeThis(this)
    const opened = await openForWriting(call)
    const write = id === undefined ? await lastOf(call, opened, nextToRedo, 'redo') : await undoOf(opened, id)
    return goBack(call, opened, write, { way: 'undo', contexts: null })
  },
}

/** Restores the state before the named write, past all later writes. */
const goingBack = (way: 'reapply' | 'restore', summary: string): Command => ({
  usage: `${way} ID`,
  summary,
  examples: [`ekscope ${way} 20261125T141624624Z-b1fad750`],
  help: writingHelp,
  async run(call) {
    const [id = ''] = positionalsOf(this, call.args, 1)
    const record = await (await call.services()).editing.history.get(id)
    const own = new Set(way === 'restore' ? record?.files.map(({ path }) => path) : [])
    // A restore is for files that another program left torn.
    const opened = await openForWriting(call, { mends: ({ path }) => own.has(path) })
    return goBack(call, opened, await writeNamed(opened, id), { way, contexts: null })
  },
})

export const reapply = goingBack(
  'reapply',
  'writes again what a write changed, where another program or an undo put it back',
)
export const restore = goingBack(
  'restore',
  'puts the files back as they were before a write, whatever came since',
)

const noWrite = (message: string) => notFound(message, '`ekscope history` lists the writes.')

/** The parts of a write that an undo needs. */
type Named = Pick<HistoryRecord, 'id' | 'titles' | 'undoes'>

async function writeNamed({ services }: OpenedFiles, id: string): Promise<Named> {
  const { history } = services.editing
  const found = await history.get(id)
  if (found) return found
  const unread = (await history.part()).unread.find((one) => one.id === id)
  throw noWrite(unread === undefined ? `there is no write ${id} in the history.` : `${unreadable(unread)}.`)
}

const unreadable = ({ id, why }: UnreadWrite): string =>
  why === 'newer'
    ? `the write ${id} is of a newer Ekscope: undo it with that one`
    : `the record of the write ${id} is damaged`

/** The next step back or forward among the writes to the files in use, under any of their paths. */
async function lastOf(
  { args }: CommandCall,
  { services, snapshot }: OpenedFiles,
  next: (writes: readonly HistoryRecord[]) => HistoryRecord | null,
  word: string,
): Promise<HistoryRecord> {
  const config = await services.editing.configPath(args.globals.environment)
  const behind = await realTarget(config)
  const files = new Set(snapshot.files.flatMap(({ path, realPath }) => [realPath ?? path]))
  if (behind.ok) files.add(behind.value)
  const missing = snapshot.files.filter(({ realPath }) => realPath === null).map(({ path }) => path)
  const paths = new Set([...missing, config])
  const { records: writes, unread: damaged } = await services.editing.history.part()
  const placeOf = await placesNow(writes)
  const found = next(
    writes.filter(
      (write) =>
        isOurs(write) &&
        write.files.some(({ path, realPath }) => files.has(placeOf(realPath)) || paths.has(path)),
    ),
  )
  const [unread] = damaged
  // It may be the last write to these files, or the undo of the found one.
  if (unread !== undefined && unread.id > (found?.id ?? ''))
    throw noWrite(
      `${unreadable(unread)}, so that it is not known what to ${word}. ${found ? `The write before it is ${found.id}.` : ''}`.trim(),
    )
  if (found) return found
  const names = [...snapshot.files.map(({ path }) => path), config].filter((name) => name !== '').join(', ')
  throw noWrite(`there is no write of Ekscope to ${names} to ${word}.`)
}

/** The undo of this id, or that by which the write of this id was undone. */
async function undoOf(opened: OpenedFiles, id: string): Promise<HistoryRecord> {
  const writes = await opened.services.editing.history.list()
  const [undone, undos] = [undoneIn(writes), undosIn(writes)]
  const found = writes.find(
    (write) =>
      undos.has(write.id) && undone.get(write.id) !== 'whole' && (write.id === id || write.undoes === id),
  )
  if (found) return found
  await writeNamed(opened, id)
  throw noWrite(`${id} is neither an undo that still holds nor a write that is undone.`)
}

async function goBack(
  call: CommandCall,
  { services }: OpenedFiles,
  write: Named,
  { way, contexts }: Pick<UndoTarget, 'way' | 'contexts'>,
): Promise<ExitStatus> {
  const { editing } = services
  const { id } = write
  if (call.args.flag('dry-run')) {
    const plan = orThrow(await editing.planUndo({ id, way, contexts }))
    const [first] = plan.problems
    if (plan.blocked && first)
      throw new Refusal({ message: plan.problems.map(({ message }) => message).join(' '), next: first.next })
    return showPlan(call, plan)
  }
  const consent = sayAdded(call.terminal)
  let titles: readonly string[] = []
  let overTorn = false
  return writeAndReport(call, {
    settings: services.settings,
    titles: () => titles,
    overTorn: () => overTorn,
    saysCurrent: false,
    doubts: [],
    more: { undo: { undoes: id }, restore: { restores: id }, reapply: { reapplies: id } }[way],
    write: async (onWait, permitted) => {
      const sharedAllowed = call.args.flag('apply-to-shared')
      const written = await editing.undo(
        { id, way, contexts, onWait, consent, revisions: null, sharedAllowed, ...permitted },
        call.signal,
      )
      if (written.ok && written.value.kind === 'written') {
        const made = await editing.history.get(written.value.historyId)
        titles = saidOf(way, write, made)
        overTorn = made?.files.some(({ unreadable }) => unreadable !== undefined) ?? false
      }
      return written
    },
  })
}

/** What was done, as the history says it. */
function saidOf(way: UndoTarget['way'], { titles }: Named, made: WholeRecord | null): readonly string[] {
  if (way === 'restore') return titles.map((title) => `restored to before: ${title}`)
  const verb = (title: string) =>
    way === 'reapply' ? 'reapplied' : title.startsWith('Redo') ? 'redone' : 'undone'
  return (made?.titles ?? titles).map((title) => `${verb(title)}: ${plainTitle(title)}`)
}
