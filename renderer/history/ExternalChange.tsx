import { Users } from 'lucide-react'
import type { ExternalChange, NamedEntry } from '../../shared/ipc/payloads'
import { visible } from '../../shared/visible'
import { fewOf, shortName, toldApart } from '../text/counts'
import { history } from '../text/history-texts'
import { shortPath } from '../text/path'
import { useApp } from '../ui/model'
import { Shown } from '../ui/Shown'
import styles from './History.module.css'
import { Lines, LinesButton } from './Lines'

interface OutsideProps {
  readonly write: ExternalChange
  readonly open: boolean
  readonly onToggle: () => void
}

/** What other programs changed in a file between two writes of Ekscope: entry by entry, its lines after the user opens them. */
export function Outside({ write, open, onToggle }: OutsideProps) {
  const home = useApp((state) => state.app?.home ?? '')
  const { after, path, removed, changed, added, unknown } = write
  return (
    <li className={styles.write} data-outside="">
      <div>
        <span className={styles.by}>
          <Users size={12} aria-hidden />
          {history.outsideBy}
        </span>
      </div>
      <div>
        <Shown
          as="p"
          className={styles.quiet}
          title={whole(write)}
          text={`${history.outside} ${shortPath(path, home)}: ${said({ removed, changed, added })}`}
        />
        {unknown && <p className={styles.quiet}>{history.outsideUnknown}</p>}
      </div>
      <div className="top gap-4">
        <LinesButton open={open} onToggle={onToggle} />
      </div>
      {open && (
        <div className={styles.lines}>
          <Lines of={{ id: after, outside: path }} />
        </div>
      )}
    </li>
  )
}

function said(entries: Pick<ExternalChange, 'removed' | 'changed' | 'added'>): string {
  const part = (verb: string, of: readonly NamedEntry[]) => {
    const names = toldApart(of.map(({ name }) => name))
    return of.length === 0
      ? []
      : [`${verb} ${fewOf(of.map(({ kind, name }, at) => history.named(kind, name && (names[at] ?? ''))))}`]
  }
  const { verbs } = history
  const parts = [
    ...part(verbs.removed, entries.removed),
    ...part(verbs.changed, entries.changed),
    ...part(verbs.added, entries.added),
  ]
  return parts.length === 0 ? history.outsideText : parts.join('; ')
}

/** At most this many names are shown on hover. */
const named = 20

/** The names as written in the file, where they are shown in another form. */
function whole({ removed, changed, added }: ExternalChange): string | undefined {
  const names = [...removed, ...changed, ...added].slice(0, named).map(({ name }) => name)
  return names.every((name) => shortName(name) === name) ? undefined : names.map(visible).join('\n')
}
