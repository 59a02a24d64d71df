import { Search, X } from 'lucide-react'
import { type ComponentProps, type ReactNode, type RefObject, useEffect, useRef } from 'react'
import { useStore } from 'zustand'
import type { ListState, ReadableStore } from '../store/list-state'
import type { Model } from '../store/window-model'
import { Keys } from '../ui/Keys'
import { useModel } from '../ui/model'
import styles from './Toolbar.module.css'

interface FilterFieldProps extends ComponentProps<'input'> {
  readonly value: string
  readonly clearLabel: string
  readonly onClear: () => void
  /** Drawn behind the letters. */
  readonly behind?: ReactNode
  /** What hangs below the field. */
  readonly children?: ReactNode
}

/** The field of a filter, with what empties it. */
export function FilterField({ clearLabel, onClear, behind, children, ...input }: FilterFieldProps) {
  return (
    <div role="search" className={styles.filter}>
      <div className={styles.box}>
        <Search size={15} aria-hidden />
        <div className={styles.field}>
          {behind}
          <input type="text" aria-keyshortcuts="Control+F" autoComplete="off" spellCheck={false} {...input} />
        </div>
        {input.value === '' ? (
          <Keys shortcut="Mod+F" className={styles.hintKeys} />
        ) : (
          <button
            type="button"
            className={styles.clear}
            aria-label={clearLabel}
            title={clearLabel}
            onClick={onClear}
          >
            <X size={14} aria-hidden />
          </button>
        )}
      </div>
      {children}
    </div>
  )
}

/** Puts the keyboard into a field, with all of what is in it selected. */
export function focusAll({ current: input }: RefObject<HTMLInputElement | null>): void {
  input?.focus()
  input?.select()
}

interface FilteredList {
  readonly state: ReadableStore<ListState<{ readonly words: string }>>
  setFilter(filter: { readonly words: string }): void
}

interface ListFilterBoxProps {
  readonly text: Readonly<Record<'filter' | 'filterHint' | 'clearFilter', string>>
  readonly listOf: (model: Model) => FilteredList
}

/** The filter of a list beside the contexts: words that must all be there. */
export function ListFilterBox({ text, listOf }: ListFilterBoxProps) {
  const model = useModel()
  const { state, setFilter } = listOf(model)
  const words = useStore(state, ({ filter }) => filter.words)
  const input = useRef<HTMLInputElement>(null)
  useEffect(() => {
    model.list.focusFilter = () => focusAll(input)
  }, [model])
  return (
    <FilterField
      ref={input}
      aria-label={text.filter}
      placeholder={text.filterHint}
      value={words}
      onChange={(event) => setFilter({ words: event.target.value })}
      onKeyDown={(event) => {
        if (event.ctrlKey || event.metaKey || event.altKey) return
        if (event.key === 'Escape' && words !== '') setFilter({ words: '' })
        else if (['Enter', 'ArrowDown', 'Escape'].includes(event.key)) model.list.focusGrid()
        else return
        event.preventDefault()
      }}
      clearLabel={text.clearFilter}
      onClear={() => {
        setFilter({ words: '' })
        input.current?.focus()
      }}
    />
  )
}
