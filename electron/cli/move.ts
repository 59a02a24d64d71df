/** `ekscope move` and `scatter`: contexts into other files, with their users and clusters, relative paths rewritten. */

import path from 'node:path'
import { Draft } from '../../shared/edits/draft'
import type { Edit } from '../../shared/edits/edit'
import type { ModelEntry } from '../../shared/edits/model'
import { sameJson } from '../../shared/json'
import type { EntryId } from '../../shared/kubeconfig/entries'
import { rebaseEntry } from '../../shared/kubeconfig/relative-paths'
import { option } from '../../shared/shell/offered-command'
import { named, quoted } from '../../shared/visible'
import { readSources } from '../kubeconfig/disk/read-sources'
import { modelOf } from '../kubeconfig/read/edit-model'
import { fileNameOf } from '../system/file-name'
import { offered } from '../system/offer'
import { oneOf, usedLikeThis } from './arguments'
import type { Command } from './command'
import { contextsNamed } from './contexts-by-name'
import { carryOut, type Doubt, openForWriting, writingHelp } from './writing'

export const onConflict = ['rename', 'skip', 'fail'] as const
export type OnConflict = (typeof onConflict)[number]

const conflictHelp = {
  '--on-conflict WAY': 'when that file has an entry of the same name: rename (default), skip or fail',
}

export const move: Command = {
  usage: 'move CONTEXT… --to FILE [--on-conflict rename|skip|fail]',
  summary: 'contexts to another file, with their users and clusters',
  examples: ['ekscope move stage stage-admin --to ~/.kube/stage'],
  help: {
    '--to FILE': 'the target file; created (0600) when it does not exist',
    ...conflictHelp,
    ...writingHelp,
  },
  async run(call) {
    const { args } = call
    const to = args.text('to')
    const conflict = oneOf(args, 'on-conflict', onConflict) ?? 'rename'
    if (args.positionals.length === 0 || !to) throw usedLikeThis(this)
    const file = call.pathOf(to)
    const opened = await openForWriting(call)
    const { snapshot } = opened
    const contexts = contextsNamed(snapshot, args.positionals)
    const paths = snapshot.files.map(({ path }) => path)
    const { sources } = await readSources(paths, [file])
    const ids = contexts.map(({ id }) => id)
    const { edits, doubts } = movesFor(new Draft(modelOf(sources)), ids, file, conflict)
    if (!paths.includes(file)) {
      doubts.push({
        message: `${named(file)} is not one of the files in use: kubectl will not see these contexts unless KUBECONFIG or --kubeconfig names that file.`,
        next: `To add the file after the others: ${offered('export', `KUBECONFIG=${[...paths, file].join(':')}`)}.`,
      })
    }
    return carryOut(call, opened, { edits, doubts })
  },
}

export const scatter: Command = {
  usage: 'scatter [CONTEXT…] --to FOLDER [--on-conflict rename|skip|fail]',
  summary: 'each context to a file of its own, with what it needs',
  examples: ['ekscope scatter --to ~/.kube/clusters --dry-run'],
  help: {
    '--to FOLDER':
      'the folder of these files, which are named as the contexts; created when it does not exist',
    ...conflictHelp,
    ...writingHelp,
  },
  async run(call) {
    const { args } = call
    const to = args.text('to')
    const conflict = oneOf(args, 'on-conflict', onConflict) ?? 'rename'
    if (!to) throw usedLikeThis(this)
    const folder = call.pathOf(to)
    const opened = await openForWriting(call)
    const { snapshot } = opened
    const { positionals } = args
    // Also those that another file hides: left behind, they would take the names of those that went.
    const contexts = positionals.length > 0 ? contextsNamed(snapshot, positionals) : snapshot.contexts
    const files = fileNames(contexts.map(({ name }) => name)).map((name) => path.join(folder, name))
    const { sources } = await readSources(
      snapshot.files.map(({ path }) => path),
      files,
    )
    const draft = new Draft(modelOf(sources))
    const moves = contexts.map(({ id }, at) => movesFor(draft, [id], files[at] ?? '', conflict))
    const doubts = moves.flatMap((one) => one.doubts)
    doubts.push({
      message:
        'kubectl reads no folder: it sees such a context only where KUBECONFIG or --kubeconfig names its file.',
      next: `To see them all: ${offered('ekscope', 'list', option('--kubeconfig', folder))}.`,
    })
    return carryOut(call, opened, { edits: moves.flatMap(({ edits }) => edits), doubts })
  },
}

/** A file name for each context, no two alike. */
function fileNames(contexts: readonly string[]): readonly string[] {
  const taken = new Set<string>()
  return contexts.map((context) => {
    const safe = fileNameOf(context, 60)
    // Some file systems do not distinguish capital letters from small ones.
    for (let n = 1; ; n++) {
      const name = `${safe}${n === 1 ? '' : `-${n}`}.yaml`
      if (taken.has(name.toLowerCase())) continue
      taken.add(name.toLowerCase())
      return name
    }
  })
}

/** The move, after the renames that make room for it; `doubts`: what was skipped. */
function movesFor(draft: Draft, contexts: readonly EntryId[], file: string, conflict: OnConflict) {
  const there = draft.file(file)
  const target = draft.scopeAt(file)
  const edits: Edit[] = []
  const left: string[] = []
  const moving: EntryId[] = []
  const renamed = new Set<EntryId>()
  const chosen = new Set(contexts)
  /** An entry that other contexts still use stays in its file, and needs no other name. */
  const stays = (entry: ModelEntry): boolean =>
    draft.scopeOf(entry) === target && draft.usersOf(entry).some(({ id }) => !chosen.has(id))
  /** A name that is free in its own file, where it is renamed first, and in the target. */
  const freeName = (entry: ModelEntry): string => {
    const scopes = [draft.scopeOf(entry), target]
    for (let i = 2; ; i++) {
      const name = `${entry.name}-${i}`
      if (!scopes.some((scope) => scope.taken(entry.kind, name))) return name
    }
  }
  for (const id of contexts) {
    const context = draft.get(id)
    if (!context) continue
    const movesFile = draft.fileOf(id)?.path !== file
    const taken = movesFile && there?.context.some(({ name }) => name === context.name) === true
    if (taken && conflict === 'skip') {
      left.push(context.name)
      continue
    }
    moving.push(id)
    if (conflict !== 'rename') continue
    if (taken) {
      const name = freeName(context)
      edits.push({ kind: 'rename-context', context: id, name, cascade: false })
    }
    for (const kind of ['user', 'cluster'] as const) {
      const entry = draft.behind(context, kind)
      const from = entry ? draft.fileOf(entry.id)?.path : undefined
      if (!entry || from === undefined || from === file || renamed.has(entry.id) || stays(entry)) continue
      const other = there?.[kind].find(({ name }) => name === entry.name)
      if (!other || sameJson(other.value, rebaseEntry(kind, entry.value, from, file))) continue
      renamed.add(entry.id)
      const name = freeName(entry)
      edits.push(
        kind === 'user'
          ? { kind: 'rename-user', user: entry.id, name }
          : { kind: 'rename-cluster', cluster: entry.id, name },
      )
    }
  }
  if (moving.length > 0) edits.push({ kind: 'move-contexts', contexts: moving, file })
  const doubts: Doubt[] = left.map((name) => ({
    message: `${file} already has a context ${quoted(name)}, so the context of that name was not moved.`,
    next: 'Rename the context first, or run the command without --on-conflict skip.',
  }))
  return { edits, doubts }
}
