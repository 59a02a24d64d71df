/** Reports changes of kubeconfig files, AWS files and decisions, by Ekscope or by another program. */
import { join } from 'node:path'
import { type Packed, pack } from '../../shared/ipc/packed'
import type { SnapshotChange } from '../../shared/kubeconfig/entries'
import { awsPaths } from '../aws/files/paths'
import { programsOnce } from '../aws/installed/which'
import type { Basis } from '../identity/basis'
import type { OverwrittenWrite } from '../kubeconfig/disk/overwritten-writes'
import type { WrittenNow } from '../kubeconfig/disk/write-files'
import { changeInPlaces, changeOfFiles, type FilesInView } from '../kubeconfig/read/changed'
import type { ReadFile } from '../kubeconfig/read/project-snapshot'
import { kubercPath } from '../kubectl/policy'
import type { Environment } from '../system/environment'
import { leadsTo } from '../system/look-path'
import { onAbort } from '../system/on-abort'
import type { KubeconfigFiles } from './kubeconfig-files'

export interface ChangeListener {
  readonly kubeconfig: (change: Packed<SnapshotChange>) => void
  /** Identities must be requested again; the reason is for the log. */
  readonly identity: (reason: string) => void
  readonly failed: (error: unknown) => void
  /** A write of Ekscope left these files so: reported before the changes in them. */
  readonly wrote?: (files: readonly Pick<WrittenNow, 'path' | 'after'>[]) => void
  /** Another program undid something that Ekscope wrote a moment ago. */
  readonly overwritten?: (write: OverwrittenWrite) => void
  /** The history keeps a state that another program made. */
  readonly kept?: () => void
  /** The user's settings are others, also by another window or the terminal. */
  readonly settings?: () => void
}

export type Changes = ReturnType<typeof createChanges>

export interface ChangesOptions extends Pick<Basis, 'environments' | 'home' | 'platform' | 'signal'> {
  readonly files: KubeconfigFiles
  /** The paths of the files with the user's decisions, the identities that the user expects, and the settings. */
  readonly kept: { readonly decisions: string; readonly expectations: string; readonly settings: string }
  /** Writes of Ekscope that another program has undone, each once. */
  readonly overwritten: () => Promise<readonly OverwrittenWrite[]>
  /** Compares two readings of a large fleet outside of this thread; null: the fleet is not large. */
  readonly compare?:
    | ((before: ReadAt, after: ReadAt, signal: AbortSignal) => Promise<Packed<SnapshotChange>> | null)
    | undefined
  /** A change that the watch has seen, for the pages. */
  readonly textOf: (change: SnapshotChange) => Packed<SnapshotChange>
}

/** Files as they were read, and of which snapshot. */
export interface ReadAt {
  readonly revision: number
  readonly files: readonly ReadFile[]
}

export const readAt = ({ files, view }: FilesInView): ReadAt => ({
  revision: view.snapshot.revision,
  files,
})

/** Whether another program caused part of the change, or changed our writes: the watch will not see it any more. */
function isOfOthers(
  announced: FilesInView,
  now: FilesInView,
  written: readonly Pick<WrittenNow, 'path' | 'after'>[],
): boolean {
  const ours = new Map(written.map(({ path, after }) => [path, after]))
  const was = new Map(announced.files.map(({ file, document }) => [file.path, document]))
  return now.files.some(({ file, document }) => {
    const after = ours.get(file.path)
    return after === undefined ? was.get(file.path) !== document : file.revision !== after
  })
}

/**
 * What decides identities in an environment beside kubeconfigs: AWS files and caches, kuberc, and its aws and kubectl, of which
 * another version predicts by other rules or refuses what its kuberc says.
 */
export async function filesBehind(
  environment: Environment,
  home: string,
  platform: NodeJS.Platform,
  of = programsOnce(new Map()),
) {
  const { variables } = environment
  const { home: own, config, credentials, loginCache } = awsPaths(variables, home, platform)
  const [ssoCache, alias] = [join(own, '.aws', 'sso', 'cache'), join(own, '.aws', 'cli', 'alias')]
  const programs = [(await of(environment, {}).of('aws'))?.path, await leadsTo('kubectl', variables)]
  return {
    aws: [config, credentials, ssoCache, alias, loginCache, kubercPath(variables)?.path ?? []].flat(),
    roleCache: join(own, '.aws', 'cli', 'cache'),
    programs: programs.flatMap((path) => path ?? []),
  }
}

/** Nothing is followed before `watch`. */
export function createChanges(options: ChangesOptions) {
  const { files, environments, home, platform, signal } = options
  let listener: ChangeListener | null = null

  async function reload(
    reason: string,
    written: readonly Pick<WrittenNow, 'path' | 'after'>[] = [],
  ): Promise<void> {
    if (written.length > 0) listener?.wrote?.(written)
    const before = files.store.inView()
    await files.load()
    if (listener === null) return
    const [announced, now] = [files.store.announced(), files.store.inView()]
    if (now !== announced) await announceFrom(announced, now, listener)
    listener.identity(reason)
    // What another view loaded without a report may be any program's change, also below a write of ours.
    if (before !== announced || isOfOthers(announced, now, written)) reportOverwritten(listener)
  }

  async function announceFrom(
    announced: FilesInView,
    now: FilesInView,
    { kubeconfig }: ChangeListener,
  ): Promise<void> {
    kubeconfig(await changeTo(announced, now))
    // What was read meanwhile was not reported to the listener.
    if (files.store.inView() === now) files.store.announce()
  }

  /** Where all entries have to be compared, another thread does it: this one handles the keys of the window. */
  async function changeTo(before: FilesInView, now: FilesInView): Promise<Packed<SnapshotChange>> {
    const quick = changeInPlaces(before, now)
    if (quick !== null) return pack(quick)
    try {
      const there = options.compare?.(readAt(before), readAt(now), signal) ?? null
      if (there !== null) return await there
    } catch (error) {
      if (signal.aborted) throw error
      // Even if the thread failed, what is on disk is shown.
      listener?.failed(error)
    }
    return pack(changeOfFiles(before, now))
  }

  function reportOverwritten({ overwritten, failed }: ChangeListener): void {
    if (overwritten) void options.overwritten().then((writes) => writes.forEach(overwritten), failed)
  }

  /** `filesBehind` for every environment, each path once. */
  async function awsFiles() {
    const of = programsOnce(new Map())
    const all = await Promise.all(
      (await environments.all()).map((environment) => filesBehind(environment, home, platform, of)),
    )
    const each = (paths: (one: (typeof all)[number]) => readonly string[]) => [...new Set(all.flatMap(paths))]
    return {
      aws: each(({ aws }) => aws),
      roleCaches: each(({ roleCache }) => [roleCache]),
      programs: each(({ programs }) => programs),
    }
  }

  async function watch(next: ChangeListener): Promise<void> {
    const [{ watchKubeconfigs }, { watchStamps }] = await Promise.all([
      import('../kubeconfig/disk/watch'),
      import('../system/watch-stamps'),
    ])
    if (signal.aborted) return
    listener = next
    const kubeconfigs = watchKubeconfigs({
      store: files.store,
      paths: () => files.listed().map(({ path }) => path),
      announce: (change) => {
        next.kubeconfig(options.textOf(change))
        reportOverwritten(next)
      },
      failed: next.failed,
    })
    files.onListed(kubeconfigs.follow)
    const { aws, roleCaches, programs } = await awsFiles()
    const stamps = [
      watchStamps(
        () => aws,
        () => next.identity('AWS files or kuberc'),
      ),
      watchStamps(
        () => programs,
        () => next.identity('aws or kubectl itself'),
      ),
      // aws writes here with many checks, and only removed files count.
      watchStamps(
        () => roleCaches,
        () => next.identity('cached roles'),
        { quietMs: 10_000 },
      ),
      watchStamps(files.folders, () => void reload('folders').catch(next.failed)),
      watchStamps(
        () => [options.kept.decisions],
        () => void reload('trust').catch(next.failed),
      ),
      watchStamps(
        () => [options.kept.expectations],
        () => next.identity('expected'),
      ),
      watchStamps(
        () => [options.kept.settings],
        () => next.settings?.(),
      ),
    ]
    onAbort(signal, () => {
      kubeconfigs.close()
      for (const { stop } of stamps) stop()
    })
    await Promise.all(stamps.map(({ looked }) => looked))
  }

  return {
    /**
     * Loads, and reports changes to the listener. `written`: the states that a write of Ekscope has just left;
     * where another program was faster than this reading, what it undid is reported too.
     */
    reload,
    /** Follows kubeconfig files, AWS files and the user's decisions until the signal fires. */
    watch,
  }
}
