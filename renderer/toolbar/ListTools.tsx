/** What the toolbar has for the lists beside the contexts. */

import { ChevronDown, Globe, RefreshCw, Search, ShieldCheck, UserPlus, Users } from 'lucide-react'
import { actionText } from '../../shared/ipc/actions-and-views'
import { askAws, matchingClusters } from '../store/cluster-store'
import { provable, prove } from '../store/identity-store'
import { search } from '../store/sweep-store'
import { clustersText } from '../text/cluster-texts'
import { identitiesText } from '../text/identity-texts'
import { profilesText } from '../text/profile-texts'
import { sweepsText } from '../text/sweep-texts'
import { Button } from '../ui/Button'
import { useApp, useClusters, useIdentities, useModel, useRun, useSweeps } from '../ui/model'
import { ProgressBar } from '../ui/ProgressBar'
import { StopRun } from '../ui/StopRun'
import styles from './Toolbar.module.css'

/** Asks AWS about what the filter shows; while that runs, its end. */
export function AskButton() {
  const { clusters } = useModel()
  const asking = useRun('ask')
  // What it counts is made of these.
  useClusters((state) => state.all)
  useClusters((state) => state.filter)
  if (asking !== undefined) return <StopRun run={asking} title={clustersText.ask.stopMeaning} />
  const wanted = matchingClusters(clusters)
  return (
    <Button
      kind="primary"
      icon={RefreshCw}
      title={clustersText.ask.meaning}
      disabled={wanted.length === 0}
      onClick={() => void askAws(clusters, wanted)}
    >
      {wanted.length === 0 ? clustersText.ask.nothing : clustersText.ask.all(wanted.length)}
    </Button>
  )
}

/** A new profile of the AWS config file. */
export function AddProfileButton() {
  const { edits } = useModel()
  return (
    <Button
      icon={UserPlus}
      label={actionText('add-profile').title}
      onClick={() => edits.open({ kind: 'add-profile', profile: null })}
    >
      {profilesText.addShort}
    </Button>
  )
}

/** Proves what the filter shows; while that runs, its end. */
export function ProveButton() {
  const { identities } = useModel()
  const proving = useRun('prove')
  // What it counts is made of these.
  useIdentities((state) => state.tree)
  useIdentities((state) => state.filter)
  if (proving !== undefined) return <StopRun run={proving} title={identitiesText.prove.stopMeaning} />
  const wanted = provable(identities)
  return (
    <Button
      kind="primary"
      icon={ShieldCheck}
      disabled={wanted.length === 0}
      onClick={() => void prove(identities, wanted)}
    >
      {wanted.length === 0 ? identitiesText.prove.nothing : identitiesText.prove.all(wanted.length)}
    </Button>
  )
}

/** As which identities and where clusters are looked for. */
export function LookingPicker() {
  const model = useModel()
  const known = useSweeps((state) => state.known)
  const { profiles, sessions, regions } = useApp((state) => state.view.looking)
  const sum = { profiles: known?.candidates.length ?? 0, sessions: known?.sessions.length ?? 0 }
  const who = sweepsText.who(profiles?.length ?? null, sessions?.length ?? null, sum)
  const where =
    regions.kind === 'these' ? sweepsText.regions.these(regions.regions) : sweepsText.regions[regions.kind]
  const open = (at: 'who' | 'where') => model.edits.open({ kind: 'looking', at })
  return (
    <>
      <Button
        icon={Users}
        className={styles.looking}
        title={sweepsText.picker(who)}
        onClick={() => open('who')}
      >
        <span>{who}</span>
        <ChevronDown size={14} aria-hidden />
      </Button>
      <Button
        icon={Globe}
        className={styles.looking}
        title={sweepsText.picker(where)}
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
  const run = useRun('search')
  const known = useSweeps((state) => state.known)
  const ticked = useSweeps((state) => state.ticked.size > 0)
  if (run !== undefined)
    return (
      <>
        <ProgressBar
          done={run.total === 0 ? null : run.done}
          total={Math.max(1, run.total)}
          label={sweepsText.answers.looking(0)}
          className={styles.progress}
        />
        <span className="whole body figures together">{sweepsText.progress(run.done, run.total)}</span>
        <StopRun run={run} title={sweepsText.stopMeaning}>
          {sweepsText.stop}
        </StopRun>
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
      onClick={() => void search(sweeps)}
    >
      {again ? sweepsText.lookAgain : sweepsText.look}
    </Button>
  )
}
