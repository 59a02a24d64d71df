import { SearchX } from 'lucide-react'
import { visible } from '../../shared/visible'
import { text } from '../text/page'
import { Button } from '../ui/Button'
import { useApp, useModel } from '../ui/model'
import styles from './Grid.module.css'

/** In the place of the rows while no context fits the filter. */
export function NothingFits() {
  const model = useModel()
  const filter = useApp((state) => state.filter)
  return (
    <div className={styles.empty} role="status">
      <SearchX size={28} aria-hidden />
      <h2>{text.filter.none}</h2>
      <p>{text.filter.noneHint(visible(filter.trim()))}</p>
      <Button onClick={() => model.setFilter('')}>{text.filter.clear}</Button>
    </div>
  )
}
