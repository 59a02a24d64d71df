import {
  FileText,
  GitCompareArrows,
  MessageCircleQuestion,
  Plus,
  ShieldCheck,
  Square,
  TextSearch,
  TriangleAlert,
} from 'lucide-react'
import { useEffect } from 'react'
import { actionText } from '../../shared/ipc/actions-and-views'
import { toVerify } from '../actions/actions'
import { isOnDisk, onceFor } from '../actions/targets'
import type { View } from '../actions/view'
import { stop } from '../store/run'
import { verify } from '../store/verifying'
import { editText } from '../text/edits'
import { text } from '../text/page'
import { Button } from '../ui/Button'
import { Keys, keyLabel } from '../ui/Keys'
import { useApp, useAsking, useChecks, useEdits, useIsRunning, useModel } from '../ui/model'
import { EnvironmentPicker } from './EnvironmentPicker'
import pendingStyles from './PendingButton.module.css'
import styles from './Toolbar.module.css'

/** The top line: what is shown, where it is checked, and Verify. */
export function Toolbar({ views }: { readonly views: readonly View[] }) {
  const model = useModel()
  const mac = useApp((state) => state.app?.platform === 'darwin')
  const ready = useReady()
  // What can be filtered is known, and asked about, in one environment; the other pages have neither.
  const of = useApp(({ page, phase }) => (phase.kind === 'ready' ? page : 'contexts'))
  const view = views.find(({ name }) => name === of)
  if (view === undefined) return null
  const { Filter, Beside, Add, Main } = view.tools
  const ofGrid = view.list === 'grid'
  return (
    <header className={styles.bar}>
      {(ready || !ofGrid) && <Filter />}
      {Filter !== NoFilterBox && (ready || !ofGrid) && <EnvironmentPicker />}
      {Beside && <Beside />}
      <span className="space" />
      <QuestionButton />
      <PendingButton />
      {Add && <Add />}
      <Button
        icon={TextSearch}
        aria-label={text.palette.label}
        title={`${text.palette.label} (${keyLabel('Mod+K', mac)})`}
        aria-keyshortcuts={mac ? 'Meta+K' : 'Control+K'}
        onClick={() => model.openPalette(true)}
      />
      <Main />
    </header>
  )
}

/** There are contexts. */
const useReady = () =>
  useApp((state) => state.phase.kind === 'ready' && (state.snapshot?.contexts.length ?? 0) > 0)

/** New contexts of clusters in EKS. */
export function AddContextsButton() {
  const { edits } = useModel()
  if (!useReady()) return null
  return (
    <Button
      icon={Plus}
      aria-label={editText.add}
      title={actionText('add').title}
      onClick={() => edits.open({ kind: 'add' })}
    >
      <span className={styles.add}>{editText.add}</span>
    </Button>
  )
}

/** The report of all contexts, on pages that look at all of them. */
export function ReportButton() {
  const { edits } = useModel()
  if (!useReady()) return null
  const { title } = actionText('report')
  return (
    <Button icon={FileText} title={title} onClick={() => edits.open({ kind: 'report', shown: null })}>
      <span className={styles.add}>{title}</span>
    </Button>
  )
}

/** Ends the checks that run, on a page of which none can be begun. */
export function StopChecksButton() {
  return useIsRunning('check') && <VerifyButton />
}

/** Of a page without a list: its Ctrl+F goes to the contexts, and the keyboard into their filter as soon as that is there. */
export function NoFilterBox() {
  const { list } = useModel()
  useEffect(() => {
    let asked = false
    list.focusFilter = () => {
      asked = true
    }
    return () => {
      // The filter that comes instead says how it is reached after this.
      if (asked) queueMicrotask(() => list.focusFilter())
    }
  }, [list])
  return null
}

/** How many of these are in a file; counted once, because the list stays while a selection changes. */
const onDisk = onceFor((rows) => rows.filter(isOnDisk).length)

/** Verifies the selection, else what the filter shows; while checks run, says how far they are and ends them. */
export function VerifyButton() {
  const model = useModel()
  const ready = useReady()
  const selected = useApp((state) => state.selected.size)
  const filter = useApp((state) => state.filter)
  const only = useApp((state) => state.only)
  const version = useApp((state) => state.listVersion)
  const { running, done, total } = useChecks()
  // The button counts what it would do; the rows are asked again when they or the filter changed.
  void version
  void filter
  void only
  const count = running ? 0 : selected > 0 ? toVerify(model).length : onDisk(model.fitting())
  if (!ready) return null
  // One button for both: another in its place would lose the keyboard that pressed it.
  return (
    <Button
      kind={running ? 'outline' : 'primary'}
      icon={running ? Square : ShieldCheck}
      className={running ? 'figures' : undefined}
      title={
        running
          ? text.verify.stopMeaning
          : selected > 0 && count === 0
            ? text.verify.noneOfSelected
            : undefined
      }
      disabled={!running && count === 0}
      aria-keyshortcuts={running ? undefined : 'Control+Enter'}
      onClick={() => (running ? stop(model, 'check') : void verify(model.checking, toVerify(model)))}
    >
      {running ? (
        text.stop(done, total)
      ) : (
        <>
          {selected > 0 ? text.verify.selected(count) : text.verify.all(count)}
          <Keys shortcut={actionText('verify').shortcut} />
        </>
      )}
    </Button>
  )
}

/** How many lines wait for the user's answer, and the way to the question. */
function QuestionButton() {
  const model = useModel()
  const count = useAsking()
  if (count === 0) return null
  return (
    <button
      type="button"
      className={pendingStyles.pending}
      data-tone="warn"
      title={text.verify.asksMeaning(count)}
      onClick={() => void model.ask('question.show')}
    >
      <MessageCircleQuestion size={15} aria-hidden />
      <span>{text.verify.asks(count)}</span>
    </button>
  )
}

/** How many edits wait, and the way to their review; conflicts first. Nothing while nothing waits. */
function PendingButton() {
  const model = useModel()
  const count = useEdits((state) => state.pending.length)
  const conflicts = useEdits((state) => state.conflicts.length)
  const blocked = useEdits((state) => state.problems.some(({ blocks }) => blocks))
  if (count === 0) return null
  return (
    <span className="row">
      {conflicts > 0 && (
        <button
          type="button"
          className={pendingStyles.pending}
          data-tone="bad"
          onClick={() => model.edits.open({ kind: 'conflicts' })}
        >
          <TriangleAlert size={14} aria-hidden />
          {editText.pending.conflicts(conflicts)}
        </button>
      )}
      <button
        type="button"
        className={pendingStyles.pending}
        data-tone={blocked ? 'bad' : 'warn'}
        aria-label={editText.pending.label(count)}
        aria-keyshortcuts="Control+S"
        onClick={() => model.edits.open({ kind: 'review' })}
      >
        <GitCompareArrows size={15} aria-hidden />
        <span>{editText.pending.count(count)}</span>
        <span className={pendingStyles.line} aria-hidden />
        <span className={pendingStyles.review}>{editText.pending.review}</span>
      </button>
    </span>
  )
}
