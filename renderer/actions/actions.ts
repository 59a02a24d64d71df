/**
 * All actions, one object each: palette, menus, toolbar and shortcuts share them. An action says whether it makes sense
 * now, and does it; it does not depend on its caller.
 */

import type { LucideIcon } from 'lucide-react'
import * as icon from 'lucide-react'
import type { EnvironmentName } from '../../shared/identity/identity'
import { type ActionId, type CopyId, textOf, type ViewName } from '../../shared/ipc/actions-and-views'
import type { Settings } from '../../shared/ipc/settings'
import type { Offer } from '../../shared/shell/offered-command'
import { accountOfGroup, type Grouping } from '../rows/arrange'
import { filterValue, withTerm } from '../rows/filter'
import { shownOnDisk } from '../rows/on-disk'
import type { Row } from '../rows/rows'
import type { RunKind } from '../store/app-state'
import { askAws, matchingClusters } from '../store/cluster-store'
import { provable, prove } from '../store/identity-store'
import { reloadEnvironment, setCompare, setEnvironment } from '../store/loading'
import { runOf, stop } from '../store/run'
import { search } from '../store/sweep-store'
import { verify } from '../store/verifying'
import type { Model } from '../store/window-model'
import { text } from '../text/page'
import { offeringOn } from '../ui/model'
import type { Action, ActionPart } from './action'
import { editActions } from './edit-actions'
import { chooseKubeconfigs } from './go-to'
import { commandsFor } from './shell-commands'
import { isOnDisk, needsContexts, targets } from './targets'
import { listOf, type View, type ViewList } from './view'

const withRows = (model: Model) => model.rows.size > 0

const isOn = (model: Model, page: ViewName) => model.state.getState().page === page
const isUnderWay = (model: Model, ...kinds: readonly RunKind[]) =>
  kinds.some((kind) => runOf(kind, model.state.getState()) !== undefined)
const asksClusters = ['ask', 'access', 'enter'] as const

/** The target context, if it is a single one. */
const one = (model: Model): Row | undefined => {
  const [row, ...others] = targets(model)
  return others.length === 0 ? row : undefined
}

/** The contexts for Verify: the selection, else all that the filter shows; only those that are in a file. */
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
  now: (model) =>
    model.state.getState().environment !== name && (() => void setEnvironment(model.loading, name)),
})

const comparison = (name: EnvironmentName): ActionPart => ({
  icon: icon.ArrowLeftRight,
  now(model) {
    const { environment, compare } = model.state.getState()
    return environment !== name && compare !== name && (() => void setCompare(model.loading, name))
  },
})

const grouping = (by: Grouping): ActionPart => ({
  icon: icon.Rows3,
  now: (model) =>
    withRows(model) && model.state.getState().view.grouping !== by && (() => model.setView({ grouping: by })),
})

const setting = <K extends 'theme' | 'density'>(
  key: K,
  value: Settings[K],
  icon: LucideIcon,
): ActionPart => ({
  icon,
  now: (model) =>
    model.state.getState().settings[key] !== value && (() => void model.saveSetting(key, value)),
})

/** Copies something of the target context, where that is a single one; its line says what. */
const copying = (
  id: CopyId,
  icon: LucideIcon,
  of: (row: Row, model: Model) => string | Offer | null | undefined,
): ActionPart => ({
  icon,
  now(model) {
    const row = one(model)
    const value = row && of(row, model)
    const { copies } = textOf(id)
    if (value === null || value === undefined) return null
    return () =>
      void (typeof value === 'string' ? model.copy(value, copies) : model.copyCommand(value, copies))
  },
})

/** The action that shows a view. For Settings it also applies while Settings is shown. */
const goTo = ({ name, title, icon, words }: View): readonly [ViewName, ActionPart] => [
  name,
  {
    place: title,
    icon,
    // It has its usual keys beside its place in the list.
    ...(name === 'settings' ? { alias: 'Mod+9' } : {}),
    ...(words === undefined ? {} : { words }),
    now: (model) =>
      (name === 'settings' || model.state.getState().page !== name) && (() => model.showPage(name)),
  },
]

type Views = readonly View[]
const viewShown = (model: Model, views: Views) =>
  views.find(({ name }) => name === model.state.getState().page)
/** The shown list that has its own panel and filter; null: the contexts, or none. */
const listShown = (model: Model, views: Views) => {
  const view = viewShown(model, views)
  return view === undefined ? null : listOf(view, model)
}
const withList = (model: Model, views: Views) => withRows(model) || listShown(model, views) !== null
const unlisted = (views: Views) => views.flatMap(({ list, title }) => (list === null ? [title] : []))

const parts: Readonly<Record<Exclude<ActionId, ViewName>, ActionPart>> = {
  palette: {
    icon: icon.Search,
    now: (model) => () => model.openPalette(!model.state.getState().paletteOpen),
  },
  verify: {
    icon: icon.ShieldCheck,
    now: (model) => withRows(model) && (() => void verify(model.checking, toVerify(model))),
  },
  'verify-target': {
    titleOfMany: text.actions.verifyMany,
    icon: icon.ShieldCheck,
    now(model) {
      const ids = targets(model).map(({ id }) => id)
      return ids.length > 0 && (() => void verify(model.checking, ids))
    },
  },
  cancel: {
    icon: icon.Square,
    now: (model) =>
      isUnderWay(model, 'check', 'prove', 'search', ...asksClusters) &&
      (() => stop(model, 'check', 'prove', 'search', 'may-do', ...asksClusters)),
  },
  inspect: {
    icon: icon.PanelRight,
    words: 'open close details',
    blockedBy: (model, views) =>
      viewShown(model, views)?.list === null ? text.noInspector(unlisted(views)) : null,
    now: (model, views) => withList(model, views) && (() => toggleInspector(model, listShown(model, views))),
  },
  filter: {
    icon: icon.Filter,
    now: (model, views) =>
      withList(model, views) &&
      (() => {
        if (listShown(model, views) === null) model.showPage('contexts')
        model.list.focusFilter()
      }),
  },
  'clear-filter': {
    icon: icon.Filter,
    now: (model) => model.state.getState().filter !== '' && (() => model.setFilter('')),
  },
  'only-trouble': {
    icon: icon.Filter,
    now: (model) => withRows(model) && (() => narrowTo(model, 'is:trouble ')),
  },
  'same-identity': {
    icon: icon.Filter,
    now(model) {
      const predicted = one(model)?.predicted
      // Replaces the filter: the current terms would leave some of them out.
      return predicted && (() => model.setFilter(`predicted:${filterValue(predicted.label)}`))
    },
  },
  'same-account': {
    icon: icon.Filter,
    now(model) {
      const account = one(model)?.account ?? null
      return account !== null && (() => narrowTo(model, `account:${filterValue(account)}`))
    },
  },
  'name-account': {
    icon: icon.Tag,
    now(model) {
      const account = accountOfGroup(model.state.getState().cursor?.item ?? '')
      return account !== null && (() => model.startNaming(account))
    },
  },
  'select-all': {
    icon: icon.SquareCheck,
    now: (model) => withRows(model) && (() => model.select(new Set(model.list.ids))),
  },
  'select-none': {
    icon: icon.Square,
    now: (model) => model.state.getState().selected.size > 0 && (() => model.select(new Set())),
  },
  'copy-rows': {
    icon: icon.Table2,
    now: (model) => targets(model).length > 0 && (() => model.list.copyCells()),
  },
  'copy-name': copying('copy-name', icon.Copy, (row) => shownOnDisk(row).name),
  'copy-arn': copying(
    'copy-arn',
    icon.ClipboardCopy,
    ({ proven, predicted, intended }) => proven?.arn ?? predicted?.arn ?? intended?.arn,
  ),
  'copy-whoami': copying('copy-whoami', icon.Terminal, (row, model) => {
    const { app, snapshot } = model.state.getState()
    const own = snapshot?.files.find(({ path }) => path === row.entry.origin.file)?.own ?? true
    return commandsFor(row, !own, offeringOn(app)).find(({ id }) => id === 'whoami')?.offer
  }),
  edit: {
    icon: icon.FileText,
    now(model) {
      const row = one(model)
      return row && (() => void model.ask('kubeconfig.edit', { path: row.entry.origin.file }))
    },
  },
  'open-file': { icon: icon.FilePlus, now: (model) => () => void chooseKubeconfigs(model, 'file') },
  'open-folder': { icon: icon.FolderPlus, now: (model) => () => void chooseKubeconfigs(model, 'folder') },
  demo: {
    icon: icon.Layers,
    now: (model) => model.state.getState().app?.demo === null && (() => void model.ask('demo.open')),
  },
  ...editActions,
  'environment-login-shell': environment('login-shell'),
  'environment-app': environment('app'),
  'environment-clean': environment('clean'),
  'compare-login-shell': comparison('login-shell'),
  'compare-app': comparison('app'),
  'compare-clean': comparison('clean'),
  'compare-none': {
    icon: icon.ArrowLeftRight,
    now: (model) => model.state.getState().compare !== null && (() => void setCompare(model.loading, null)),
  },
  variables: { icon: icon.Variable, now: (model) => () => model.showVariables(true) },
  'reload-environment': {
    icon: icon.RefreshCw,
    now: (model) => () => void reloadEnvironment(model.loading),
  },
  'group-account': grouping('account'),
  'group-verdict': grouping('verdict'),
  'group-cluster': grouping('cluster'),
  'group-identity': grouping('identity'),
  'group-file': grouping('file'),
  'group-none': grouping('none'),
  'reset-columns': { icon: icon.Columns3, now: (model) => withRows(model) && (() => model.resetColumns()) },
  prove: {
    icon: icon.ShieldCheck,
    words: 'who aws get-caller-identity',
    now(model) {
      const found = isOn(model, 'identities') ? provable(model.identities) : []
      return found.length > 0 && (() => void prove(model.identities, found))
    },
  },
  'ask-clusters': {
    icon: icon.RefreshCw,
    words: 'describe version support reach latency',
    now(model) {
      const asks = !isOn(model, 'clusters') || isUnderWay(model, ...asksClusters)
      const found = asks ? [] : matchingClusters(model.clusters)
      return found.length > 0 && (() => void askAws(model.clusters, found))
    },
  },
  look: {
    icon: icon.Radar,
    words: 'discover find scan sweep',
    now: (model) =>
      !isUnderWay(model, 'search') &&
      (() => {
        model.showPage('discover')
        void model.sweeps.load().then(() => search(model.sweeps))
      }),
  },
  looking: {
    icon: icon.Users,
    words: 'discover profiles sessions regions',
    now: (model) => () => {
      model.showPage('discover')
      model.edits.open({ kind: 'looking', at: 'who' })
    },
  },
  'theme-system': setting('theme', 'system', icon.SunMoon),
  'theme-light': setting('theme', 'light', icon.Sun),
  'theme-dark': setting('theme', 'dark', icon.Moon),
  'density-comfortable': setting('density', 'comfortable', icon.Rows3),
  'density-compact': setting('density', 'compact', icon.Rows3),
}

/** Every action of the window. Each of `views` adds one. */
export const createActions = (views: readonly View[]): readonly Action[] =>
  [...Object.entries(parts), ...views.map(goTo)].map(([id, { now, ...part }]) => {
    const isElsewhere = (model: Model) => needsContexts({ id }) && !isOn(model, 'contexts')
    const blockedBy = (model: Model) =>
      isElsewhere(model) ? text.palette.goToContexts : (part.blockedBy?.(model, views) ?? null)
    const possible = (model: Model) => (blockedBy(model) === null && now(model, views)) || null
    return {
      ...textOf(id),
      ...part,
      id,
      blockedBy,
      enabled: (model) => possible(model) !== null,
      run: (model) => possible(model)?.(),
    }
  })

/** Opens or closes the panel of the shown list; once closed, the keyboard is in the list again. */
function toggleInspector(model: Model, list: ViewList | null): void {
  const { inspecting, inspected, cursor } = model.state.getState()
  // The focused row comes before the selection: the inspector follows it anyway.
  const here = cursor !== null && model.isShown(cursor.item) ? cursor.item : null
  const id = here ?? targets(model)[0]?.id ?? null
  const closes = list?.state.getState().inspecting ?? (inspecting && (id === null || id === inspected))
  if (list !== null) list.inspect(!closes)
  else if (!closes && id === null) model.openInspector()
  else model.inspect(closes ? null : id)
  if (closes) model.list.focusGrid()
}

/** The shortcut of a key press, as `Mod+K` or `?`; null without a modifier key for shortcuts. */
export function shortcutOf(
  event: Pick<KeyboardEvent, 'key' | 'ctrlKey' | 'metaKey' | 'shiftKey' | 'altKey'>,
  mac: boolean,
): string | null {
  const mod = mac ? event.metaKey : event.ctrlKey
  if (event.key === '?' && !event.ctrlKey && !event.metaKey && !event.altKey) return '?'
  if (!mod || event.altKey) return null
  const key = event.key.length === 1 ? event.key.toUpperCase() : event.key
  return ['Mod', event.shiftKey ? 'Shift' : '', key].filter(Boolean).join('+')
}
