import { type KeyboardEvent, type ReactNode, useEffect, useId, useMemo, useRef, useState } from 'react'
import { counted } from '../../shared/counted'
import { visible } from '../../shared/visible'
import { parseFilter, suggest, withTerm } from '../rows/filter'
import { text } from '../text/page'
import { useApp, useModel } from '../ui/model'
import { OfferList, withOffers } from '../ui/OfferList'
import { FilterField, focusAll } from './ListFilterBox'
import styles from './Toolbar.module.css'

/** The filter's text with each `column:value` marked, drawn behind the letters of the field. */
function marked(filter: string): ReactNode {
  const parts: ReactNode[] = []
  let at = 0
  for (const term of parseFilter(filter)) {
    if (term.column === null) continue
    parts.push(
      filter.slice(at, term.start),
      <mark key={term.start}>{filter.slice(term.start, term.end)}</mark>,
    )
    at = term.end
  }
  parts.push(filter.slice(at))
  return parts
}

/** So many are drawn; typing narrows them. */
const most = 24

/** The filter: free text and `column:value`, with suggestions for columns and their values. */
export function FilterBox() {
  const model = useModel()
  const filter = useApp((state) => state.filter)
  const only = useApp((state) => state.only)
  const version = useApp((state) => state.listVersion)
  const input = useRef<HTMLInputElement>(null)
  const mirror = useRef<HTMLDivElement>(null)
  const [open, setOpen] = useState(false)
  const [active, setActive] = useState(-1)
  const list = useId()
  useEffect(() => {
    model.list.focusFilter = (begun) => {
      if (begun === undefined) focusAll(input)
      else {
        input.current?.focus()
        model.setFilter(withTerm(model.state.getState().filter, begun))
        setOpen(true)
      }
    }
  }, [model])
  const { offered: suggestions, more } = useMemo(() => {
    void version
    if (!open) return { offered: [], more: 0 }
    const all = model.rows.all()
    return suggest(filter, only === null ? all : all.filter(({ id }) => only.ids.has(id)), most)
  }, [open, filter, only, version, model])
  const showing = suggestions.length > 0

  function take(query: string): void {
    model.setFilter(query)
    setActive(-1)
    input.current?.focus()
  }

  function onKeyDown(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey) return
    const chosen = suggestions[active]
    if (event.key === 'ArrowDown' && showing) setActive((before) => (before + 1) % suggestions.length)
    else if (event.key === 'ArrowUp' && showing)
      setActive((before) => (before <= 0 ? suggestions.length : before) - 1)
    // In the list; before one is chosen there they are the field's own.
    else if (event.key === 'Home' && chosen !== undefined) setActive(0)
    else if (event.key === 'End' && chosen !== undefined) setActive(suggestions.length - 1)
    else if ((event.key === 'Enter' || event.key === 'Tab') && chosen !== undefined) take(chosen.query)
    else if (event.key === 'Enter' || event.key === 'ArrowDown') {
      setOpen(false)
      model.list.focusGrid()
    } else if (event.key === 'Escape') {
      if (showing) setOpen(false)
      else if (filter !== '') model.setFilter('')
      else model.list.focusGrid()
    } else return
    event.preventDefault()
  }

  return (
    <FilterField
      ref={input}
      {...withOffers(list, active, showing)}
      aria-label={text.filter.label}
      aria-describedby={more > 0 ? `${list}-more` : undefined}
      placeholder={text.filter.placeholder}
      value={filter}
      onChange={(event) => {
        model.setFilter(event.target.value)
        setOpen(true)
        setActive(-1)
      }}
      onClick={() => setOpen(true)}
      onBlur={() => setOpen(false)}
      onScroll={(event) => {
        if (mirror.current !== null) mirror.current.style.left = `${-event.currentTarget.scrollLeft}px`
      }}
      onKeyDown={onKeyDown}
      clearLabel={text.filter.clear}
      onClear={() => take('')}
      behind={
        <div ref={mirror} aria-hidden className={styles.mirror}>
          {marked(filter)}
        </div>
      }
    >
      {showing && (
        <div className={styles.suggestions}>
          <OfferList
            id={list}
            label={text.filter.suggestions}
            groups={[{ name: null, offers: suggestions }]}
            active={active}
            className={styles.offers}
            option={({ query, label, hint, count }) => ({
              name: query,
              'aria-label': count === null ? undefined : `${visible(label)}, ${text.contexts(count)}`,
              className: styles.suggestion,
              children: (
                <>
                  <b className="strong">{visible(label)}</b>
                  <span className="cut quiet fill">{hint}</span>
                  {count !== null && <span className="quiet figures">{counted(count)}</span>}
                </>
              ),
              ...(count === 0 && { 'data-none': true }),
            })}
            onPoint={setActive}
            onChoose={({ query }) => take(query)}
          />
          {more > 0 && (
            <p id={`${list}-more`} className={styles.more}>
              {text.filter.more(more)}
            </p>
          )}
        </div>
      )}
    </FilterField>
  )
}
