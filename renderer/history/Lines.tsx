import { ChevronDown, ChevronUp } from 'lucide-react'
import { DiffView } from '../review/DiffView'
import { history } from '../text/history-texts'
import { Button } from '../ui/Button'
import { useModel } from '../ui/model'
import { Naming, Shown } from '../ui/Shown'
import { useAnswer } from '../ui/use-answer'
import styles from './History.module.css'

interface LinesProps {
  readonly id: string
}

/** The lines of one write, as they were then. */
export function Lines({ id }: LinesProps) {
  const { bridge } = useModel()
  const answer = useAnswer(bridge, () => bridge.request('history.show', { id }), [id])
  if (answer === null) return null
  if (!answer.ok)
    return <Shown as="p" className={styles.quiet} text={`${answer.fault.message} ${answer.fault.next}`} />
  return answer.value.files.map((file) => <DiffView key={file.path} change={file} />)
}

interface LinesButtonProps {
  readonly open: boolean
  readonly onToggle: () => void
}

/** Shows the lines of a write. */
export const LinesButton = ({ open, onToggle }: LinesButtonProps) => (
  <Button small kind="plain" icon={open ? ChevronUp : ChevronDown} aria-expanded={open} onClick={onToggle}>
    {history.diff}
  </Button>
)

/** How many titles a write shows before it is opened. */
const shownTitles = 3

interface TitlesProps {
  readonly titles: readonly string[]
  /** All of them. */
  readonly open?: boolean
}

/** The edits of a write, one line each. */
export function Titles({ titles, open = false }: TitlesProps) {
  const all = [...new Set(titles)]
  const shown = open ? all : all.slice(0, shownTitles)
  const more = all.length - shown.length
  return (
    <ul className={styles.titles}>
      {shown.length === 0 && <li>{history.untitled}</li>}
      {shown.map((title) => (
        <Naming as="li" key={title} text={title} />
      ))}
      {more > 0 && <li className={styles.quiet}>{history.more(more)}</li>}
    </ul>
  )
}
