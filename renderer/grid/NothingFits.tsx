import { SearchX } from 'lucide-react'
import { visible } from '../../shared/visible'
import type { ShownList } from '../actions/action'
import { text } from '../text/page'
import { Button } from '../ui/Button'
import { useApp, useModel } from '../ui/model'
import { usePageItself } from '../ui/use-page-focus'
import styles from './Grid.module.css'

/** In the place of the rows while no context fits the filter. */
export function NothingFits({ shown }: { readonly shown: ShownList }) {
  const model = useModel()
  const filter = useApp((state) => state.filter)
  const place = usePageItself()
  return (
    <div className={`empty ${styles.nothing}`} role="status" ref={place} tabIndex={-1}>
      <SearchX size={28} aria-hidden />
      <h2>{text.filter.none}</h2>
      <p>{text.filter.noneHint(visible(filter.trim()))}</p>
      <Button
        onClick={() => {
          model.setFilter('')
          // This button goes away with its place, and the keyboard with it.
          shown.focusFilter()
        }}
      >
        {text.filter.clear}
      </Button>
    </div>
  )
}
