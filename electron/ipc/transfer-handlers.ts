/** Main's answers about import and export: what is read for an import stays here whole, the page gets it masked. */
import { randomUUID } from 'node:crypto'
import type { Edit, ImportEdit } from '../../shared/edits/edit'
import { withEntries } from '../../shared/edits/import'
import type { ExportAnswer, ImportAnswer, ImportFrom, ImportOffer } from '../../shared/ipc/payloads'
import { type KeptLoss, type KeptSteps, unpackedSteps } from '../../shared/ipc/stored-edits'
import type { EntryId } from '../../shared/kubeconfig/entries'
import { assertNever, type Fault, fail, fault, ok, type Result, refuse } from '../../shared/result'
import type { KeptImport } from '../editing/pending-store'
import type { Services } from '../editing/services'
import type { Call, Handlers } from './router'

/** What import and export need of the desktop. */
export interface TransferDesktop {
  readonly readClipboard: () => Promise<string>
  readonly copy: (text: string) => void
  readonly chooseFile: (page: number, title: string) => Promise<string | null>
  readonly chooseFolder: TransferDesktop['chooseFile']
  /** The save dialog, which asks before it returns an existing file; null when cancelled. */
  readonly chooseTarget: (page: number, name: string, title: string) => Promise<string | null>
  /** Asks in a dialog that no page can draw; false when the user declines. */
  readonly confirm: (
    page: number,
    question: { readonly message: string; readonly detail: string; readonly yes: string },
  ) => Promise<boolean>
}

/** Imports that are kept for edits not yet written. */
const mostImports = 50
/** Of one drop, characters. */
const mostDropped = 64 * 1024 * 1024

interface Text {
  readonly text: string
  readonly from: string | null
  /** Of the file. */
  readonly revision: string
}

/** What import and export are made of. */
export interface Transfer extends Pick<Services, 'kubeconfig' | 'environments' | 'editing'> {
  readonly desktop: TransferDesktop
  /** Imports that were read, whole and as the page has them; the page names each by `source`. The last requested come last. */
  readonly imports: Map<
    string,
    { readonly whole: ImportEdit; readonly shown: ImportEdit; readonly kept: KeptImport }
  >
}

/** The page's edits with the entries that were read for its imports. A page cannot add entries that it made up. */
export function wholeEdits(
  { imports }: Pick<Transfer, 'imports'>,
  edits: readonly Edit[],
): Result<readonly Edit[]> {
  const made: Edit[] = []
  for (const edit of edits) {
    if (edit.kind !== 'import-entries') {
      made.push(edit)
      continue
    }
    const read = imports.get(edit.source)
    if (read === undefined)
      return refuse('not-found', 'What was read for this import is no longer kept.', 'Import it again.')
    imports.delete(edit.source)
    imports.set(edit.source, read)
    made.push(withEntries(edit, read.whole))
  }
  return ok(made)
}

/** What the user pointed at, as text; null when the dialog was cancelled. */
async function read(
  { desktop }: Transfer,
  from: ImportFrom,
  { page, dropped }: Call,
): Promise<readonly Result<Text>[] | null> {
  switch (from) {
    case 'clipboard':
      return [ok({ text: await desktop.readClipboard(), from: null, revision: '' })]
    case 'dialog': {
      const chosen = await desktop.chooseFile(page, 'Import a kubeconfig')
      return chosen === null ? null : readFiles([chosen])
    }
    case 'drop': {
      const paths = dropped()
      return paths.length === 0 ? [fail(noFile())] : readFiles(paths)
    }
    default:
      return assertNever(from)
  }
}

async function readImports(
  transfer: Transfer,
  from: ImportFrom,
  pending: readonly Edit[],
  call: Call,
): Promise<Result<ImportAnswer | null>> {
  const before = wholeEdits(transfer, pending)
  if (!before.ok) return before
  const texts = await read(transfer, from, call)
  if (texts === null) return ok(null)
  const named = texts.map((found) => (found.ok ? ok({ ...found.value, source: randomUUID() }) : found))
  return ok(await offered(transfer, named, before.value))
}

/** The imports that these texts offer on top of these edits; they stay here, whole. */
async function offered(
  { imports, editing, environments }: Transfer,
  texts: readonly Result<Text & Pick<KeptImport, 'source'>>[],
  before: readonly Edit[],
): Promise<ImportAnswer> {
  const offers: ImportOffer[] = []
  const refused: Fault[] = []
  // The commands of an import are looked up in the user's environment, for which the login shell is waited for.
  await environments.of('login-shell')
  const { variables } = await environments.usersOwn()
  const all = await editing.ask('imported', { texts, before, variables })
  for (const [at, made] of all.entries()) {
    const read = texts[at]
    if (made.ok && read?.ok) {
      const { whole, offer } = made.value
      const { source, from, revision } = read.value
      const contexts = whole.contexts.map(({ name }) => name)
      imports.set(source, { whole, shown: offer.edit, kept: { source, from, revision, contexts } })
      offers.push(offer)
    } else if (!made.ok) refused.push(made.fault)
  }
  // They hold secrets, and the page may read as many as it likes.
  for (const old of imports.keys()) if (imports.size > mostImports) imports.delete(old)
  return { offers, refused }
}

/** Whether the import of an ended window was read again: the very file, and nothing else by that name. */
async function isBack(
  transfer: Transfer,
  { source, from, revision }: KeptImport,
  pending: readonly Edit[],
): Promise<boolean> {
  const [read] = from === null ? [] : await readFiles([from])
  if (!read?.ok || read.value.revision !== revision) return false
  const place = pending.findIndex((edit) => edit.kind === 'import-entries' && edit.source === source)
  const before = pending
    .slice(0, Math.max(0, place))
    .filter((edit) => edit.kind !== 'import-entries' || transfer.imports.has(edit.source))
  const on = wholeEdits(transfer, before)
  return on.ok && (await offered(transfer, [ok({ ...read.value, source })], on.value)).offers.length > 0
}

/** Reads again what imports added and is no longer here. Returns what was pending of it and cannot be restored. */
export async function readAgain(
  transfer: Transfer,
  kept: readonly KeptImport[],
  steps: KeptSteps | null,
): Promise<readonly KeptLoss[]> {
  const pending = ((steps && unpackedSteps(steps)?.pending) ?? []).map(({ edit }) => edit)
  const lost: KeptLoss[] = []
  for (const one of kept) {
    if (transfer.imports.has(one.source) || (await isBack(transfer, one, pending))) continue
    const { from, source, contexts } = one
    if (!pending.some((edit) => edit.kind === 'import-entries' && edit.source === source)) continue
    lost.push(from === null ? { kind: 'clipboard', contexts } : { kind: 'file', from, contexts })
  }
  return lost
}

async function exported(
  { desktop, kubeconfig, editing }: Transfer,
  ids: readonly EntryId[],
  secrets: boolean,
  to: 'file' | 'clipboard',
  page: number,
): Promise<Result<ExportAnswer | null>> {
  const { exportTarget } = await import('../editing/export')
  const made = await editing.ask('exported', { contexts: ids, secrets })
  if (made === null) return refuse('not-found', 'None of these contexts exists any more.', 'Choose again.')
  if (!made.ok) return made
  const { text, notes, first, count } = made.value
  // Every program can read the clipboard, a page too: so main asks the user itself.
  if (to === 'clipboard' && secrets && !(await desktop.confirm(page, secretsQuestion(count)))) return ok(null)
  const path =
    to === 'file'
      ? await desktop.chooseTarget(
          page,
          `${first}.kubeconfig`,
          // The title says what the page asked for, which may differ from what the user chose there.
          secrets ? 'Save as a kubeconfig, with its secrets' : 'Save as a kubeconfig, without secrets',
        )
      : null
  if (to === 'file' && path === null) return ok(null)
  if (path === null) {
    desktop.copy(text)
    return ok({ path, notes })
  }
  const there = await exportTarget(
    path,
    kubeconfig.store.snapshot().files,
    '“Move to another file…”, “Import a kubeconfig…”',
    editing.forbids,
  )
  if (!there.ok) return there
  const written = await editing.exportTo(path, text, there.value)
  return written.ok ? ok({ path, notes }) : written
}

/** By what a file of each kind begins. */
const pictures = {
  svg: { begins: '<svg xmlns="http://www.w3.org/2000/svg" ', encoding: 'utf8' },
  png: { begins: 'iVBORw0KGgo', encoding: 'base64' },
} as const

async function savedPicture(
  { desktop, kubeconfig, editing }: Transfer,
  { kind, data }: { readonly kind: keyof typeof pictures; readonly data: string },
  page: number,
): Promise<Result<{ readonly path: string } | null>> {
  const { begins, encoding } = pictures[kind]
  if (!data.startsWith(begins))
    return refuse('bad-request', 'What was to be saved is not such a picture.', 'Try again.')
  const path = await desktop.chooseTarget(page, `ekscope-map.${kind}`, 'Save the map')
  if (path === null) return ok(null)
  const { exportTarget } = await import('../editing/export')
  const there = await exportTarget(
    path,
    kubeconfig.store.snapshot().files,
    '“Import a kubeconfig…”',
    editing.forbids,
  )
  if (!there.ok) return there
  const written = await editing.exportTo(path, Buffer.from(data, encoding), there.value)
  return written.ok ? ok({ path }) : written
}

/** Where the imports among these edits came from. */
export const importsOf = ({ imports }: Transfer, steps: KeptSteps): readonly KeptImport[] =>
  steps.edits.flatMap(({ edit }) =>
    edit.kind === 'import-entries' ? (imports.get(edit.source)?.kept ?? []) : [],
  )

export const transferHandlers = (
  transfer: Transfer,
): Pick<Handlers, 'import.read' | 'import.again' | 'export.make' | 'export.picture'> => ({
  'import.again': ({ sources }) => ok(sources.flatMap((source) => transfer.imports.get(source)?.shown ?? [])),
  'import.read': ({ from, edits }, call) => readImports(transfer, from, edits, call),
  'export.picture': (picture, { page }) => savedPicture(transfer, picture, page),
  'export.make': ({ contexts, secrets, to }, { page }) => exported(transfer, contexts, secrets, to, page),
})

/** Each file as text, or why it was not read. */
async function readFiles(paths: readonly string[]): Promise<readonly Result<Text>[]> {
  const { readKubeconfig } = await import('../kubeconfig/disk/read-file')
  let length = 0
  const read = async (path: string): Promise<Result<Text>> => {
    if (length > mostDropped)
      return refuse(
        'unreadable',
        `${path} was not read: together the dropped files are larger than 64 MiB.`,
        'Drop fewer files at once.',
      )
    // Bounded, and never from a pipe: a folder of another user may hold anything.
    const reading = await readKubeconfig(path)
    if (reading.problem !== null) return refuse('unreadable', reading.problem.message, reading.problem.next)
    const { text } = reading.content
    length += text.length
    return ok({ text, from: path, revision: reading.revision() })
  }
  const texts: Result<Text>[] = []
  for (const path of paths) texts.push(await read(path))
  return texts
}

const noFile = (): Fault =>
  fault(
    'bad-request',
    'What was dropped is not a file on this computer.',
    'Save that as a file, and drop the file.',
  )

const secretsQuestion = (count: number) => ({
  message: count === 1 ? 'Copy a context with its secrets?' : `Copy ${count} contexts with their secrets?`,
  detail:
    'Every program can read the clipboard, and some keep what was on it. With that copy anyone can act as these contexts.',
  yes: 'Copy with secrets',
})
