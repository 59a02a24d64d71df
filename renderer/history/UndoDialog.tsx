import { useMemo, useRef, useState } from 'react'
import { ago } from '../../shared/age'
import type { Obstacle } from '../../shared/edits/obstacle'
import type { ShownUndoPlan } from '../../shared/ipc/payloads'
import { isIllegible } from '../../shared/kubeconfig/entries'
import { type UndoWay, wayOfMain } from '../pending/editing-state'
import { DiffView } from '../review/DiffView'
import { AlsoChange, CurrentContext, Problems } from '../review/Notes'
import { useWrite } from '../review/use-write'
import { few } from '../text/counts'
import { history } from '../text/history-texts'
import { review } from '../text/review-texts'
import { Button } from '../ui/Button'
import { useApp, useModel } from '../ui/model'
import { Shown } from '../ui/Shown'
import { useAnswer } from '../ui/use-answer'
import { Window } from '../ui/Window'
import own from './History.module.css'
import { Titles } from './Lines'

interface UndoDialogProps {
  /** Of the write. */
  readonly id: string
  readonly way: UndoWay
  /** What blocked it when it was tried at once. */
  readonly obstacles?: readonly Obstacle[] | undefined
}

const noEdits: ReadonlySet<number> = new Set()

/** Shows exactly what an undo, a redo, a restore or a reapply would do now, before it does it; else what blocks it. */
export function UndoDialog({ id, way, obstacles: asked }: UndoDialogProps) {
  const model = useModel()
  const snapshot = useApp((state) => state.snapshot)
  const [contexts, setContexts] = useState<readonly string[] | null>(null)
  const target = useMemo(
    () => ({ id, way: wayOfMain[way], contexts: contexts && [...contexts] }) as const,
    [id, way, contexts],
  )
  // Requested again when the files change. Until the answer arrives the old plan stays: main writes nothing else, and refuses it
  // where it is outdated.
  const answer = useAnswer(target, () => model.bridge.request('history.plan', target), [snapshot])
  const plan = answer?.ok ? answer.value : null
  const free = plan?.free ?? []
  const obstacles = plan
    ? plan.problems.filter(({ blocks }) => blocks).map(({ message }) => ({ message, next: '' }))
    : answer?.ok === false
      ? [answer.fault]
      : []
  // It stays while the user looks at a part of it.
  const about = useRef<ShownUndoPlan['write'] | null>(null)
  if (plan) about.current = plan.write
  const also = plan?.alsoChanges ?? []
  const isTorn = plan?.files.some(({ path }) =>
    snapshot?.files.some((file) => file.path === path && isIllegible(file)),
  )
  const write = useWrite({
    obstacles: asked,
    ready: plan !== null && !plan.blocked && plan.files.length > 0,
    write: (permitted) =>
      model.edits.undoWrite({
        id,
        way,
        contexts,
        revisions: plan?.revisions ?? null,
        sharedAllowed: also.length > 0,
        ...permitted,
      }),
    onDone: () => model.edits.open(null),
  })
  const unfit =
    way !== 'restore' &&
    answer !== null &&
    (answer.ok ? answer.value.blocked : answer.fault.code === 'conflict')
  return (
    <Window
      {...write.frame}
      title={history.titles[way]}
      lead={way === 'restore' && isTorn ? history.restoreTorn : history.leads[way]}
      acts={write.button(also.length > 0 ? history.also[way] : history.does[way])}
    >
      <div className="dialog-body">
        {about.current !== null && <Which write={about.current} />}
        {contexts !== null && <Shown as="p" className="body above-8" text={history.only(few(contexts))} />}
        {answer === null && <p className="body above-8">{history.planning}</p>}
        {write.trouble}
        <Problems
          title={(free.length > 0 ? history.cannotAll : history.cannot)[way]}
          tone="bad"
          problems={obstacles}
        >
          {free.length > 0 && <Shown as="p" text={history.free(few(free))} />}
          {/* A fault has its own text; main's text about a plan is for the terminal. If a part is free, the buttons say so. */}
          {unfit && answer?.ok === true && free.length === 0 && <p>{history.wayOn}</p>}
          {unfit && (
            <div className="row wrap">
              {free.length > 0 && (
                <Button small onClick={() => setContexts(free)}>
                  {history.onlyFree[way](free.length > 1 ? history.these(free.length) : (free[0] ?? ''))}
                </Button>
              )}
              <Button small onClick={() => model.edits.open({ kind: 'undo-write', id, way: 'restore' })}>
                {history.restoreInstead}
              </Button>
            </div>
          )}
        </Problems>
        {plan !== null && !plan.blocked && (
          <>
            <AlsoChange also={also} ticked={noEdits} />
            <Problems title={review.doubtful} tone="warn" problems={plan.problems} />
            <CurrentContext change={plan.currentContext} />
            {plan.files.length === 0 && <p className="body above-8">{history.nothing[way]}</p>}
            {plan.files.map((change) => (
              <DiffView key={change.path} change={change} />
            ))}
          </>
        )}
      </div>
    </Window>
  )
}

/** The write that it is about: a notice may have opened this dialog, far from the history. */
function Which({ write: { at, by, titles } }: { readonly write: ShownUndoPlan['write'] }) {
  const now = useApp((state) => state.now)
  return (
    <div className={own.which}>
      <Titles titles={titles} />
      <p className={own.quiet}>{`${ago(at, Math.max(now, at))} · ${history.by[by]}`}</p>
    </div>
  )
}
