import { lettersOf } from '../../shared/identity/colours'
import type { Who } from '../../shared/identity/named-identity'
import { useModel } from './model'
import styles from './Tile.module.css'

/** Hues in degrees; none that a verdict uses. */
const hues = [195, 258, 315, 215, 335, 238, 285, 250] as const

/**
 * An identity at a glance: two letters in the shape of its kind; dashed where files cannot name it. Never alone: its
 * name is always next to it.
 */
export function Tile({ who }: { readonly who: Pick<Who, 'key' | 'label'> }) {
  const { marks } = useModel()
  const { key, label } = who
  if (key === null) return <span aria-hidden className={styles.tile} data-unknown data-letters="?" />
  const { round, hue, lap } = marks.of({ key, label })
  return (
    <span
      aria-hidden
      className={styles.tile}
      // Drawn by CSS: screen readers and copying get only the name next to it. A key with a known owner has the owner's name.
      data-letters={lettersOf(label)}
      data-hue={hue}
      style={{ '--hue': hues[hue] }}
      data-round={round || undefined}
      data-lap={lap > 0 ? lap + 1 : undefined}
    />
  )
}
