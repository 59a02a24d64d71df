import { ChevronDown, Globe, Search, Square, Users } from 'lucide-react'
import { sweepsText as text } from '../text/sweeps'
import { Button } from '../ui/Button'
import { useApp, useModel, useSweeps } from '../ui/model'
import { ProgressBar } from '../ui/ProgressBar'
import styles from './Toolbar.module.css'

/** As whom and where it is looked. */
export function LookingPicker() {
  const model = useModel()
  const known = useSweeps((state) => state.known)
  const { profiles, sessions, regions } = useApp((state) => state.view.looking)
  const sum = { profiles: known?.candidates.length ?? 0, sessions: known?.sessions.length ?? 0 }
  const who = text.who(profiles?.length ?? null, sessions?.length ?? null, sum)
  const where = regions.kind === 'these' ? text.regions.these(regions.regions) : text.regions[regions.kind]
  const open = (at: 'who' | 'where') => model.edits.open({ kind: 'looking', at })
  return (
    <>
      <Button icon={Users} className={styles.looking} title={text.picker(who)} onClick={() => open('who')}>
        <span>{who}</span>
        <ChevronDown size={14} aria-hidden />
      </Button>
      <Button
        icon={Globe}
        className={styles.looking}
        title={text.picker(where)}
        onClick={() => open('where')}
      >
        <span>{where}</span>
        <ChevronDown size={14} aria-hidden />
      </Button>
    </>
  )
}

/** Looks; while it does, how far it is, and its end. */
export function LookButton() {
  const { sweeps } = useModel()
  const run = useSweeps((state) => state.run)
  const known = useSweeps((state) => state.known)
  const ticked = useSweeps((state) => state.ticked.size > 0)
  if (run !== null)
    return (
      <>
        <ProgressBar
          done={run.expected === 0 ? null : run.done}
          total={Math.max(1, run.expected)}
          label={text.answers.looking(0)}
          className={styles.progress}
        />
        <span className="whole body figures together">{text.progress(run.done, run.expected)}</span>
        <Button icon={Square} className="figures" title={text.stopMeaning} onClick={() => sweeps.stop()}>
          {text.stop}
        </Button>
      </>
    )
  const again = (known?.swept.places.length ?? 0) > 0
  const nobody = known === null || known.candidates.length + known.sessions.length === 0
  return (
    <Button
      // Where something is to be added, adding leads.
      kind={again && !ticked ? 'primary' : 'outline'}
      icon={Search}
      disabled={nobody}
      onClick={() => void sweeps.look()}
    >
      {again ? text.lookAgain : text.look}
    </Button>
  )
}
