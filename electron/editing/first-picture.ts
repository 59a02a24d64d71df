/**
 * What a window shows first of a fleet that it has shown before. The snapshot is decided by the files alone, byte by byte; and the
 * report, beside these, by who acts by each form of user, whom the user expects, and what AWS files call things. That is little: it
 * is found anew at each start, of an excerpt of the files, and where all of it is as it was, so is the report. Then nobody finds
 * thirty thousand entries before the first picture. Whatever differs, all is worked out as ever. Before a picture is kept the
 * excerpt has to say what the files say.
 */
import { createHash } from 'node:crypto'
import { readFileSync, statSync } from 'node:fs'
import type { EnvironmentName } from '../../shared/identity/identity'
import type { IdentityReport } from '../../shared/ipc/contract'
import type { Packed } from '../../shared/ipc/packed'
import type { EntryId, Snapshot } from '../../shared/kubeconfig/entries'
import type { AwsFiles } from '../aws/files/files'
import { programsOnce } from '../aws/installed/which'
import { asWritten } from '../identity/as-written'
import { type MetUser, usersMet } from '../identity/assemble'
import { awsFilesOnce } from '../identity/aws-files-once'
import { readOf } from '../identity/entry-program'
import { hashFiles } from '../identity/fingerprint'
import { factsOf } from '../kubeconfig/read/file-facts'
import { LateDocument } from '../kubeconfig/read/late-document'
import type { ReadFile } from '../kubeconfig/read/snapshot'
import type { TextOfBytes } from '../kubeconfig/read/text-of-bytes'
import { viewOf } from '../kubeconfig/read/view'
import { type Excerpt, excerptsOf, filesOfExcerpts, type Slice, sliceOf } from './excerpt'
import { type Picture, readPicture, writePicture } from './picture-file'
import { type FilesRead, type MadeReport, type ReportTask, reportMade, snapshotOf } from './planning'
import type { CurrentOf } from './planning-messages'

export interface FirstPictures {
  /** That file is, as far as its size and time tell, the one that was shown: it need not be read ahead. */
  expects(path: string): boolean
  /** A text that main has read; null where it is to be looked at now. */
  take(path: string, content: TextOfBytes): LateDocument | null
  /** What was shown of these very files; null: it is to be made, and `made` says what. */
  snapshot(
    read: FilesRead,
  ): { readonly snapshot: Packed<Snapshot>; readonly current: readonly CurrentOf[] } | null
  made(read: FilesRead, snapshot: Packed<Snapshot>): void
  report(task: ReportTask, read: FilesRead, signal: AbortSignal): Promise<Packed<IdentityReport>>
  /** Contexts were checked since, where that is in the environment of the last report. */
  printed(task: ReportTask, read: FilesRead): void
  /** Nothing is asked: keeps what the next start shows, where that is not what this one did. */
  rest(): Promise<void>
}

/** The revision of what a window shows first. */
const firstRevision = 1

/** More users that act like no other are not worth an excerpt. */
const mostUsers = 1_000

interface Shown {
  readonly task: ReportTask
  readonly read: FilesRead
  /** Null: it was not made, or not of all contexts that were checked by now. */
  readonly made: MadeReport | null
}

/** `path`: where it is kept; null keeps nothing. `program`: the built file whose doing it is. */
export function openFirstPictures(path: string | null, program: string): FirstPictures {
  let kept: Picture | null | undefined
  const bytes = new Map<string, Buffer>()
  /** Nobody may have looked at them yet. */
  const late: LateDocument[] = []
  /** The revision of the files of which it was shown. */
  let stands: number | null = null
  let shown: Shown | null = null
  /** As it was made for this window, until that is kept. */
  let first: Packed<Snapshot> | null = null
  /** The one that the last report was of. */
  let environment: EnvironmentName | null = null
  /** The contexts of which that and what was asked since have fingerprints. */
  let prints: readonly EntryId[] = []
  let hash: string | null = null

  function programHash(): string | null {
    try {
      hash ??= createHash('sha1').update(readFileSync(program)).digest('hex')
    } catch {
      // Of a program that cannot be read nobody knows whether it is the same.
    }
    return hash
  }

  function load(): Picture | null {
    if (kept === undefined) {
      const by = path === null ? null : programHash()
      kept = path === null || by === null ? null : readPicture(path, by)
    }
    return kept
  }

  /** Who acts now by the users of an excerpt; null where it cannot be told. */
  async function usersIn(
    excerpts: readonly Excerpt[],
    { environment, home, platform, asked, words, now }: ReportTask,
    files: readonly ReadFile[],
    slices: (path: string) => Slice | null,
    signal: AbortSignal,
  ): Promise<{ readonly users: readonly MetUser[]; readonly aws: AwsFiles } | null> {
    const alone = filesOfExcerpts(excerpts, files, slices)
    if (alone === null) return null
    const view = viewOf(0, alone)
    const aws = awsFilesOnce(home, platform, signal)
    const users = await usersMet({
      snapshot: view.snapshot,
      resolved: view.resolved(),
      environment,
      aws,
      programs: programsOnce(asked),
      trust: null,
      words,
      now,
    })
    return { users, aws: await aws(environment, {}) }
  }

  async function sameReport(
    { excerpts, expects, named, printed, key }: Picture,
    task: ReportTask,
    { files }: FilesRead,
    signal: AbortSignal,
  ): Promise<boolean> {
    const known = new Set<EntryId>(printed)
    if (!task.checked.every((id) => known.has(id))) return false
    // A small file was not sent ahead: it is here as a document.
    const texts = slicesOf(files)
    const slices = (of: string): Slice | null => {
      const found = bytes.get(of)
      return found ? (from, to) => found.toString('utf8', from, to) : texts(of)
    }
    const found = await usersIn(excerpts, task, files, slices, signal)
    if (found === null) return false
    const ground = { ...found, expects, named: await hashFiles(named) }
    return reportKey({ ...task, checked: printed }, ground) === key
  }

  /** What the next start compares with; null where it would not find the same, or nothing is won. */
  async function pictureOf({ task, read, made }: Shown): Promise<Picture | null> {
    const never = new AbortController().signal
    const { report, users, expects, named, aws } = made ?? (await reportMade(task, read, never))
    const facts = factsKey(read.files)
    const key = reportKey(task, { users, expects, named, aws })
    if (facts === null || key === null || users.length > mostUsers) return null
    const excerpts = excerptsOf(
      users.map(({ resolved }) => resolved),
      read.files,
    )
    if (excerpts === null) return null
    const again = await usersIn(excerpts, task, read.files, slicesOf(read.files), never)
    if (again === null || !sameUsers(again.users, users)) return null
    if (reportKey(task, { ...again, expects, named }) !== key) return null
    return {
      facts,
      stamps: read.files.flatMap(({ file }) => stampOf(file.path) ?? []),
      current: read.files.map(({ file }) => ({ path: file.path, currentContext: file.currentContext })),
      excerpts,
      key,
      expects,
      named: [...named.keys()],
      printed: [...task.checked],
      snapshot: (read.revision === firstRevision ? first : null) ?? (await snapshotOf(read, firstRevision)),
      report,
    }
  }

  return {
    expects(of) {
      const now = load()?.stamps.find((stamp) => stamp.path === of)
      const found = now && stampOf(of)
      return found?.bytes === now?.bytes && found?.modified === now?.modified && now !== undefined
    },
    take(of, content) {
      if (content.encoding !== 'utf-8' || !this.expects(of)) return null
      bytes.set(of, content.bytes)
      const document = new LateDocument(of, content)
      late.push(document)
      return document
    },
    snapshot(read) {
      const picture = load()
      if (picture === null || read.revision !== firstRevision || picture.facts !== factsKey(read.files))
        return null
      stands = read.revision
      for (const { document } of read.files) {
        const current = picture.current.find(({ path: of }) => of === document?.file)
        if (document instanceof LateDocument && current !== undefined) document.tell(current)
      }
      return picture
    },
    made(read, made) {
      first = read.revision === firstRevision ? made : null
    },
    async report(task, read, signal) {
      environment = task.environment.name
      const picture = kept ?? null
      const stood = picture !== null && stands === read.revision
      // What goes wrong with an excerpt goes wrong with the whole for itself, or does not.
      if (stood && (await sameReport(picture, task, read, signal).catch(() => false))) {
        shown = null
        prints = picture.printed
        return picture.report
      }
      const made = await reportMade(task, read, signal)
      shown = { task, read, made }
      prints = task.checked
      return made.report
    },
    printed(task, read) {
      if (task.environment.name !== environment) return
      const checked = [...new Set([...prints, ...task.checked])]
      if (checked.length === prints.length) return
      prints = checked
      shown = { task: { ...task, checked }, read, made: null }
    },
    async rest() {
      const now = shown
      shown = null
      bytes.clear()
      // Before somebody asks for something of them.
      for (const document of late) document.count('context')
      late.length = 0
      // Whoever asks once more is answered by main, which has it.
      if (environment !== null) kept = null
      if (environment !== null && now === null) first = null
      const by = path === null || now === null ? null : programHash()
      if (path === null || now === null || by === null) return
      // What cannot be kept is worked out at the next start.
      const picture = await pictureOf(now).catch(() => null)
      first = null
      if (picture !== null) await writePicture(path, by, picture)
    },
  }
}

/** The texts of these files, by their places in bytes. */
function slicesOf(files: readonly ReadFile[]): (path: string) => Slice | null {
  const documents = new Map(files.flatMap(({ document }) => (document ? [[document.file, document]] : [])))
  return (path) => {
    const document = documents.get(path)
    return document === undefined ? null : sliceOf(document.text)
  }
}

/** All of what they say: what makes no difference to who acts now may make one at the next start. */
const sameUsers = (some: readonly MetUser[], others: readonly MetUser[]): boolean =>
  some.length === others.length && some.every((one, at) => saidBy(one) === saidBy(others[at]))

const saidBy = (user: MetUser | undefined): string | null => {
  const raw = user?.resolved.rawUser
  return raw ? JSON.stringify([user.resolved.userFile?.path, asWritten(raw)]) : null
}

function stampOf(path: string): Picture['stamps'][number] | null {
  try {
    const { size, mtimeMs } = statSync(path)
    return { path, bytes: size, modified: mtimeMs }
  } catch {
    return null
  }
}

/** Of all that is known of files without a look at their entries; null where one was made of no reading. */
function factsKey(files: readonly ReadFile[]): string | null {
  const facts = files.map(({ file, document }) => [factsOf(file), document !== null])
  return facts.some(([of]) => of === null) ? null : keyOf(facts)
}

/** What a report stands on beside the files. */
interface Ground extends Pick<MadeReport, 'users' | 'expects' | 'named' | 'aws'> {}

/** A hash of what a report stands on beside the files, and the contexts whose fingerprints it has; null where that cannot be told. */
function reportKey(
  { environment, home, platform, trust, words, seenNames, checked }: ReportTask,
  { users, expects, named, aws }: Ground,
): string | null {
  const { name, fingerprint, readable, problem } = environment
  const files: AwsFiles[] = [aws]
  const acting = users.map(({ who }) => {
    // Of the way to credentials a report says what it was predicted by; of the program what was read of it; of the sign-in nothing, but
    // fingerprints stand on it.
    const { actor: _, chain: __, files: own, program, signIn, ...says } = who
    const at = files.indexOf(own)
    const place = at < 0 ? files.push(own) - 1 : at
    const sure = checked.length === 0 ? null : signIn
    return [says, program && [readOf(program), program.version], place, sure]
  })
  return keyOf([
    [name, fingerprint, readable, problem],
    [home, platform, trust, words, seenNames, named],
    acting,
    // Their profiles are what these bytes say. What is cached decides who acts, and with that it is told, but for whom to expect.
    files.map(({ profiles: _, ssoSessions: __, services: ___, caches, ...rest }) => [
      rest,
      expects ? caches : null,
    ]),
  ])
}

const byName = ([one]: readonly unknown[], [other]: readonly unknown[]): number =>
  String(one) < String(other) ? -1 : 1

/** Null where something in it is more than a value. */
function keyOf(value: unknown): string | null {
  let isValue = true
  const text = JSON.stringify(value, (_, one: unknown) => {
    // What is found by its name may have been read in any order.
    if (one instanceof Map) return ['map', ...[...one].sort(byName)]
    if (one instanceof Set) return ['set', ...one]
    if (typeof one === 'function' || typeof one === 'symbol') isValue = false
    if (typeof one === 'object' && one !== null && !Array.isArray(one)) {
      if (Object.getPrototypeOf(one) !== Object.prototype) isValue = false
    }
    return one
  })
  return isValue ? createHash('sha256').update(text).digest('hex') : null
}
