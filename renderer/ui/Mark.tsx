import type { Mark as MarkOf } from '../rows/colours'
import styles from './Mark.module.css'
import { useModel } from './model'

const shapeClass = { square: styles.square, circle: styles.circle, diamond: styles.diamond }

/** The colour of an identity; hollow where no identity can be known. Never alone: a name always stands beside it. */
export function Mark({ of }: { readonly of: string | null }) {
  const { marks } = useModel()
  if (of === null) return <i aria-hidden className={`${styles.mark} ${styles.hollow}`} />
  const mark: MarkOf = marks.of(of)
  const drawn = <i aria-hidden className={`${styles.mark} ${shapeClass[mark.shape]}`} data-hue={mark.hue} />
  if (mark.lap === 0) return drawn
  return (
    <span aria-hidden className={styles.again}>
      {drawn}
      <sup>{mark.lap + 1}</sup>
    </span>
  )
}
