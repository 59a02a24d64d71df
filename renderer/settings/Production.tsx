import { useId, useState } from 'react'
import { plural } from '../../shared/counted'
import { type GivenMark, markKinds, markOf, markText } from '../../shared/identity/production'
import { text } from '../text/page'
import { Button } from '../ui/Button'
import { useApp, useModel } from '../ui/model'
import styles from './SettingsPage.module.css'
import { TakenBack } from './TakenBack'

const kinds = ['context', 'cluster', 'account'] as const satisfies readonly GivenMark['kind'][]

/** What is marked as production, each with how many contexts it holds; more of it, and none of it. */
export function Production() {
  const model = useModel()
  const marks = useApp((state) => state.settings.production)
  const [kind, setKind] = useState<GivenMark['kind']>('context')
  const [pattern, setPattern] = useState('')
  const id = useId()
  const held = (mark: (typeof marks)[number]): number =>
    model.rows.all().filter(({ name, entry, identity }) => {
      return markOf([mark], { name, entry: entry.cluster, meant: identity?.meant ?? null }) !== null
    }).length
  const wanted = { kind, pattern: pattern.trim() }
  return (
    <>
      {marks.length === 0 && <p className="small">{text.settings.noProduction}</p>}
      <ul>
        {marks.map((mark) => (
          <TakenBack
            key={markText(mark)}
            kind={markKinds[mark.kind]}
            note={plural(held(mark), 'context')}
            what={mark.pattern}
            button={{
              label: text.settings.forget,
              name: text.settings.unmark(markText(mark)),
              press: () => void model.markProduction([mark], false),
            }}
          />
        ))}
      </ul>
      <form
        className={styles.mark}
        onSubmit={(event) => {
          event.preventDefault()
          if (wanted.pattern === '') return
          setPattern('')
          void model.markProduction([wanted], true)
        }}
      >
        <select
          className="input"
          aria-label={text.settings.markKind}
          value={kind}
          onChange={(event) => setKind(kinds.find((one) => one === event.target.value) ?? 'context')}
        >
          {kinds.map((one) => (
            <option key={one} value={one}>
              {markKinds[one]}
            </option>
          ))}
        </select>
        <input
          className="input fill mono"
          aria-label={text.settings.markPattern}
          aria-describedby={id}
          placeholder={kind === 'account' ? '111122223333' : 'prod-*'}
          maxLength={512}
          spellCheck={false}
          autoComplete="off"
          value={pattern}
          onChange={(event) => setPattern(event.target.value)}
        />
        <Button type="submit" disabled={wanted.pattern === ''}>
          {text.settings.mark}
        </Button>
      </form>
      <p id={id} className="small">
        {text.settings.markNote}
      </p>
    </>
  )
}
