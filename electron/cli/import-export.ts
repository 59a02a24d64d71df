/** `ekscope import` and `ekscope export`: contexts from and into kubeconfigs outside the list. */
import { changesBetween } from '../../shared/edits/diff'
import { judgedImport } from '../../shared/edits/import'
import { clusterFacts, type ImportedEntries, maskedEntries, userFacts } from '../../shared/trust/introduced'
import { quoted, visible } from '../../shared/visible'
import { exportKubeconfig, exportTarget } from '../editing/export'
import { importedEntries, readImport, standardInput } from '../editing/read-import'
import { readSources } from '../kubeconfig/disk/read-sources'
import { realTarget } from '../kubeconfig/disk/replace'
import { modelOf } from '../kubeconfig/read/edit-model'
import { shownChange } from '../kubeconfig/rewrite/plan-edits'
import { lookupsOf } from '../trust/examine'
import { oneOf, UsageError, usedLikeThis } from './arguments'
import { type Command, orThrow, print, Refusal } from './command'
import { contextsNamed } from './context-named'
import { onConflict } from './move'
import { sentence } from './output'
import { factLines } from './question'
import { bytesOfInput } from './read-input'
import { carryOut, exactly, openForWriting, visibleLines, writingHelp } from './writing'

export const importing: Command = {
  usage: 'import FILE|- [--to FILE] [--on-conflict rename|skip|fail]',
  summary: 'contexts, users and clusters of another kubeconfig (-: from standard input)',
  examples: ['ekscope import team.yaml', 'ekscope import - --on-conflict skip --dry-run'],
  help: {
    '--to FILE': 'the file to import into (default: where kubectl would put new entries)',
    '--on-conflict WAY': 'when another entry has the name: rename (default), skip or fail',
    ...writingHelp,
  },
  async run(call) {
    const { args, terminal } = call
    const [what = ''] = exactly(this, args, 1)
    const conflict = oneOf(args, 'on-conflict', onConflict) ?? 'rename'
    const to = args.text('to')
    if (to === '') throw new UsageError('--to takes the path of a file')
    const from = what === '-' ? null : call.pathOf(what)
    const text = await readText(from, call.signal)
    const opened = await openForWriting(call, { creates: true })
    const { environments, kubeconfig } = opened.services
    const files = kubeconfig.store.inView().files
    const file = to === null ? null : call.pathOf(to)
    const paths = files.map((one) => one.file.path)
    const model = modelOf((await readSources(paths, file === null ? [] : [file])).sources)
    const source = from ?? standardInput
    const { edit, leftOut, collisions, contexts, problems } = orThrow(
      readImport({ text, from, source, file, onConflict: conflict, model }),
    )
    for (const problem of problems) await terminal.err(sentence(`warning: ${problem}`))
    const lookups = lookupsOf((await environments.of(args.globals.environment)).variables)
    const entries = await importedEntries({ edit, text, files, lookups })
    const judged = judgedImport(edit, model)
    const isNew = [...judged.clusters, ...judged.users, ...judged.contexts].some(({ here }) => !here)
    if (isNew && !args.globals.json)
      await terminal.err(entriesText(terminal.errIsTerminal ? entries : maskedEntries(entries)))
    if (conflict === 'rename' && !args.globals.json)
      for (const { name, renamed } of collisions)
        await terminal.err(`${quoted(name)} is taken here and becomes ${quoted(renamed)}.\n`)
    const renamed = conflict === 'rename' ? collisions : []
    const { clusters, users } = maskedEntries(entries)
    const more = { contexts, renamed, problems, clusters, users }
    return carryOut(call, opened, { edits: [edit], doubts: leftOut, more, consent: { kind: 'imported' } })
  },
}

/** Where every token of an import would go, and how its users sign in, before anything is written. */
function entriesText({ clusters, users }: ImportedEntries): string {
  return [...clusters.map(clusterFacts), ...users.map(userFacts)]
    .map((facts) => `${factLines(facts.slice(0, 1), 15).trimStart()}${factLines(facts.slice(1), 13)}`)
    .join('')
}

/** The text of a file or pipe (`<(command)`), or of standard input (null). */
async function readText(path: string | null, signal: AbortSignal): Promise<string> {
  const bytes = await bytesOfInput(path, signal)
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    const message = `${path ?? 'standard input'} is not UTF-8 text.`
    throw new Refusal({ message, next: 'Convert it to UTF-8 first.' })
  }
}

export const exporting: Command = {
  usage: 'export CONTEXT… [--secrets] [--out FILE] [--force]',
  // Taken, as by commands that write a kubeconfig of the list.
  unlisted: {
    'apply-to-shared': { type: 'boolean' },
    'in-place': { type: 'boolean' },
    'lock-wait': { type: 'string' },
  },
  summary: 'a kubeconfig of these contexts alone that needs no other file',
  examples: ['ekscope export prod-readonly', 'ekscope export prod-admin prod-readonly --out both.yaml'],
  help: {
    '--secrets': 'with tokens, passwords and keys (otherwise they are left out, with a note)',
    '--out FILE': 'write this file (0600) instead of standard output',
    '--force': 'also over a file that exists',
    '--dry-run': 'with --out: show what would be written, secrets hidden, and write nothing',
  },
  async run(call) {
    const { args, terminal } = call
    const to = args.text('out')
    // `-` is standard output, as it is standard input for `import -`.
    const out = to === '-' ? null : to
    if (args.positionals.length === 0 || out === '') throw usedLikeThis(this)
    const { snapshot, services } = await openForWriting(call, { reads: true })
    const { store } = services.kubeconfig
    const contexts = contextsNamed(snapshot, args.positionals)
    const resolved = contexts.flatMap(({ id }) => store.inView().view.resolve(id) ?? [])
    const { text, notes } = orThrow(
      await exportKubeconfig(resolved, {
        secrets: args.flag('secrets'),
        files: store.inView().files,
        currentContext: snapshot.currentContext,
      }),
    )
    const say = async () => {
      if (!args.globals.json) for (const note of notes) await terminal.err(sentence(note))
    }
    if (out === null) {
      await say()
      await print(call, { kubeconfig: text, notes, path: null }, () => text, 'data')
      return 0
    }
    // Through a link: the link stays, and its target is written.
    const path = orThrow(await realTarget(call.pathOf(out)))
    const { forbids } = services.editing
    const instead = '`ekscope move`, `ekscope import`'
    const before = orThrow(await exportTarget(path, snapshot.files, instead, forbids))
    if (before !== null && !args.flag('force'))
      throw new Refusal({ message: `${path} already exists.`, next: 'Choose another name, or add --force.' })
    await say()
    if (args.flag('dry-run')) {
      const { unified } = shownChange(path, before, text, changesBetween(before ?? '', text))
      const document = { files: [{ path, diff: unified }], alsoChanges: [], notes }
      await print(call, document, () => visibleLines(unified), 'data')
      return 0
    }
    orThrow(await services.editing.exportTo(path, text, before))
    await print(call, { kubeconfig: null, notes, path }, () => `wrote ${visible(path)}\n`, 'report')
    return 0
  },
}
