import {
  CircleAlert,
  CircleCheck,
  CircleDashed,
  FlaskConical,
  FolderOpen,
  Plus,
  Radar,
  RefreshCw,
  Stethoscope,
} from 'lucide-react'
import { actionText } from '../../shared/ipc/actions-and-views'
import { visible } from '../../shared/visible'
import { FileProblems } from '../problems/FileProblems'
import { load, openKubeconfigs } from '../store/loading'
import { lookedForText, text } from '../text/page'
import { shortPath } from '../text/path'
import { Button } from '../ui/Button'
import { useApp, useModel } from '../ui/model'
import { usePageItself } from '../ui/use-page-focus'
import styles from './FirstPage.module.css'

const icons = { missing: CircleDashed, refused: CircleAlert, found: CircleCheck }
const tones = { missing: undefined, found: 'ok', refused: 'bad' } as const

/** In place of an empty grid: what was looked for and where, and what can be done now. */
export function FirstPage() {
  const model = useModel()
  const phase = useApp((state) => state.phase)
  const app = useApp((state) => state.app)
  const files = useApp((state) => state.snapshot?.files)
  const there = (files ?? []).filter((file) => file.realPath !== null)
  const refused = new Set(
    there
      .filter((file) => file.problems.some((problem) => problem.severity === 'error'))
      .map(({ path }) => path),
  )
  const broken = refused.size > 0
  const [title, lead] =
    phase.kind === 'failed'
      ? [text.first.failed, `${phase.fault.message} ${phase.fault.next}`]
      : broken
        ? [text.first.emptyTitle, text.first.emptyLead]
        : there.length > 0
          ? [text.first.noneTitle, text.first.noneLead]
          : [text.first.title, text.first.lead]
  const place = usePageItself()
  // Who has profiles and no kubeconfig wants one made of them.
  const profiles = app?.lookedFor.some(({ what, found }) => found && /^aws-/.test(what)) ?? false
  const primaryAction = phase.kind === 'failed' ? null : profiles && there.length === 0 ? 'discover' : 'open'
  const kindOf = (act: typeof primaryAction) => (act === primaryAction ? 'primary' : 'outline')
  const discover = phase.kind !== 'failed' && !broken && (
    <Button kind={kindOf('discover')} icon={Radar} onClick={() => model.showPage('discover')}>
      {actionText('discover').title}
    </Button>
  )
  return (
    <div className={styles.page} ref={place} tabIndex={-1}>
      <div className={styles.card}>
        <h1>{title}</h1>
        <p className={styles.lead}>{visible(lead)}</p>
        {broken && (
          <div className={styles.problems}>
            <FileProblems />
          </div>
        )}
        {app !== null && phase.kind !== 'failed' && (
          <ul className={styles.looked}>
            {app.lookedFor.map((one) => {
              const state = !one.found ? 'missing' : refused.has(one.where) ? 'refused' : 'found'
              const Icon = icons[state]
              return (
                <li key={`${one.what} ${one.where}`} data-tone={tones[state]}>
                  <Icon size={15} aria-hidden />
                  <b className="strong">{lookedForText[one.what]}</b>
                  <code className="soft breaks">{visible(shortPath(one.where, app.home))}</code>
                  <span className="quiet breaks">
                    {text.first[state]}
                    {one.detail !== '' && ` · ${visible(shortPath(one.detail, app.home))}`}
                  </span>
                </li>
              )
            })}
          </ul>
        )}
        <div className="row wrap">
          {phase.kind === 'failed' && (
            <Button kind="primary" icon={RefreshCw} onClick={() => void load(model.loading)}>
              {text.retry}
            </Button>
          )}
          {primaryAction === 'discover' && discover}
          <Button
            kind={kindOf('open')}
            icon={FolderOpen}
            onClick={() => void openKubeconfigs(model.loading, 'file')}
          >
            {text.first.open}
          </Button>
          {primaryAction !== 'discover' && discover}
          {phase.kind !== 'failed' && !broken && (
            <Button icon={Plus} onClick={() => model.edits.open({ kind: 'add' })}>
              {text.first.add}
            </Button>
          )}
          {(phase.kind === 'failed' || broken) && (
            <Button icon={Stethoscope} onClick={() => model.showPage('doctor')}>
              {actionText('doctor').view}
            </Button>
          )}
          {!app?.demo && (
            <Button icon={FlaskConical} onClick={() => void model.ask('demo.open')}>
              {text.first.demo}
            </Button>
          )}
        </div>
        {phase.kind !== 'failed' && !broken && <p className="quiet above-12">{text.first.dropNote}</p>}
        {!app?.demo && <p className="quiet above-12">{text.first.demoNote}</p>}
      </div>
    </div>
  )
}
