/** Main's answers to the page: one line per request, each to the service that knows. */
import { lstat } from 'node:fs/promises'
import { isAbsolute } from 'node:path'
import { markText } from '../../shared/identity/production'
import type { AppState, KubeconfigPlace, UpdatesState, WhoamiProgress } from '../../shared/ipc/contract'
import { pack } from '../../shared/ipc/packed'
import type { SettingName, Settings } from '../../shared/ipc/settings'
import { isBeside, partsOfId } from '../../shared/kubeconfig/entries'
import { fail, ok, type Result, refuse } from '../../shared/result'
import {
  type ShownQuestion,
  shownClearChecks,
  shownPattern,
  shownUnguard,
  shownUnguardKubectl,
  shownUnmark,
  shownUpdates,
} from '../../shared/trust/question-text'
import { visible } from '../../shared/visible'
import type { Services } from '../editing/services'
import { currentContexts } from '../state/current-contexts'
import type { FirstRunOptions } from '../state/first-run'
import { ownData } from '../state/own-data'
import type { DataFolder } from '../system/data-folder'
import { environmentFacts } from '../system/environment'
import { codeOf, ioFault } from '../system/errno'
import { type Asking, createAsking, type ShowQuestion } from '../trust/asking'
import { createClusterHandlers } from './cluster-handlers'
import { createCodes } from './codes'
import { createEditingHandlers } from './edit-handlers'
import { createExpectedHandlers } from './expected-handlers'
import { createFindingHandlers } from './finding-handlers'
import { createIdentityHandlers } from './identity-handlers'
import { declined, inEnvironment } from './page-services'
import { createReportHandlers } from './report-handlers'
import type { Call, Handlers } from './router'
import { createSignInHandlers, type SignInDesktop } from './sign-in-handlers'
import { createSweepHandlers } from './sweep-handlers'
import type { TransferDesktop } from './transfer-handlers'
import { createWrites } from './writes'

/** What only the windowing system can do, and what only main knows of the app. */
export interface Desktop extends TransferDesktop, SignInDesktop {
  readonly facts: Pick<AppState, 'version' | 'demo' | 'standInElectron'>
  /** The window's own colours (its first paint, menus, dialogs) and the app's updates follow the settings. */
  readonly follow: (settings: Settings) => void
  /** Opens a file in the user's editor; a sentence when that failed. */
  readonly edit: (path: string) => Promise<string | null>
  /** Asks the user in a window that no page can draw or answer. */
  readonly ask: ShowQuestion
  /** Brings the question that is open to the front. */
  readonly showQuestion: () => void
  /** The save dialog for a new kubeconfig, in the folder of `beside`; null when cancelled. */
  readonly chooseNewFile: (page: number, beside: string | null) => Promise<string | null>
  readonly updates: () => Promise<UpdatesState>
  readonly openDemo: (page: number) => Promise<Result<null>>
}

/** What the page is shown of the machine. */
export interface PageMachine extends FirstRunOptions {
  readonly folder: DataFolder
}

/** The handlers of one room. */
export function createHandlers(services: Services, machine: PageMachine, desktop: Desktop): Handlers {
  const { settings, environments, kubeconfig, shown, checker, trust, editing } = services
  const codes = createCodes()
  const current = currentContexts(machine.folder)
  const asking = createAsking({
    trust,
    // For contexts that were read for the question, names are not looked up again.
    nameOf: (context) => partsOfId(context)?.name ?? null,
    show: desktop.ask,
  })
  const writes = createWrites(services, asking)
  const placeChosen = choosing(services, machine, desktop, asking)

  return {
    'app.state': async () => ok(await appState(services, machine, desktop)),
    'app.ready': () => ok(null),
    'app.updates': async () => ok(await desktop.updates()),
    'app.copy': ({ text }) => {
      desktop.copy(text)
      return ok(null)
    },
    'data.load': async () => ok(await ownData(machine.folder.path)),
    'settings.load': async () => ok(await settings.load()),
    'settings.save': async (change, call) => {
      const question = loosening[change.key]?.((await settings.load())[change.key], change.value) ?? null
      if (question !== null) {
        const asked = await asking.once(question, call)
        if (!asked.ok) return asked
        if (!asked.value) return fail(declined('The setting stays as it was.'))
      }
      const saved = await settings.save(change)
      if (saved.ok) desktop.follow(saved.value)
      return saved
    },
    'accounts.name': ({ account, name }) => settings.nameAccounts({ [account]: name }),
    'production.mark': async ({ marks, on }, { page, signal }) => {
      if (on) return settings.markProduction(marks, on)
      const asked = await asking.once(shownUnmark(marks.map(markText)), { page, signal })
      if (!asked.ok) return asked
      return asked.value ? settings.markProduction(marks, on) : fail(declined('It is still production.'))
    },
    'kubeconfig.load': async () => ok(await shown.snapshot()),
    'kubeconfig.entry': async ({ id }) => found(await shown.entryText(id), 'That entry no longer exists.'),
    'kubeconfig.open': async ({ what }, call) => {
      const chosen = await placeChosen(what, call)
      if (!chosen.ok) return chosen
      if (chosen.value === null) return ok(pack(null))
      const opened = await kubeconfig.open(chosen.value)
      return opened.ok ? ok(await shown.snapshot()) : opened
    },
    'kubeconfig.create': (_, { page }) => nameFile(page),
    'kubeconfig.close': async ({ path }) => {
      const closed = await kubeconfig.close(path)
      return closed.ok ? ok(await shown.snapshot()) : closed
    },
    'kubeconfig.edit': ({ path }) => edit(path),
    'identity.load': async ({ environment, had }) => ok(await shown.report(environment, had)),
    'identity.first': async () => ok(await shown.report((await settings.load()).environment)),
    'identity.fingerprints': async ({ environment, contexts }) =>
      ok(await shown.fingerprints(environment, contexts)),
    'views.count': async ({ environment }) => ok(await shown.counts(environment)),
    'environment.load': async () => ok((await environments.all()).map(environmentFacts)),
    'environment.reload': async () => {
      environments.reload()
      return ok((await environments.all()).map(environmentFacts))
    },
    'whoami.run': ({ run, contexts, environment, again, code }, call) =>
      inEnvironment(services, environment, async () => {
        const onProgress = (progress: WhoamiProgress) => call.emit('whoami.progress', progress)
        const credentials = code === undefined ? null : codes.take(call.page, code, environment)
        const questions = await asking.commands({ contexts, environment, again }, call)
        const wanted = { run, contexts, environment, credentials, onProgress, questions }
        const { summary, asked } = await checker.run(wanted, call.signal)
        return asked.ok ? ok(summary) : asked
      }),
    'contexts.recent': async () => {
      const snapshot = kubeconfig.store.snapshot()
      const name = await shown.current()
      await current.saw(snapshot, name)
      // The page, which has all contexts, skips those that are gone: nothing is looked up here for a few names.
      return ok(await current.before(snapshot, name, () => true))
    },
    'checks.load': async () => ok(await checker.kept()),
    'checks.clear': async (_, { page, signal }) => {
      const asked = await asking.once(shownClearChecks((await checker.kept()).length), { page, signal })
      if (!asked.ok) return asked
      return asked.value ? services.clearChecks() : fail(declined('The results of checks are still there.'))
    },
    'question.show': () => {
      desktop.showQuestion()
      return ok(null)
    },
    'trust.askDestination': async ({ context }, call) => {
      const allowed = await asking.destination(context, call)
      return allowed.ok ? ok(allowed.value ? await shown.snapshot() : pack(null)) : allowed
    },
    'trust.forget': ({ fingerprint }) => trust.forget(fingerprint),
    'trust.list': async () => ok(await trust.list()),
    ...createExpectedHandlers(services, asking),
    ...createFindingHandlers(services, asking),
    ...createReportHandlers(services, { version: desktop.facts.version, home: machine.home }, desktop),
    ...createIdentityHandlers(services, asking),
    ...createClusterHandlers(services, asking),
    ...createSignInHandlers(services, desktop, codes),
    ...createSweepHandlers(services, asking),
    'doctor.look': async ({ clockIn }, { signal }) => {
      const { doctorChecks } = await import('../state/doctor')
      await kubeconfig.load()
      return ok(await doctorChecks(services.trees, machine.folder.path, clockIn, signal))
    },
    'demo.open': (_, { page }) => desktop.openDemo(page),
    ...createEditingHandlers(services, asking, desktop, writes),
  }

  async function nameFile(page: number): Promise<Result<string | null>> {
    const { files } = await kubeconfig.load()
    const beside = files.find((file) => !isBeside(file))
    const path = await desktop.chooseNewFile(page, beside?.path ?? null)
    if (path === null || files.some((file) => file.path === path)) return ok(path)
    const forbidden = await editing.forbids(path)
    if (forbidden !== null) return fail(forbidden)
    const there = await isThere(path)
    if (!there.ok) return there
    if (there.value)
      return refuse(
        'not-allowed',
        `${path} is there already.`,
        'Open it first, or choose another name for the new file.',
      )
    await kubeconfig.plan(path)
    return ok(path)
  }

  // A path of the list only: the page must not open arbitrary files.
  async function edit(path: string): Promise<Result<null>> {
    if (!kubeconfig.store.snapshot().files.some((file) => file.path === path))
      return refuse('not-found', `${path} is not among the open files.`, 'Open it first.')
    const problem = await desktop.edit(path)
    return problem === null
      ? ok(null)
      : refuse('unreadable', problem, `Open ${path} in an editor of your choice.`)
  }
}

/** The file, folder or pattern that the user opens; null: cancelled. Main asks about a pattern, because the page sends it. */
function choosing(
  { kubeconfig, environments }: Services,
  { home }: PageMachine,
  { chooseFile, chooseFolder }: Desktop,
  asking: Asking,
) {
  return async (what: KubeconfigPlace, { page, signal }: Call): Promise<Result<string | null>> => {
    if (what === 'file') return ok(await chooseFile(page, 'Open a kubeconfig'))
    if (what === 'folder') return ok(await chooseFolder(page, 'Open a folder of kubeconfigs'))
    const { variables } = await environments.usersOwn()
    const pattern = what.pattern.trim().replace(/^~(?=[/\\])/, variables.HOME ?? home)
    if (!isAbsolute(pattern))
      return refuse('bad-request', `${visible(pattern)} is not an absolute path.`, 'Begin it with / or ~/.')
    const files = await kubeconfig.find(pattern)
    if (files === null || files.length === 0)
      return refuse(
        'not-found',
        `No kubeconfig was found by ${visible(pattern)}.`,
        '* stands for any letters of one name, ** for any folders between, {a,b} for a or b.',
      )
    const asked = await asking.once(shownPattern(pattern, files), { page, signal })
    if (!asked.ok) return asked
    return asked.value ? ok(pattern) : fail(declined('Nothing was opened.'))
  }
}

/** What no page loosens unasked: the question about it; null where that value loosens nothing. */
const loosening: Partial<Record<SettingName, (now: unknown, value: string) => ShownQuestion | null>> = {
  unattended: (now, value) => (now === 'refuse' && value !== 'refuse' ? shownUnguard : null),
  kubectlInShells: (now, value) => (now === 'ask' && value !== 'ask' ? shownUnguardKubectl : null),
  updates: (now, value) => (now === 'off' && value !== 'off' ? shownUpdates : null),
}

/** Whether anything has that name, a link to nothing too. */
async function isThere(path: string): Promise<Result<boolean>> {
  try {
    await lstat(path)
    return ok(true)
  } catch (error) {
    return codeOf(error) === 'ENOENT' ? ok(false) : fail(ioFault(path, error))
  }
}

const found = <T>(value: T | null, message: string): Result<T> =>
  value === null ? refuse('not-found', message, 'Load the files again.') : ok(value)

async function appState(
  { environments, kubeconfig, shown }: Services,
  { platform, home, folder }: PageMachine,
  { facts }: Desktop,
): Promise<AppState> {
  const { variables } = await environments.usersOwn()
  await kubeconfig.load()
  return {
    ...facts,
    platform: platform === 'darwin' || platform === 'win32' ? platform : 'linux',
    home: variables.HOME ?? home,
    lookedFor: await shown.lookedFor(),
    awaitsShell: kubeconfig.waitsForShell(),
    dataFolder: folder.path,
  }
}
