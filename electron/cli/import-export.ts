/** `ekscope import` and `ekscope export`: contexts from and into kubeconfigs outside the list. */
import { applyEdits } from '../../shared/edits/apply-edits'
import { changesBetween } from '../../shared/edits/diff'
import { judgedImport } from '../../shared/edits/import'
import {
  clusterFacts,
  type ImportedEntries,
  maskedEntries,
  userFacts,
} from '../../shared/trust/added-by-write'
import { quoted, visible } from '../../shared/visible'
import { exportKubeconfig, exportTarget } from '../editing/export'
import { importedEntries, type ReadImport, readImport, standardInput } from '../editing/read-import'
import { readSources } from '../kubeconfig/disk/read-sources'
import { realTarget } from '../kubeconfig/disk/replace'
import { modelOf } from '../kubeconfig/read/edit-model'
import { shownChange } from '../kubeconfig/rewrite/plan-edits'
import { lookupsOf } from '../trust/examine'
import { oneOf, UsageError, usedLikeThis } from './arguments'
import { type Command, type CommandCall, orThrow, print, Refusal } from './command'
import { contextsNamed } from './contexts-by-name'
import { onConflict } from './move'
import { sentence } from './output'
import { factLines } from './question'
import { bytesOfInput } from './read-input'
import { carryOut, exactPositionals, openForWriting, visibleLines, writingHelp } from './writing'

const conflictHelp = {
  '--on-conflict WAY': 'when another entry has the name: rename (default), skip or fail',
}

export const importing: Command = {
  usage: 'import FILE|- [--to FILE] [--on-conflict rename|skip|fail]',
  summary: 'contexts, users and clusters of another kubeconfig (-: from standard input)',
  examples: ['ekscope import team.yaml', 'ekscope import - --on-conflict skip --dry-run'],
  help: {
    '--to FILE': 'the file to import into (default: where kubectl would put new entries)',
    ...conflictHelp,
    ...writingHelp,
  },
  run: (call) => importAll(call, exactPositionals(importing, call.args, 1), call.args.text('to')),
}

export const merge: Command = {
  usage: 'merge FILE… --to FILE [--on-conflict rename|skip|fail]',
  summary: 'several kubeconfigs into one; they stay as they are',
  examples: ['ekscope merge team.yaml ~/.kube/config --to ~/.kube/all'],
  help: {
    '--to FILE': 'the file to merge into; created (0600) when it does not exist',
    ...conflictHelp,
    ...writingHelp,
  },
  run(call) {
    const { positionals } = call.args
    const to = call.args.text('to')
    if (positionals.length === 0 || positionals.includes('') || to === null) throw usedLikeThis(merge)
    return importAll(call, positionals, to)
  },
}

/** Imports these kubeconfigs (-: standard input) in one write, each over those before it. */
async function importAll(call: CommandCall, sources: readonly string[], to: string | null) {
  const { args, terminal } = call
  const conflict = oneOf(args, 'on-conflict', onConflict) ?? 'rename'
  if (to === '') throw new UsageError('--to takes the path of a file')
  const texts: { readonly from: string | null; readonly text: string }[] = []
  for (const source of sources) {
    const from = source === '-' ? null : call.pathOf(source)
    texts.push({ from, text: await readText(from, call.signal) })
  }
  const opened = await openForWriting(call, { creates: true })
  const { environments, kubeconfig } = opened.services
  const files = kubeconfig.store.inView().files
  const file = to === null ? null : call.pathOf(to)
  const paths = files.map((one) => one.file.path)
  let model = modelOf((await readSources(paths, file === null ? [] : [file])).sources)
  const lookups = lookupsOf((await environments.of(args.globals.environment)).variables)
  const reads: (ReadImport & ImportedEntries)[] = []
  for (const { from, text } of texts) {
    const source = from ?? standardInput
    const read = orThrow(readImport({ text, from, source, file, onConflict: conflict, model }))
    const { edit, collisions, problems } = read
    for (const problem of problems) await terminal.err(sentence(`warning: ${problem}`))
    const entries = await importedEntries({ edit, text, files, lookups })
    const judged = judgedImport(edit, model)
    const isNew = [...judged.clusters, ...judged.users, ...judged.contexts].some(({ here }) => !here)
    if (isNew && !args.globals.json)
      await terminal.err(entriesText(terminal.errIsTerminal ? entries : maskedEntries(entries)))
    if (conflict === 'rename' && !args.globals.json)
      for (const { name, renamed } of collisions)
        await terminal.err(`${quoted(name)} is taken here and becomes ${quoted(renamed)}.\n`)
    reads.push({ ...read, ...maskedEntries(entries) })
    model = applyEdits(model, [edit]).model
  }
  return carryOut(call, opened, {
    edits: reads.map(({ edit }) => edit),
    doubts: reads.flatMap(({ leftOut }) => leftOut),
    more: {
      contexts: reads.flatMap(({ contexts }) => contexts),
      renamed: conflict === 'rename' ? reads.flatMap(({ collisions }) => collisions) : [],
      problems: reads.flatMap(({ problems }) => problems),
      clusters: reads.flatMap(({ clusters }) => clusters),
      users: reads.flatMap(({ users }) => users),
    },
    consent: { kind: 'imported' },
  })
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
  // Accepted as by commands that write a kubeconfig of the list, without a line in the help.
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
