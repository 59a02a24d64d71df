import { Search, X } from 'lucide-react'
import { useEffect, useRef } from 'react'
import { useStore } from 'zustand'
import type { ListState, ReadableStore } from '../store/list'
import { Keys } from '../ui/Keys'
import { useModel } from '../ui/model'
import styles from './Toolbar.module.css'

interface ListFilterBoxProps {
  readonly texts: { readonly filter: string; readonly filterHint: string; readonly clearFilter: string }
  readonly model: {
    readonly state: ReadableStore<ListState<{ readonly words: string }>>
    setFilter(filter: { readonly words: string }): void
  }
}

/** The filter of a list beside the contexts: words that must all be there. */
export function ListFilterBox({ texts: text, model }: ListFilterBoxProps) {
  const { list } = useModel()
  const words = useStore(model.state, ({ filter }) => filter.words)
  const onWords = (next: string) => model.setFilter({ words: next })
  const input = useRef<HTMLInputElement>(null)
  useEffect(() => {
    list.focusFilter = () => {
      input.current?.focus()
      input.current?.select()
    }
  }, [list])
  return (
    <div role="search" className={styles.filter}>
      <div className={styles.box}>
        <Search size={15} aria-hidden />
        <div className={styles.field}>
          <input
            ref={input}
            type="text"
            aria-label={text.filter}
            aria-keyshortcuts="Control+F"
            autoComplete="off"
            spellCheck={false}
            placeholder={text.filterHint}
            value={words}
            onChange={(event) => onWords(event.target.value)}
            onKeyDown={(event) => {
              if (event.ctrlKey || event.metaKey || event.altKey) return
              if (event.key === 'Escape' && words !== '') onWords('')
              else if (['Enter', 'ArrowDown', 'Escape'].includes(event.key)) list.focusGrid()
              else return
              event.preventDefault()
            }}
          />
        </div>
        {words === '' ? (
          <Keys shortcut="Mod+F" className={styles.hintKeys} />
        ) : (
          <button
            type="button"
            className={styles.clear}
            aria-label={text.clearFilter}
            title={text.clearFilter}
            onClick={() => {
              onWords('')
              input.current?.focus()
            }}
          >
            <X size={14} aria-hidden />
          </button>
        )}
      </div>
    </div>
  )
}
