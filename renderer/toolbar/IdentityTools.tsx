import { Search, ShieldCheck, Square, X } from 'lucide-react'
import { useEffect, useRef } from 'react'
import type { ShownList } from '../actions/action'
import { identitiesText as text } from '../text/identities'
import { Button } from '../ui/Button'
import { Keys } from '../ui/Keys'
import { useModel } from '../ui/model'
import { useIdentities } from '../ui/use-identities'
import styles from './Toolbar.module.css'

/** The filter of the identities: words that must all be there. */
export function IdentityFilterBox({ shown }: { readonly shown: ShownList }) {
  const { identities } = useModel()
  const words = useIdentities(({ filter }) => filter.words)
  const input = useRef<HTMLInputElement>(null)
  useEffect(() => {
    shown.focusFilter = () => {
      input.current?.focus()
      input.current?.select()
    }
  }, [shown])
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
            onChange={(event) => identities.setFilter({ words: event.target.value })}
            onKeyDown={(event) => {
              if (event.ctrlKey || event.metaKey || event.altKey) return
              if (event.key === 'Escape' && words !== '') identities.setFilter({ words: '' })
              else if (['Enter', 'ArrowDown', 'Escape'].includes(event.key)) shown.focusGrid()
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
              identities.setFilter({ words: '' })
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

/** Proves what the filter shows; while that runs, its end. */
export function ProveButton() {
  const { identities } = useModel()
  const proving = useIdentities((state) => state.proving)
  // What it counts is made of these.
  useIdentities((state) => state.tree)
  useIdentities((state) => state.filter)
  if (proving !== null)
    return (
      <Button
        icon={Square}
        className={styles.stop}
        title={text.prove.stopMeaning}
        onClick={() => identities.stopProving()}
      >
        {text.prove.stop(proving.done, proving.total)}
      </Button>
    )
  const wanted = identities.provable()
  return (
    <Button
      kind="primary"
      icon={ShieldCheck}
      disabled={wanted.length === 0}
      onClick={() => void identities.prove(wanted.map(({ id }) => id))}
    >
      {wanted.length === 0 ? text.prove.nothing : text.prove.all(wanted.length)}
    </Button>
  )
}
