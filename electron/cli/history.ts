/** `ekscope history`, `undo`, `restore`: what Ekscope wrote, and back. */
import type { ExternalChange, HistoryEntry } from '../../shared/ipc/payloads'
import { ok } from '../../shared/result'
import { visible } from '../../shared/visible'
import { externalChanges } from '../kubeconfig/disk/external-changes'
import type { UndoWay } from '../kubeconfig/disk/undo'
import { UsageError } from './arguments'
import { type Command, type CommandCall, type ExitStatus, Refusal } from './command'
import { json, sentence, table } from './output'
import {
  finish,
  type Opened,
  openForWriting,
  showPlan,
  visibleLines,
  writingHelp,
  writingOptions,
} from './writing'

export const history: Command = {
  name: 'history',
  usage: 'history [ID] [--purge]',
  summary: "Ekscope's writes, newest first; with an ID, the diff of that write",
  options: { purge: { type: 'boolean' }, 'dry-run': { type: 'boolean' } },
  help: [
    ['--purge', 'forget all writes, with the copies of files and the secrets in them'],
    ['--dry-run', 'with --purge: say how many writes there are, and forget none'],
  ],
  async run({ args, terminal, services }) {
    const [id, ...more] = args.positionals
    const purge = args.flag('purge')
    if (more.length > 0 || (purge && id !== undefined))
      throw new UsageError(`“ekscope history” is used as: ekscope ${this.usage}`)
    const { editing } = await services()
    if (purge) {
      const writes = await editing.historyView.list()
      const purged = args.flag('dry-run') ? ok(writes.length) : await editing.history.purge()
      if (!purged.ok) throw new Refusal(purged.fault)
      const count = purged.value
      const verb = args.flag('dry-run') ? 'would be forgotten' : 'forgotten'
      await terminal.out(
        args.globals.json
          ? json({ purged: args.flag('dry-run') ? 0 : count, writes: count })
          : `${count} ${count === 1 ? 'write' : 'writes'} ${verb}.\n`,
      )
      return 0
    }
    if (id !== undefined) {
      const shown = await editing.historyView.show(id)
      if (!shown.ok) throw new Refusal(shown.fault)
      const { files } = shown.value
      await terminal.out(
        args.globals.json
          ? json({ id, files: files.map(({ path, unified }) => ({ path, diff: unified })) })
          : files.map(({ unified }) => visibleLines(unified)).join(''),
      )
      return 0
    }
    const writes = await editing.historyView.list()
    const outside = await externalChanges(editing.history, await editing.history.list())
    if (args.globals.json) await terminal.out(json({ writes, outside }))
    else if (writes.length === 0) await terminal.out('Ekscope has written nothing here yet.\n')
    else {
      for (const one of outside) await terminal.err(sentence(externalSentence(one)))
      await terminal.out(table(['ID', 'WHEN', 'BY', 'WHAT', 'LINES', 'FILES', ''], writes.map(row)))
    }
    return 0
  },
}

/** External changes stand here too: what another program overwrote may have gone unnoticed. */
function externalSentence({ after, path, removed, changed, added, unknown }: ExternalChange): string {
  const names = (verb: string, entries: ExternalChange['removed']) =>
    entries.length === 0
      ? []
      : [`${verb} ${shortened(entries.map(({ kind, name }) => `${kind} “${name}”`)).join(', ')}`]
  const what = [...names('removed', removed), ...names('changed', changed), ...names('added', added)]
  const rest = what.length > 0 ? what.join('; ') : 'changed its text only'
  return `after ${after} another program wrote ${path}: ${rest}${unknown ? '; the file could not be read afterwards' : ''}.`
}

const shortened = (names: readonly string[]) =>
  names.length <= 12 ? names : [...names.slice(0, 12), `${names.length - 12} more`]

function row({ id, at, by, titles, files, uncertain, undoes, restores }: HistoryEntry): readonly string[] {
  const added = files.reduce((sum, file) => sum + file.added, 0)
  const removed = files.reduce((sum, file) => sum + file.removed, 0)
  const [first = '', ...others] = titles
  const marks = [
    ...(undoes === null ? [] : [`undoes ${undoes}`]),
    ...(restores === null ? [] : [`restores ${restores}`]),
    ...(files.some(({ othersBefore }) => othersBefore) ? ['external change before it'] : []),
    ...(uncertain ? ['interrupted'] : []),
  ]
  return [
    id,
    new Date(at).toISOString().replace('T', ' ').slice(0, 19),
    by,
    others.length === 0 ? first : `${first} (and ${others.length} more)`,
    `+${added} -${removed}`,
    files.map(({ path }) => path).join(', '),
    marks.join(', '),
  ]
}

export const undo: Command = {
  name: 'undo',
  usage: 'undo [ID]',
  summary: 'undoes a write where that still fits (no ID: the last write to the files in use)',
  options: writingOptions,
  help: writingHelp,
  async run(call) {
    const { positionals } = call.args
    if (positionals.length > 1) throw new UsageError(`“ekscope undo” is used as: ekscope ${this.usage}`)
    const opened = await openForWriting(call)
    return undoOrRestore(call, opened, await chosen(opened, positionals[0]), 'undo')
  },
}

export const restore: Command = {
  name: 'restore',
  usage: 'restore ID',
  summary: 'puts the files back as they were before a write, whatever came since',
  options: writingOptions,
  help: writingHelp,
  async run(call) {
    const [id, ...more] = call.args.positionals
    if (id === undefined || more.length > 0)
      throw new UsageError(`“ekscope restore” is used as: ekscope ${this.usage}`)
    const record = await (await call.services()).editing.history.get(id)
    const own = new Set(record?.files.map(({ path }) => path))
    // A file that another program left torn is what a restore is for.
    const opened = await openForWriting(call, { mends: ({ path }) => own.has(path) })
    return undoOrRestore(call, opened, await chosen(opened, id), 'restore')
  },
}

/** The write with this id; without an id, the last one to the files in use. */
async function chosen({ services, snapshot }: Opened, id: string | undefined): Promise<HistoryEntry> {
  const writes = await services.editing.historyView.list()
  const files = new Set(snapshot.files.map(({ path }) => path))
  const found = writes.find((write) =>
    id === undefined ? write.files.some(({ path }) => files.has(path)) : write.id === id,
  )
  if (found) return found
  throw new Refusal({
    message:
      id === undefined
        ? `there is no write of Ekscope to ${[...files].join(', ')} to undo.`
        : `there is no write ${id} in the history.`,
    next: '`ekscope history` lists the writes.',
  })
}

async function undoOrRestore(
  call: CommandCall,
  { services }: Opened,
  write: HistoryEntry,
  way: UndoWay,
): Promise<ExitStatus> {
  const { editing } = services
  if (call.args.flag('dry-run')) {
    const plan = await editing.planUndo(write.id, way)
    if (!plan.ok) throw new Refusal(plan.fault)
    return showPlan(call, plan.value)
  }
  const verb = way === 'undo' ? 'undone' : 'restored to before'
  return finish(call, {
    titles: write.titles.map((title) => `${verb}: ${visible(title)}`),
    doubts: [],
    more: way === 'undo' ? { undoes: write.id } : { restores: write.id },
    write: (onWait, inPlace) =>
      editing.undo(
        { id: write.id, way, onWait, revisions: null, ...(inPlace ? { inPlace } : {}) },
        call.signal,
      ),
  })
}
