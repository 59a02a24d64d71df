/** The views of the window, one object each, in the order of the sidebar. What else a view needs is its line in shared/ipc/actions.ts. */
import { Boxes, History, Radar, Settings, Table2, Users } from 'lucide-react'
import type { View } from './actions/view'
import { Grid } from './grid/Grid'
import { Later } from './later'
import { FileProblems } from './problems/FileProblems'
import type { ViewName } from './store/state'
import { hasPanel } from './store/sweeps'
import { Summary } from './summary/Summary'
import { clustersText } from './text/clusters'
import { identitiesText } from './text/identities'
import { text } from './text/page'
import { sweepsText } from './text/sweeps'
import { FilterBox } from './toolbar/FilterBox'
import { ListFilterBox } from './toolbar/ListFilterBox'
import { AddProfileButton, AskButton, LookButton, LookingPicker, ProveButton } from './toolbar/ListTools'
import { AddContextsButton, NoFilterBox, StopChecksButton, VerifyButton } from './toolbar/Toolbar'
import { useApp, useModel, useProfileEdits } from './ui/model'

const none = () => 0

const rows: { readonly [N in ViewName]: Omit<View, 'name'> } = {
  contexts: {
    title: text.nav.contexts,
    icon: Table2,
    useCount: () => useApp((state) => state.snapshot?.contexts.length ?? 0),
    Page: () => (
      <>
        <Summary />
        <FileProblems />
        <Grid />
      </>
    ),
    Panel: () => <Later draw={({ Inspector }) => <Inspector />} />,
    list: 'grid',
    tools: { Filter: FilterBox, Add: AddContextsButton, Main: VerifyButton },
  },
  identities: {
    title: text.nav.identities,
    icon: Users,
    words: 'profiles roles sso who',
    useCount: () => useApp((state) => state.counts.identities),
    usePending() {
      const { profileEdits } = useModel()
      // Those of another environment may be of other files, and are pending there.
      useApp((state) => state.environment)
      return useProfileEdits(() => profileEdits.pending().length)
    },
    Page: () => <Later draw={({ IdentitiesPage }) => <IdentitiesPage />} />,
    Panel: () => <Later draw={({ Detail }) => <Detail />} />,
    list: ({ identities }) => identities,
    tools: {
      Filter: () => <ListFilterBox text={identitiesText} listOf={({ identities }) => identities} />,
      Add: AddProfileButton,
      Main: ProveButton,
    },
  },
  clusters: {
    title: text.nav.clusters,
    icon: Boxes,
    words: 'eks versions access entries who may enter',
    useCount: () => useApp((state) => state.counts.clusters),
    Page: () => <Later draw={({ ClustersPage }) => <ClustersPage />} />,
    Panel: () => <Later draw={({ ClusterDetail }) => <ClusterDetail />} />,
    list: ({ clusters }) => clusters,
    tools: {
      Filter: () => <ListFilterBox text={clustersText} listOf={({ clusters }) => clusters} />,
      Add: AddContextsButton,
      Main: AskButton,
    },
  },
  discover: {
    title: text.nav.discover,
    icon: Radar,
    words: 'find clusters accounts regions eks',
    useCount: none,
    Page: () => <Later draw={({ DiscoverPage }) => <DiscoverPage />} />,
    Panel: () => <Later draw={({ Panel }) => <Panel />} />,
    isOpen: ({ sweeps }) => hasPanel(sweeps.state.getState()),
    list: ({ sweeps }) => sweeps,
    tools: {
      Filter: () => <ListFilterBox text={sweepsText} listOf={({ sweeps }) => sweeps} />,
      Beside: LookingPicker,
      Main: LookButton,
    },
  },
  history: {
    title: text.nav.history,
    icon: History,
    useCount: none,
    Page: () => <Later draw={({ HistoryPage }) => <HistoryPage />} />,
    Panel: null,
    list: null,
    tools: { Filter: NoFilterBox, Main: StopChecksButton },
  },
  settings: {
    title: text.nav.settings,
    icon: Settings,
    useCount: none,
    Page: () => <Later draw={({ SettingsPage }) => <SettingsPage />} />,
    Panel: null,
    list: null,
    tools: { Filter: NoFilterBox, Main: StopChecksButton },
  },
}

const order = [
  'contexts',
  'identities',
  'clusters',
  'discover',
  'history',
  'settings',
] as const satisfies readonly ViewName[]

/** Left out of the order, a view could not be reached. */
type Missing = Exclude<ViewName, (typeof order)[number]>
const all: [Missing] extends [never] ? typeof order : never = order

export const views: readonly View[] = all.map((name) => ({ name, ...rows[name] }))
