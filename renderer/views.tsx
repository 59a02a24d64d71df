/** The views of the window, one object each, in the order of the sidebar. The line of a view in shared/ipc/actions-and-views.ts has its title. */
import {
  Boxes,
  History,
  Radar,
  Settings,
  ShieldAlert,
  Stethoscope,
  Table2,
  Users,
  Waypoints,
} from 'lucide-react'
import { actionText, type ViewName } from '../shared/ipc/actions-and-views'
import type { View } from './actions/view'
import { Outcome } from './findings/Outcome'
import { Grid } from './grid/Grid'
import { FileProblems } from './problems/FileProblems'
import { hasPanel } from './store/sweep-store'
import { Summary } from './summary/Summary'
import { clustersText } from './text/cluster-texts'
import { findingsText } from './text/finding-texts'
import { identitiesText } from './text/identity-texts'
import { sweepsText } from './text/sweep-texts'
import { FilterBox } from './toolbar/FilterBox'
import { ListFilterBox } from './toolbar/ListFilterBox'
import { AddProfileButton, AskButton, LookButton, LookingPicker, ProveButton } from './toolbar/ListTools'
import {
  AddContextsButton,
  NoFilterBox,
  ReportButton,
  StopChecksButton,
  VerifyButton,
} from './toolbar/Toolbar'
import { late } from './ui/late'
import { useApp, useProfileEdits } from './ui/model'

const toneOf = { error: 'bad', warning: 'warn', info: null } as const

const withoutList = {
  alone: true,
  Panel: null,
  list: null,
  tools: { Filter: NoFilterBox, Main: StopChecksButton },
} as const

const rows: { readonly [N in ViewName]: Omit<View, 'name' | 'title'> } = {
  contexts: {
    icon: Table2,
    useCount: () => useApp((state) => state.snapshot?.contexts.length ?? 0),
    Page: () => (
      <>
        <Summary />
        <Outcome />
        <FileProblems />
        <Grid />
      </>
    ),
    Panel: late(async () => (await import('./inspector/Inspector')).Inspector),
    list: 'grid',
    tools: { Filter: FilterBox, Add: AddContextsButton, Main: VerifyButton },
  },
  identities: {
    icon: Users,
    words: 'profiles roles sso who',
    useCount: () => useApp((state) => state.counts.identities),
    usePending: () => useProfileEdits().length,
    Page: late(async () => (await import('./identities/IdentitiesPage')).IdentitiesPage),
    Panel: late(async () => (await import('./identities/Detail')).Detail),
    list: ({ identities }) => identities,
    tools: {
      Filter: () => <ListFilterBox text={identitiesText} listOf={({ identities }) => identities} />,
      Add: AddProfileButton,
      Main: ProveButton,
    },
  },
  clusters: {
    icon: Boxes,
    words: 'eks versions access entries who may enter',
    useCount: () => useApp((state) => state.counts.clusters),
    Page: late(async () => (await import('./clusters/ClustersPage')).ClustersPage),
    Panel: late(async () => (await import('./clusters/ClusterDetail')).ClusterDetail),
    list: ({ clusters }) => clusters,
    tools: {
      Filter: () => <ListFilterBox text={clustersText} listOf={({ clusters }) => clusters} />,
      Add: AddContextsButton,
      Main: AskButton,
    },
  },
  map: {
    icon: Waypoints,
    words: 'map graph paths identities sankey audit picture svg png',
    Page: late(async () => (await import('./map/MapPage')).MapPage),
    Panel: null,
    list: null,
    tools: { Filter: FilterBox, Add: ReportButton, Main: VerifyButton },
  },
  findings: {
    icon: ShieldAlert,
    words: 'lint audit problems causes fix errors warnings',
    useCount: () => useApp((state) => state.toFix?.count ?? 0),
    useTone: () => useApp((state) => toneOf[state.toFix?.worst ?? 'info']),
    Page: late(async () => (await import('./findings/FindingsPage')).FindingsPage),
    Panel: late(async () => (await import('./findings/Detail')).Detail),
    list: ({ findings }) => findings,
    tools: {
      Filter: () => <ListFilterBox text={findingsText} listOf={({ findings }) => findings} />,
      Add: ReportButton,
      Main: VerifyButton,
    },
  },
  discover: {
    icon: Radar,
    words: 'find clusters accounts regions eks',
    Page: late(async () => (await import('./discover/DiscoverPage')).DiscoverPage),
    Panel: late(async () => (await import('./discover/Panel')).Panel),
    isOpen: ({ sweeps }) => hasPanel(sweeps.state.getState()),
    list: ({ sweeps }) => sweeps,
    tools: {
      Filter: () => <ListFilterBox text={sweepsText} listOf={({ sweeps }) => sweeps} />,
      Beside: LookingPicker,
      Main: LookButton,
    },
  },
  history: {
    icon: History,
    Page: late(async () => (await import('./history/HistoryPage')).HistoryPage),
    ...withoutList,
  },
  doctor: {
    icon: Stethoscope,
    words: 'diagnose aws kubectl version path shell proxy clock rights permissions',
    Page: late(async () => (await import('./doctor/DoctorPage')).DoctorPage),
    ...withoutList,
  },
  settings: {
    icon: Settings,
    Page: late(async () => (await import('./settings/SettingsPage')).SettingsPage),
    ...withoutList,
  },
}

const isView = (name: string): name is ViewName => name in rows

export const views: readonly View[] = Object.keys(rows)
  .filter(isView)
  .map((name) => ({ name, title: actionText(name).view, ...rows[name] }))
