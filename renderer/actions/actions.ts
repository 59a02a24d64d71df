/**
 * Everything that can be done, one object each: palette, menus, toolbar and shortcuts share it. An action says
 * whether it makes sense now, and does it; it never asks who called it.
 */

import {
  ArrowLeftRight,
  Boxes,
  ClipboardCopy,
  Columns3,
  Copy,
  FileText,
  Filter,
  FolderOpen,
  Layers,
  Moon,
  PanelRight,
  Radar,
  RefreshCw,
  Rows3,
  Search,
  Settings as SettingsIcon,
  ShieldCheck,
  Square,
  SquareCheck,
  Sun,
  SunMoon,
  Table2,
  Tag,
  Terminal,
  Users,
  Variable,
} from 'lucide-react'
import { environmentNames } from '../../shared/identity/identity'
import { accountOfGroup, groupings } from '../rows/arrange'
import { filterValue, withTerm } from '../rows/filter'
import { onDisk, shownOnDisk } from '../rows/on-disk'
import type { Row } from '../rows/rows'
import type { Model } from '../store/model'
import { noInspector } from '../text/not-now'
import { environmentText, text } from '../text/page'
import { offeringOn } from '../ui/offer'
import type { Action, ShownList } from './action'
import { editActions } from './edit-actions'
import { openFile } from './go-to'
import { commandsFor } from './shell-commands'
import { isOnDisk, targets } from './targets'

const always = () => true
const withRows = (model: Model) => model.rows.size > 0

const onIdentities = (model: Model) => model.state.getState().page === 'identities'
const onClusters = (model: Model) => model.state.getState().page === 'clusters'
const onDiscover = (model: Model) => model.state.getState().page === 'discover'
/** The list that is shown with a panel and a filter of its own; null: the contexts, or none. */
const listShown = (model: Model) =>
  onIdentities(model)
    ? model.identities
    : onClusters(model)
      ? model.clusters
      : onDiscover(model)
        ? model.sweeps
        : null
const hasNoList = (model: Model) => ['history', 'settings'].includes(model.state.getState().page)
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

export function createActions(shown: ShownList): readonly Action[] {
  const narrowTo = (model: Model, term: string) =>
    model.setFilter(withTerm(model.state.getState().filter, term))
  return [
    {
      id: 'palette',
      title: text.palette.label,
      icon: Search,
      shortcut: 'Mod+K',
      enabled: always,
      run: (model) => model.openPalette(!model.state.getState().paletteOpen),
    },
    {
      id: 'verify',
      title: text.actions.verify,
      icon: ShieldCheck,
      shortcut: 'Mod+Enter',
      enabled: withRows,
      run: (model) => void model.verify(toVerify(model)),
    },
    {
      id: 'verify-target',
      title: text.actions.verifyTarget,
      titleOfMany: text.actions.verifyMany,
      icon: ShieldCheck,
      shortcut: null,
      enabled: withTarget,
      run: (model) => void model.verify(targets(model).map((row) => row.id)),
    },
    {
      id: 'cancel',
      title: text.actions.cancel,
      icon: Square,
      shortcut: null,
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
    {
      id: 'inspect',
      title: text.actions.inspect,
      icon: PanelRight,
      shortcut: 'Mod+I',
      words: 'open close details',
      enabled: (model) => (withRows(model) && !hasNoList(model)) || listShown(model) !== null,
      blockedBy: (model) => (hasNoList(model) ? noInspector : null),
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
    {
      id: 'filter',
      title: text.actions.filter,
      icon: Filter,
      shortcut: 'Mod+F',
      enabled: (model) => withRows(model) || listShown(model) !== null,
      run: (model) => {
        if (listShown(model) === null) model.showPage('contexts')
        shown.focusFilter()
      },
    },
    {
      id: 'clear-filter',
      title: text.actions.clearFilter,
      icon: Filter,
      shortcut: null,
      enabled: (model) => model.state.getState().filter !== '',
      run: (model) => model.setFilter(''),
    },
    {
      id: 'only-trouble',
      title: text.actions.onlyTrouble,
      icon: Filter,
      shortcut: null,
      enabled: withRows,
      run: (model) => narrowTo(model, 'is:trouble '),
    },
    {
      id: 'same-identity',
      title: text.actions.sameIdentity,
      icon: Filter,
      shortcut: null,
      enabled: (model) => withOne(model) && (targets(model)[0]?.predicted ?? null) !== null,
      run: (model) => {
        const predicted = targets(model)[0]?.predicted
        // Of all: what is asked already would leave others of them out.
        if (predicted != null) model.setFilter(`predicted:${filterValue(predicted.label)}`)
      },
    },
    {
      id: 'same-account',
      title: text.actions.sameAccount,
      icon: Filter,
      shortcut: null,
      enabled: (model) => withOne(model) && (targets(model)[0]?.account ?? null) !== null,
      run: (model) => {
        const account = targets(model)[0]?.account ?? null
        if (account !== null) narrowTo(model, `account:${filterValue(account)}`)
      },
    },
    {
      id: 'name-account',
      title: text.actions.nameAccount,
      icon: Tag,
      shortcut: null,
      enabled: (model) => accountOfGroup(model.state.getState().cursor?.item ?? '') !== null,
      run: (model) => model.startNaming(accountOfGroup(model.state.getState().cursor?.item ?? '')),
    },
    {
      id: 'select-all',
      title: text.actions.selectAll,
      icon: SquareCheck,
      shortcut: null,
      enabled: withRows,
      run: (model) => model.select(new Set(shown.ids)),
    },
    {
      id: 'select-none',
      title: text.actions.selectNone,
      icon: Square,
      shortcut: null,
      enabled: (model) => model.state.getState().selected.size > 0,
      run: (model) => model.select(new Set()),
    },
    {
      id: 'copy-rows',
      title: text.actions.copyRows,
      icon: Table2,
      shortcut: null,
      enabled: withTarget,
      run: () => shown.copyCells(),
    },
    {
      id: 'copy-name',
      title: text.actions.copyName,
      icon: Copy,
      shortcut: null,
      enabled: withOne,
      run: (model) => {
        const [row] = targets(model)
        if (row !== undefined) void model.copy(shownOnDisk(row).name, text.actions.copiedName)
      },
    },
    {
      id: 'copy-arn',
      title: text.actions.copyArn,
      icon: ClipboardCopy,
      shortcut: null,
      enabled: (model) => withOne(model) && arnOf(targets(model)[0]) !== null,
      run: (model) => {
        const arn = arnOf(targets(model)[0])
        if (arn !== null) void model.copy(arn, text.actions.copiedArn)
      },
    },
    {
      id: 'copy-whoami',
      title: text.actions.copyWhoami,
      icon: Terminal,
      shortcut: null,
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
    {
      id: 'edit',
      title: text.actions.edit,
      icon: FileText,
      shortcut: null,
      enabled: withOne,
      run: (model) => {
        const file = targets(model)[0]?.entry.origin.file
        if (file !== undefined) void model.editFile(file)
      },
    },
    {
      id: 'open-file',
      title: text.actions.openFile,
      icon: FolderOpen,
      shortcut: 'Mod+O',
      enabled: always,
      run: (model) => void openFile(model, shown),
    },
    {
      id: 'demo',
      title: text.actions.demo,
      icon: Layers,
      shortcut: null,
      enabled: (model) => model.state.getState().app?.demo === false,
      run: (model) => void model.openDemo(),
    },
    ...editActions(shown),
    ...environmentNames.map(
      (name): Action => ({
        id: `environment-${name}`,
        title: text.actions.checkIn(environmentText[name]),
        icon: Terminal,
        shortcut: null,
        enabled: (model) => model.state.getState().environment !== name,
        run: (model) => void model.setEnvironment(name),
      }),
    ),
    ...environmentNames.map(
      (name): Action => ({
        id: `compare-${name}`,
        title: text.actions.compareWith(environmentText[name]),
        icon: ArrowLeftRight,
        shortcut: null,
        enabled: (model) => {
          const { environment, compare } = model.state.getState()
          return environment !== name && compare !== name
        },
        run: (model) => void model.setCompare(name),
      }),
    ),
    {
      id: 'compare-none',
      title: text.actions.compareNone,
      icon: ArrowLeftRight,
      shortcut: null,
      enabled: (model) => model.state.getState().compare !== null,
      run: (model) => void model.setCompare(null),
    },
    {
      id: 'variables',
      title: text.actions.variables,
      icon: Variable,
      shortcut: null,
      enabled: always,
      run: (model) => model.showVariables(true),
    },
    {
      id: 'reload-environment',
      title: text.actions.reloadEnvironment,
      icon: RefreshCw,
      shortcut: null,
      enabled: always,
      run: (model) => void model.reloadEnvironment(),
    },
    ...groupings.map(
      (grouping): Action => ({
        id: `group-${grouping}`,
        title: text.actions.groupBy(text.grid.groups[grouping]),
        icon: Rows3,
        shortcut: null,
        enabled: (model) => withRows(model) && model.state.getState().view.grouping !== grouping,
        run: (model) => model.setView({ grouping }),
      }),
    ),
    {
      id: 'reset-columns',
      title: text.actions.resetColumns,
      icon: Columns3,
      shortcut: null,
      enabled: withRows,
      run: (model) => model.resetColumns(),
    },
    {
      id: 'contexts',
      title: text.actions.contexts,
      place: text.nav.contexts,
      icon: Table2,
      shortcut: null,
      enabled: (model) => model.state.getState().page !== 'contexts',
      run: (model) => model.showPage('contexts'),
    },
    {
      id: 'identities',
      title: text.actions.identities,
      place: text.nav.identities,
      icon: Users,
      shortcut: null,
      words: 'profiles roles sso who',
      enabled: (model) => model.state.getState().page !== 'identities',
      run: (model) => model.showPage('identities'),
    },
    {
      id: 'prove',
      title: text.actions.prove,
      icon: ShieldCheck,
      shortcut: null,
      words: 'who aws get-caller-identity',
      enabled: (model) => onIdentities(model) && model.identities.provable().length > 0,
      run: (model) => void model.identities.prove(model.identities.provable().map(({ id }) => id)),
    },
    {
      id: 'clusters',
      title: text.actions.clusters,
      place: text.nav.clusters,
      icon: Boxes,
      shortcut: null,
      words: 'eks versions access entries who may enter',
      enabled: (model) => !onClusters(model),
      run: (model) => model.showPage('clusters'),
    },
    {
      id: 'ask-clusters',
      title: text.actions.askClusters,
      icon: RefreshCw,
      shortcut: null,
      words: 'describe version support reach latency',
      enabled: (model) => onClusters(model) && model.clusters.fitting().length > 0 && !isAsking(model),
      run: (model) => void model.clusters.ask(model.clusters.fitting().map(({ id }) => id)),
    },
    {
      id: 'discover',
      title: text.actions.discover,
      place: text.nav.discover,
      icon: Radar,
      shortcut: null,
      words: 'find clusters accounts regions eks',
      enabled: (model) => !onDiscover(model),
      run: (model) => model.showPage('discover'),
    },
    {
      id: 'look',
      title: text.actions.look,
      icon: Radar,
      shortcut: null,
      words: 'discover find scan sweep',
      enabled: (model) => !isLooking(model),
      run: (model) => {
        model.showPage('discover')
        void model.sweeps.load().then(() => model.sweeps.look())
      },
    },
    {
      id: 'looking',
      title: text.actions.looking,
      icon: Users,
      shortcut: null,
      words: 'discover profiles sessions regions',
      enabled: always,
      run: (model) => {
        model.showPage('discover')
        model.edits.open({ kind: 'looking', at: 'who' })
      },
    },
    {
      id: 'settings',
      title: text.actions.settings,
      place: text.nav.settings,
      icon: SettingsIcon,
      shortcut: 'Mod+,',
      enabled: always,
      run: (model) => model.showPage('settings'),
    },
    ...(['system', 'light', 'dark'] as const).map(
      (theme): Action => ({
        id: `theme-${theme}`,
        title: text.actions.theme(text.settings.themes[theme]),
        icon: { system: SunMoon, light: Sun, dark: Moon }[theme],
        shortcut: null,
        enabled: (model) => model.state.getState().settings.theme !== theme,
        run: (model) => void model.saveSetting('theme', theme),
      }),
    ),
    ...(['comfortable', 'compact'] as const).map(
      (density): Action => ({
        id: `density-${density}`,
        title: text.actions.rows(text.settings.densities[density]),
        icon: Rows3,
        shortcut: null,
        enabled: (model) => model.state.getState().settings.density !== density,
        run: (model) => void model.saveSetting('density', density),
      }),
    ),
  ]
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
