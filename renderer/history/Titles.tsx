import { history } from '../text/history'
import { Naming } from '../ui/Named'
import styles from './History.module.css'

/** How many titles a write shows before it is opened. */
const shownTitles = 3

interface TitlesProps {
  readonly titles: readonly string[]
  /** All of them. */
  readonly open?: boolean
}

/** What a write did, one line an edit. */
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
