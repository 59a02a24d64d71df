import { type ReactNode, useEffect, useId, useState } from 'react'
import { refusalOf, type ShownSetting, settingsTable, usualOf, valuesOf } from '../../shared/ipc/settings'
import { text } from '../text/page'
import { Button } from '../ui/Button'
import { useApp, useModel } from '../ui/model'
import styles from './SettingsPage.module.css'

/** A setting with why one would choose it and its default, and the way back to that. */
export function SettingRow({ name }: { readonly name: ShownSetting }) {
  const model = useModel()
  const { label, why, unit } = settingsTable[name]
  const initial = usualOf(name)
  const kept = String(useApp((state) => state.settings[name]))
  // Shown at once: a choice that is made before the last one is kept would be none, because it was still shown as chosen.
  const [wish, setWish] = useState<string | null>(null)
  const [bad, setBad] = useState<string | null>(null)
  const id = useId()
  const values = valuesOf(name)
  const value = wish ?? kept
  const usual = values === null ? initial : titleOf(values, initial)
  async function choose(option: string): Promise<void> {
    setWish(option)
    await model.saveSetting(name, option)
    setWish((now) => (now === option ? null : now))
  }
  const control: ReactNode =
    values === null ? (
      <Typed name={name} kept={value} note={id} onChange={choose} onBad={setBad} />
    ) : (
      Object.entries(values).map(([title, option]) => (
        <label key={option} className={styles.option}>
          <input
            type="radio"
            name={id}
            value={option}
            checked={value === option}
            onChange={() => void choose(option)}
          />
          <span>{title}</span>
        </label>
      ))
    )
  return (
    <fieldset className={styles.choice} aria-describedby={id}>
      <legend>{label}</legend>
      <div className={styles.options}>
        {control}
        {unit !== '' && <span>{unit}</span>}
        {value !== initial && (
          <Button
            small
            kind="plain"
            aria-label={text.settings.resetOf(label, usual)}
            onClick={() => void choose(initial)}
          >
            {text.settings.reset}
          </Button>
        )}
      </div>
      <p
        id={id}
        className={bad === null ? styles.why : `${styles.why} wrong`}
        role={bad === null ? undefined : 'alert'}
      >
        {bad ?? `${why}${usual === '' ? '' : ` ${text.settings.initially(usual)}`}`}
      </p>
    </fieldset>
  )
}

const titleOf = (values: Readonly<Record<string, string>>, value: string): string =>
  Object.entries(values).find(([, one]) => one === value)?.[0] ?? value

interface TypedProps {
  readonly name: ShownSetting
  readonly kept: string
  /** The id of the element that says why. */
  readonly note: string
  readonly onChange: (value: string) => Promise<void>
  /** Why it does not take what was typed; null where it does. */
  readonly onBad: (why: string | null) => void
}

/** A number or a text: kept once the field is left, or by Enter. */
function Typed({ name, kept, note, onChange, onBad }: TypedProps) {
  const { label, unit } = settingsTable[name]
  const [typed, setTyped] = useState(kept)
  const [bad, setBad] = useState(false)
  useEffect(() => setTyped(kept), [kept])
  function commit(): void {
    const why = refusalOf(name, typed)
    setBad(why !== null)
    onBad(why)
    if (why === null && typed !== kept) void onChange(typed.trim())
  }
  return (
    <input
      className={name === 'template' ? styles.template : styles.number}
      inputMode={unit === '' ? undefined : 'numeric'}
      aria-label={label}
      aria-invalid={bad}
      aria-describedby={note}
      spellCheck={false}
      autoComplete="off"
      value={typed}
      onChange={(event) => setTyped(event.target.value)}
      onBlur={commit}
      onKeyDown={(event) => {
        if (event.key === 'Enter') commit()
      }}
    />
  )
}
