import { useVirtualizer } from '@tanstack/react-virtual'
import { type ReactNode, useRef } from 'react'
import styles from './LongList.module.css'
import { ScrollList } from './ScrollList'

interface LongListProps<T> {
  readonly label: string
  readonly of: readonly T[]
  /** The approximate height of an item, in pixels. */
  readonly estimate: number
  /** Kept short, so that the content below it is visible at once. */
  readonly short?: boolean
  /** The main content of its panel: as high as the window allows. */
  readonly tall?: boolean
  readonly item: (one: T) => ReactNode
}

/** With more items than this, items are drawn only when scrolled to. */
export const mostDrawn = 60

/** Up to this many are shown without scrolling, unless very long: no second scrollbar for a screenful at most. */
const few = 10

/** A list in a box of its own that shows every item, however many there are, and scrolls. */
export function LongList<T>(props: LongListProps<T>) {
  return props.of.length > mostDrawn ? <Virtual {...props} /> : <Whole {...props} />
}

function Whole<T>({ label, of, short = false, tall = false, item }: LongListProps<T>) {
  return (
    <ScrollList
      className={styles.list}
      data-short={short}
      data-few={of.length <= few}
      data-tall={tall || undefined}
      aria-label={label}
    >
      {of.map((one, index) => (
        // The items of a list never change places.
        // biome-ignore lint/suspicious/noArrayIndexKey: they have no other name
        <li key={index} className={styles.item}>
          {item(one)}
        </li>
      ))}
    </ScrollList>
  )
}

function Virtual<T>({ label, of, estimate, short = false, tall = false, item }: LongListProps<T>) {
  const scroll = useRef<HTMLUListElement>(null)
  const virtualizer = useVirtualizer({
    count: of.length,
    getScrollElement: () => scroll.current,
    estimateSize: () => estimate,
    overscan: 8,
  })
  const drawn = virtualizer.getVirtualItems()
  const before = drawn[0]?.start ?? 0
  const after = virtualizer.getTotalSize() - (drawn.at(-1)?.end ?? 0)
  return (
    <ul
      ref={scroll}
      className={styles.list}
      data-short={short}
      data-long
      data-tall={tall || undefined}
      aria-label={label}
      tabIndex={0}
    >
      {drawn.map(({ index, key }, at) => (
        <li
          key={key}
          ref={virtualizer.measureElement}
          data-index={index}
          className={styles.item}
          style={{ marginTop: at === 0 ? before : 0, marginBottom: at === drawn.length - 1 ? after : 0 }}
          aria-setsize={of.length}
          aria-posinset={index + 1}
        >
          {of.slice(index, index + 1).map(item)}
        </li>
      ))}
    </ul>
  )
}
