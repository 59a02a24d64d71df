/** The kubeconfig files that Ekscope shows: the list of an environment, and the files, folders and patterns that the user opened. */
import { dirname, resolve } from 'node:path'
import { type EntryId, isBeside, type Snapshot } from '../../shared/kubeconfig/entries'
import { ok, type Result, refuse } from '../../shared/result'
import type { Environments } from '../identity/environments'
import { kubeconfigsIn, placeBefore } from '../kubeconfig/disk/kubeconfig-folder'
import { createKubeconfigStore, type StoreOptions } from '../kubeconfig/disk/kubeconfig-store'
import { type ListedFile, locateKubeconfigs } from '../kubeconfig/disk/locate'
import type { FilesInView } from '../kubeconfig/read/changed'
import { type ResolvedContext, resolvedIn } from '../kubeconfig/read/kubeconfig-view'
import type { Environment, Variables } from '../system/environment'
import type { Trust, TrustDecisions } from '../trust/decisions'
import type { OpenedFiles } from './opened-files'

export type KubeconfigFiles = ReturnType<typeof createKubeconfigFiles>

export interface KubeconfigFilesOptions {
  /** The variables that this process was started with. */
  readonly variables: Variables
  readonly home: string
  readonly platform: NodeJS.Platform
  readonly cwd: string
  /** `--kubeconfig`. */
  readonly explicit: string | null
  /**
   * `app`: KUBECONFIG and HOME of this process count, and opened files do not (the terminal). `login-shell`: the login shell's
   * count, else this process's (the window). A slow shell is not waited for: what it names is shown once it has answered.
   */
  readonly filesOf: 'app' | 'login-shell'
  readonly environments: Pick<Environments, 'usersOwn' | 'of' | 'hasShellAnswered'>
  /** The login shell has answered after files were shown without it. */
  readonly onLateShell: () => void
  readonly opened: OpenedFiles
  readonly decisions: TrustDecisions
  /** Compares two readings of a large fleet outside of this thread. */
  readonly compare?: StoreOptions['compare']
  readonly lateFrom: StoreOptions['lateFrom']
  /** Looks contexts up outside of this thread, of a large fleet. */
  readonly resolves?:
    | ((contexts: readonly EntryId[], of: FilesInView) => Promise<readonly ResolvedContext[]>)
    | undefined
  /** Reads in the place of the disk. */
  readonly read?: StoreOptions['read']
  /** The files are going to be written to. */
  readonly writes?: boolean | undefined
}

/** The files of one machine. Touches the disk when first loaded. */
export function createKubeconfigFiles(options: KubeconfigFilesOptions) {
  const { variables, home, platform, cwd, explicit, filesOf, environments, opened, decisions } = options
  // The store asks synchronously, so both are updated before each load.
  let listed: readonly ListedFile[] = []
  let trustsFile: Trust['trustsFile'] = () => false
  const planned = new Set<string>()
  let places: readonly string[] = []
  let folders: readonly string[] = []
  let heard = () => {}
  const store = createKubeconfigStore({
    list: () => listed,
    trustedFile: (file) => trustsFile(file),
    compare: options.compare,
    read: options.read,
    lateFrom: options.lateFrom,
    // A command writes at most once, and is over then; a window is open for hours.
    keepsBytes: filesOf === 'app' && options.writes === true,
  })

  let begun = false
  /** Most login shells name the files that this process would use: they are read while the shell is asked. */
  function begin(): void {
    if (begun || filesOf === 'app') return
    begun = true
    store.expect(locateKubeconfigs({ explicit, home, cwd, platform, variables, opened: [] }))
  }

  let waits = false
  /** Tells once of a shell that answers after files were read without it. */
  function awaitShell(): void {
    const waited = waits
    waits = !environments.hasShellAnswered()
    if (waits && !waited) void environments.of('login-shell').then(options.onLateShell)
  }

  async function byShell() {
    const named = windowVariables(await environments.usersOwn(), variables)
    awaitShell()
    return { variables: named, opened: await filesOpened(), toMake: [...planned] }
  }

  /** The opened files, and those of each opened folder or pattern. */
  async function filesOpened(): Promise<readonly Omit<ListedFile, 'own'>[]> {
    const all = await Promise.all(
      (await opened.load()).map(async (path) => ({ path, found: await kubeconfigsIn(path) })),
    )
    places = all.flatMap(({ path, found }) => (found === null ? [] : [path]))
    folders = [...new Set(all.flatMap(({ path, found }) => (found === null ? [] : foldersOf(path, found))))]
    return all.flatMap(({ path, found }): readonly Omit<ListedFile, 'own'>[] =>
      found === null
        ? [{ path, source: 'opened' }]
        : found.map((file) => ({ path: file, source: 'folder', foundBy: path })),
    )
  }

  async function load(): Promise<Snapshot> {
    begin()
    const where = filesOf === 'app' ? { variables, opened: [] } : await byShell()
    const folder = explicit === null || options.read ? null : await kubeconfigsIn(resolve(cwd, explicit))
    listed = locateKubeconfigs({ explicit, folder, home, cwd, platform, ...where })
    heard()
    trustsFile = (await decisions.load()).trustsFile
    return store.load()
  }

  const isOpened = (path: string) =>
    listed.some(({ path: one, source }) => one === path && source === 'opened')

  return {
    store,
    /** The files as the environment names them and the opened ones; as of the last load. */
    listed: (): readonly ListedFile[] => listed,
    /** Folders in which a kubeconfig may appear that is shown then; as of the last load. */
    folders: (): readonly string[] => folders,
    /** `hear` is called whenever another list of files was located; one listener at a time. */
    onListed: (hear: () => void): void => {
      heard = hear
    },
    /** Begins to read what most login shells name; the first load does so, too. */
    begin,
    /** Reads what changed; gives the whole. */
    load,
    /** The files were read before the login shell, which is to name them, had answered. */
    waitsForShell: (): boolean => waits,
    /** Reads the files that count, however long the login shell takes to name them: for writes. */
    async loadNamed(): Promise<Snapshot> {
      if (filesOf === 'login-shell') await environments.of('login-shell')
      return load()
    },
    /** Of these contexts those that are there, each once, of the files as they were read last. */
    async resolved(contexts: readonly EntryId[]): Promise<readonly ResolvedContext[]> {
      const of = store.inView()
      return options.resolves?.(contexts, of) ?? resolvedIn(of.view, contexts)
    },
    /** The kubeconfigs that a pattern names now; null: none. */
    find: kubeconfigsIn,
    /** Adds a file that the user chose, or each of a folder or pattern, to those of the list, as foreign ones. */
    async open(path: string): Promise<Result<Snapshot>> {
      const kept = await opened.add(path)
      return kept.ok ? ok(await load()) : kept
    },
    /**
     * Takes a file that the user wants made for an opened one; it is not there yet, and is forgotten with this process unless
     * something is written to it.
     */
    async plan(path: string): Promise<void> {
      planned.add(path)
      await load()
    },
    /**
     * What was written, null where the file was removed. Files that were planned are opened ones from now on, and opened ones
     * whose creation was undone are planned again.
     */
    async wrote(files: readonly { readonly path: string; readonly after: string | null }[]): Promise<void> {
      for (const { path, after } of files) {
        // Where that cannot be stored the file is shown until this process ends.
        if (after !== null && planned.has(path) && (await opened.add(path)).ok) planned.delete(path)
        // A redo writes it once more.
        else if (after === null && isOpened(path) && (await opened.remove(path)).ok) planned.add(path)
      }
    },
    /** Removes an opened file, folder or pattern from the list; `not-found` for any other. */
    async close(path: string): Promise<Result<Snapshot>> {
      const file = store.snapshot().files.find((one) => one.path === path)
      if (!places.includes(path) && (file === undefined || !isBeside(file) || file.foundBy !== undefined))
        return refuse('not-found', `${path} was not opened here.`, 'Only opened files can be closed.')
      if (planned.delete(path)) return ok(await load())
      const kept = await opened.remove(path)
      return kept.ok ? ok(await load()) : kept
    },
  }
}

/** KUBECONFIG and HOME of the login shell, as a new terminal's kubectl would take them; else the app's. */
function windowVariables(shell: Environment, app: Variables): Variables {
  const { KUBECONFIG = app.KUBECONFIG, HOME = app.HOME } = shell.variables
  return {
    ...app,
    ...(KUBECONFIG === undefined ? {} : { KUBECONFIG }),
    ...(HOME === undefined ? {} : { HOME }),
  }
}

/** The folder itself; of a pattern, where it begins and where its files are. */
const foldersOf = (place: string, found: readonly string[]): readonly string[] => [
  place,
  placeBefore(place),
  ...found.map((file) => dirname(file)),
]
