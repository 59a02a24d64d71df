/**
 * Everything that can be done, one object each: palette, menus, toolbar and shortcuts share it. An action says
 * whether it makes sense now, and does it; it never asks who called it.
 */
import type { LucideIcon } from 'lucide-react'
import * as icon from 'lucide-react'
import type { EnvironmentName } from '../../shared/identity/identity'
import { type ActionId, textOf, type ViewName } from '../../shared/ipc/actions'
import type { Settings } from '../../shared/ipc/settings'
import { accountOfGroup, type Grouping } from '../rows/arrange'
import { filterValue, withTerm } from '../rows/filter'
import { onDisk, shownOnDisk } from '../rows/on-disk'
import type { Row } from '../rows/rows'
import type { Model } from '../store/model'
import { text } from '../text/page'
import { offeringOn } from '../ui/model'
import type { Action, ActionPart, ShownList } from './action'
import { editActions } from './edit-actions'
import { openFile } from './go-to'
import { commandsFor } from './shell-commands'
import { isOnDisk, targets } from './targets'
import { listOf, type View } from './view'

const withRows = (model: Model) => model.rows.size > 0

const onIdentities = (model: Model) => model.state.getState().page === 'identities'
const onClusters = (model: Model) => model.state.getState().page === 'clusters'
const isProving = (model: Model) => model.identities.state.getState().proving !== null
const isAsking = (model: Model) => {
  const { asking, reading, entering } = model.clusters.state.getState()
  return asking !== null || reading !== null || entering !== null
}
const isLooking = (model: Model) => model.sweeps.state.getState().run !== null

const withTarget = (model: Model) => targets(model).length > 0
const withOne = (model: Model) => targets(model).length === 1

/** Contexts that Verify means: the selection, else all that the filter shows; of these what stands in a file. */
export function toVerify(model: Model): readonly string[] {
  const { selected } = model.state.getState()
  const shown = model.fitting()
  const meant = selected.size > 0 ? shown.filter(({ id }) => selected.has(id)) : shown
  return meant.filter(isOnDisk).map(({ id }) => id)
}

const narrowTo = (model: Model, term: string) =>
  model.setFilter(withTerm(model.state.getState().filter, term))

const environment = (name: EnvironmentName): ActionPart => ({
  icon: icon.Terminal,
  enabled: (model) => model.state.getState().environment !== name,
  run: (model) => void model.setEnvironment(name),
})

const comparison = (name: EnvironmentName): ActionPart => ({
  icon: icon.ArrowLeftRight,
  enabled: (model) => {
    const { environment, compare } = model.state.getState()
    return environment !== name && compare !== name
  },
  run: (model) => void model.setCompare(name),
})

const grouping = (by: Grouping): ActionPart => ({
  icon: icon.Rows3,
  enabled: (model) => withRows(model) && model.state.getState().view.grouping !== by,
  run: (model) => model.setView({ grouping: by }),
})

const theme = (name: Settings['theme'], icon: LucideIcon): ActionPart => ({
  icon,
  enabled: (model) => model.state.getState().settings.theme !== name,
  run: (model) => void model.saveSetting('theme', name),
})

const density = (name: Settings['density']): ActionPart => ({
  icon: icon.Rows3,
  enabled: (model) => model.state.getState().settings.density !== name,
  run: (model) => void model.saveSetting('density', name),
})

/** What brings a view to the front; its keys bring Settings to the front again. */
const goTo = ({ name, title, icon, words }: View): readonly [ViewName, ActionPart] => [
  name,
  {
    place: title,
    icon,
    ...(words === undefined ? {} : { words }),
    enabled: (model) => name === 'settings' || model.state.getState().page !== name,
    run: (model) => model.showPage(name),
  },
]

/** Every action of the window. `views` bring one each. */
export function createActions(shown: ShownList, views: readonly View[]): readonly Action[] {
  const viewNamed = (model: Model) => views.find(({ name }) => name === model.state.getState().page)
  /** The list that is shown with a panel and a filter of its own; null: the contexts, or none. */
  const listShown = (model: Model) => {
    const view = viewNamed(model)
    return view === undefined ? null : listOf(view, model)
  }
  const hasNoList = (model: Model) => viewNamed(model)?.list === null
  const parts: Readonly<Record<Exclude<ActionId, ViewName>, ActionPart>> = {
    palette: {
      icon: icon.Search,
      run: (model) => model.openPalette(!model.state.getState().paletteOpen),
    },
    verify: {
      icon: icon.ShieldCheck,
      enabled: withRows,
      run: (model) => void model.verify(toVerify(model)),
    },
    'verify-target': {
      titleOfMany: text.actions.verifyMany,
      icon: icon.ShieldCheck,
      enabled: withTarget,
      run: (model) => void model.verify(targets(model).map((row) => row.id)),
    },
    cancel: {
      icon: icon.Square,
      enabled: (model) =>
        model.state.getState().runs.length > 0 || isProving(model) || isAsking(model) || isLooking(model),
      run: (model) => {
        model.identities.stopProving()
        model.clusters.stopAsking()
        model.sweeps.stop()
        model.clusters.stopAccess()
        void model.cancel()
      },
    },
    inspect: {
      icon: icon.PanelRight,
      words: 'open close details',
      enabled: (model) => withRows(model) || listShown(model) !== null,
      blockedBy: (model) => (hasNoList(model) ? text.noInspector : null),
      run: (model) => {
        const list = listShown(model)
        if (list !== null) {
          const { inspecting: shows } = list.state.getState()
          list.inspect(!shows)
          if (shows) shown.focusGrid()
          return
        }
        const { inspecting, inspected, cursor } = model.state.getState()
        // The row that has the keyboard before what is selected: the inspector follows it anyway.
        const here = cursor !== null && model.isShown(cursor.item) ? cursor.item : null
        const id = here ?? targets(model)[0]?.id ?? null
        const shows = inspecting && (id === null || id === inspected)
        if (!shows && id === null) model.openInspector()
        else model.inspect(shows ? null : id)
        if (shows) shown.focusGrid()
      },
    },
    filter: {
      icon: icon.Filter,
      enabled: (model) => withRows(model) || listShown(model) !== null,
      run: (model) => {
        if (listShown(model) === null) model.showPage('contexts')
        shown.focusFilter()
      },
    },
    'clear-filter': {
      icon: icon.Filter,
      enabled: (model) => model.state.getState().filter !== '',
      run: (model) => model.setFilter(''),
    },
    'only-trouble': {
      icon: icon.Filter,
      enabled: withRows,
      run: (model) => narrowTo(model, 'is:trouble '),
    },
    'same-identity': {
      icon: icon.Filter,
      enabled: (model) => withOne(model) && (targets(model)[0]?.predicted ?? null) !== null,
      run: (model) => {
        const predicted = targets(model)[0]?.predicted
        // Of all: what is asked already would leave others of them out.
        if (predicted != null) model.setFilter(`predicted:${filterValue(predicted.label)}`)
      },
    },
    'same-account': {
      icon: icon.Filter,
      enabled: (model) => withOne(model) && (targets(model)[0]?.account ?? null) !== null,
      run: (model) => {
        const account = targets(model)[0]?.account ?? null
        if (account !== null) narrowTo(model, `account:${filterValue(account)}`)
      },
    },
    'name-account': {
      icon: icon.Tag,
      enabled: (model) => accountOfGroup(model.state.getState().cursor?.item ?? '') !== null,
      run: (model) => model.startNaming(accountOfGroup(model.state.getState().cursor?.item ?? '')),
    },
    'select-all': {
      icon: icon.SquareCheck,
      enabled: withRows,
      run: (model) => model.select(new Set(shown.ids)),
    },
    'select-none': {
      icon: icon.Square,
      enabled: (model) => model.state.getState().selected.size > 0,
      run: (model) => model.select(new Set()),
    },
    'copy-rows': {
      icon: icon.Table2,
      enabled: withTarget,
      run: () => shown.copyCells(),
    },
    'copy-name': {
      icon: icon.Copy,
      enabled: withOne,
      run: (model) => {
        const [row] = targets(model)
        if (row !== undefined) void model.copy(shownOnDisk(row).name, text.actions.copiedName)
      },
    },
    'copy-arn': {
      icon: icon.ClipboardCopy,
      enabled: (model) => withOne(model) && arnOf(targets(model)[0]) !== null,
      run: (model) => {
        const arn = arnOf(targets(model)[0])
        if (arn !== null) void model.copy(arn, text.actions.copiedArn)
      },
    },
    'copy-whoami': {
      icon: icon.Terminal,
      enabled: (model) => withOne(model) && targets(model).every((row) => onDisk(row) !== null),
      run: (model) => {
        const [row] = targets(model)
        if (row === undefined) return
        const state = model.state.getState()
        const own = state.snapshot?.files.find((file) => file.path === row.entry.origin.file)?.own ?? true
        const command = commandsFor(row, !own, offeringOn(state.app)).find((one) => one.id === 'whoami')
        if (command) void model.copyCommand(command.offer, text.actions.copiedCommand)
      },
    },
    edit: {
      icon: icon.FileText,
      enabled: withOne,
      run: (model) => {
        const file = targets(model)[0]?.entry.origin.file
        if (file !== undefined) void model.editFile(file)
      },
    },
    'open-file': {
      icon: icon.FolderOpen,
      run: (model) => void openFile(model, shown),
    },
    demo: {
      icon: icon.Layers,
      enabled: (model) => model.state.getState().app?.demo === false,
      run: (model) => void model.openDemo(),
    },
    ...editActions(shown),
    'environment-login-shell': environment('login-shell'),
    'environment-app': environment('app'),
    'environment-clean': environment('clean'),
    'compare-login-shell': comparison('login-shell'),
    'compare-app': comparison('app'),
    'compare-clean': comparison('clean'),
    'compare-none': {
      icon: icon.ArrowLeftRight,
      enabled: (model) => model.state.getState().compare !== null,
      run: (model) => void model.setCompare(null),
    },
    variables: {
      icon: icon.Variable,
      run: (model) => model.showVariables(true),
    },
    'reload-environment': {
      icon: icon.RefreshCw,
      run: (model) => void model.reloadEnvironment(),
    },
    'group-account': grouping('account'),
    'group-verdict': grouping('verdict'),
    'group-cluster': grouping('cluster'),
    'group-identity': grouping('identity'),
    'group-file': grouping('file'),
    'group-none': grouping('none'),
    'reset-columns': {
      icon: icon.Columns3,
      enabled: withRows,
      run: (model) => model.resetColumns(),
    },
    prove: {
      icon: icon.ShieldCheck,
      words: 'who aws get-caller-identity',
      enabled: (model) => onIdentities(model) && model.identities.provable().length > 0,
      run: (model) => void model.identities.prove(model.identities.provable().map(({ id }) => id)),
    },
    'ask-clusters': {
      icon: icon.RefreshCw,
      words: 'describe version support reach latency',
      enabled: (model) => onClusters(model) && model.clusters.fitting().length > 0 && !isAsking(model),
      run: (model) => void model.clusters.ask(model.clusters.fitting().map(({ id }) => id)),
    },
    look: {
      icon: icon.Radar,
      words: 'discover find scan sweep',
      enabled: (model) => !isLooking(model),
      run: (model) => {
        model.showPage('discover')
        void model.sweeps.load().then(() => model.sweeps.look())
      },
    },
    looking: {
      icon: icon.Users,
      words: 'discover profiles sessions regions',
      run: (model) => {
        model.showPage('discover')
        model.edits.open({ kind: 'looking', at: 'who' })
      },
    },
    'theme-system': theme('system', icon.SunMoon),
    'theme-light': theme('light', icon.Sun),
    'theme-dark': theme('dark', icon.Moon),
    'density-comfortable': density('comfortable'),
    'density-compact': density('compact'),
  }
  return [...Object.entries(parts), ...views.map(goTo)].map(([id, part]) => {
    const { enabled = () => true, blockedBy = () => null } = part
    const possible = (model: Model) => blockedBy(model) === null && enabled(model)
    return { ...textOf(id), ...part, id, enabled: possible, blockedBy }
  })
}

function arnOf(row: Row | undefined): string | null {
  if (row === undefined) return null
  return row.proven?.arn ?? row.predicted?.arn ?? row.intended?.arn ?? null
}

/** The shortcut that a key press makes, as `Mod+K`; null without a modifier that makes one. */
export function shortcutOf(
  event: Pick<KeyboardEvent, 'key' | 'ctrlKey' | 'metaKey' | 'shiftKey' | 'altKey'>,
  mac: boolean,
): string | null {
  const mod = mac ? event.metaKey : event.ctrlKey
  if (!mod || event.altKey) return null
  const key = event.key.length === 1 ? event.key.toUpperCase() : event.key
  return ['Mod', event.shiftKey ? 'Shift' : '', key].filter(Boolean).join('+')
}
