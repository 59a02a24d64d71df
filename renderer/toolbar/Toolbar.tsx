import { Plus, ShieldCheck, Square, TextSearch } from 'lucide-react'
import { useEffect } from 'react'
import type { Action, ShownList } from '../actions/action'
import { toVerify } from '../actions/actions'
import { isOnDisk, onceFor } from '../actions/targets'
import type { Run } from '../store/state'
import { editText } from '../text/edits'
import { text } from '../text/page'
import { Button } from '../ui/Button'
import { Keys, keyLabel } from '../ui/Keys'
import { useApp, useModel } from '../ui/model'
import { AskButton, ClusterFilterBox } from './ClusterTools'
import { FoundFilterBox, LookButton, LookingPicker } from './DiscoverTools'
import { EnvironmentPicker } from './EnvironmentPicker'
import { FilterBox } from './FilterBox'
import { AddProfileButton, IdentityFilterBox, ProveButton } from './IdentityTools'
import { PendingButton } from './PendingButton'
import styles from './Toolbar.module.css'

interface ToolbarProps {
  readonly shown: ShownList
  readonly actions: readonly Action[]
}

/** The top line: what is shown, where it is checked, and Verify. */
export function Toolbar({ shown, actions }: ToolbarProps) {
  const model = useModel()
  const mac = useApp((state) => state.app?.platform === 'darwin')
  const ready = useApp((state) => state.phase.kind === 'ready' && (state.snapshot?.contexts.length ?? 0) > 0)
  // Lists have a filter of their own, and are asked about where contexts are verified; a page without a list has neither.
  const of = useApp(({ page, phase }) => (phase.kind === 'ready' ? page : 'contexts'))
  const list = of !== 'history' && of !== 'settings'
  const checking = useApp((state) => state.runs.length > 0)
  return (
    <header className={styles.bar}>
      {of === 'identities' ? (
        <IdentityFilterBox shown={shown} />
      ) : of === 'clusters' ? (
        <ClusterFilterBox shown={shown} />
      ) : of === 'discover' ? (
        <FoundFilterBox shown={shown} />
      ) : list ? (
        ready && <FilterBox shown={shown} />
      ) : (
        <NoFilterBox shown={shown} />
      )}
      {list && (ready || of !== 'contexts') && <EnvironmentPicker />}
      {of === 'discover' && <LookingPicker />}
      <span className={styles.space} />
      <PendingButton />
      {ready && (of === 'contexts' || of === 'clusters') && (
        <Button
          icon={Plus}
          aria-label={editText.add}
          title={editText.actions.add}
          onClick={() => model.edits.open({ kind: 'add' })}
        >
          <span className={styles.add}>{editText.add}</span>
        </Button>
      )}
      {of === 'identities' && <AddProfileButton />}
      <Button
        icon={TextSearch}
        aria-label={text.palette.label}
        title={`${text.palette.label} (${keyLabel('Mod+K', mac)})`}
        aria-keyshortcuts={mac ? 'Meta+K' : 'Control+K'}
        onClick={() => model.openPalette(true)}
      />
      {of === 'identities' ? (
        <ProveButton />
      ) : of === 'clusters' ? (
        <AskButton />
      ) : of === 'discover' ? (
        <LookButton />
      ) : (
        ready && (list || checking) && <VerifyButton actions={actions} />
      )}
    </header>
  )
}

/** Of a page without a list: its Ctrl+F goes to the contexts, and the keyboard into their filter as soon as that is there. */
function NoFilterBox({ shown }: Pick<ToolbarProps, 'shown'>) {
  useEffect(() => {
    let asked = false
    shown.focusFilter = () => {
      asked = true
    }
    return () => {
      // The filter that comes instead says how it is reached after this.
      if (asked) queueMicrotask(() => shown.focusFilter())
    }
  }, [shown])
  return null
}

/** How many of these stand in a file; counted once, because the list stays while a selection changes. */
const onDisk = onceFor((rows) => rows.filter(isOnDisk).length)

/** Verifies the selection, else what the filter shows; while checks run, says how far they are and ends them. */
function VerifyButton({ actions }: Pick<ToolbarProps, 'actions'>) {
  const model = useModel()
  const selected = useApp((state) => state.selected.size)
  const filter = useApp((state) => state.filter)
  const only = useApp((state) => state.only)
  const version = useApp((state) => state.listVersion)
  const runs = useApp((state) => state.runs)
  const action = actions.find((one) => one.id === 'verify')
  const running = runs.length > 0
  // The button counts what it would do; the rows are asked again when they or the filter changed.
  void version
  void filter
  void only
  const count = running ? 0 : onDisk(model.fitting())
  // One button for both: another in its place would lose the keyboard that pressed it.
  return (
    <Button
      kind={running ? 'outline' : 'primary'}
      icon={running ? Square : ShieldCheck}
      className={running ? styles.stop : undefined}
      title={running ? text.verify.stopMeaning : undefined}
      disabled={!running && selected === 0 && count === 0}
      aria-keyshortcuts={running ? undefined : 'Control+Enter'}
      onClick={() => void (running ? model.cancel() : model.verify(toVerify(model)))}
    >
      {running ? (
        text.verify.stop(...progressOf(runs))
      ) : (
        <>
          {selected > 0 ? text.verify.selected(selected) : text.verify.all(count)}
          <Keys shortcut={action?.shortcut ?? null} className={styles.keys} />
        </>
      )}
    </Button>
  )
}

/** Of all checks that run: how many are done, of how many. */
const progressOf = (runs: readonly Run[]): [done: number, total: number] => [
  runs.reduce((sum, run) => sum + run.done, 0),
  runs.reduce((sum, run) => sum + run.total, 0),
]
