import { type ReactNode, useState } from 'react'
import { type ShownSetting, settingsTable, shownSettings, valuesOf } from '../../shared/ipc/settings'
import { text } from '../text/page'
import { shortPath } from '../text/path'
import { Button } from '../ui/Button'
import { useApp, useModel } from '../ui/model'
import { Phrase, Shown } from '../ui/Shown'
import { useAnswer } from '../ui/use-answer'
import { usePageFocus } from '../ui/use-page-focus'
import { Decisions } from './Decisions'
import { Files } from './Files'
import { Production } from './Production'
import { SettingRow } from './SettingRow'
import styles from './SettingsPage.module.css'

/** One thing of a part, and the words by which it is found. */
interface Item {
  readonly key: string
  readonly words: string
  readonly shown: ReactNode
}

type Group = keyof typeof text.settings.groups

const itemOf = (name: ShownSetting): Item => {
  const { label, why } = settingsTable[name]
  const values = Object.keys(valuesOf(name) ?? {})
  return { key: name, words: [label, why, ...values].join(' '), shown: <SettingRow name={name} /> }
}

/** What stands in each part besides the settings of the table, before them. */
const more: Readonly<Partial<Record<Group, ReactNode>>> = {
  files: <Files />,
  production: <Production />,
  trust: <Decisions />,
  data: <Data />,
  terminal: <Phrase as="p" className="small" text={text.settings.inTerminal} />,
}

const isGroup = (name: string): name is Group => Object.hasOwn(text.settings.groups, name)

/** The parts in their order, each with what it holds. */
const parts = Object.keys(text.settings.groups)
  .filter(isGroup)
  .map((group) => {
    const { title, note } = text.settings.groups[group]
    const own = more[group]
    const items = shownSettings.filter((name) => settingsTable[name].group === group).map(itemOf)
    return {
      group,
      title,
      note,
      items: own === undefined ? items : [{ key: 'own', words: '', shown: own }, ...items],
    }
  })

/** What can be chosen, each kept at once. */
export function SettingsPage() {
  const page = usePageFocus()
  const [wanted, setWanted] = useState('')
  const has = (words: string) => wordsOf(wanted).every((word) => words.toLowerCase().includes(word))
  const fitting = parts.flatMap((part) => {
    const whole = `${part.title} ${part.note}`
    const items = part.items.filter(({ words }) => has(`${whole} ${words}`))
    return items.length === 0 ? [] : [{ ...part, items }]
  })
  return (
    <div className="page" ref={page} tabIndex={-1}>
      <div className={styles.column}>
        <header className={styles.head}>
          <h1>{text.settings.title}</h1>
          <input
            type="search"
            className="input"
            aria-label={text.settings.find}
            placeholder={text.settings.find}
            spellCheck={false}
            value={wanted}
            onChange={(event) => setWanted(event.target.value)}
          />
        </header>
        {fitting.map(({ group, title, note, items }) =>
          group === 'updates' ? (
            <Updates key={group} />
          ) : (
            <Part key={group} title={title} note={note}>
              {items.map(({ key, shown }) => (
                <div key={key}>{shown}</div>
              ))}
            </Part>
          ),
        )}
        {fitting.length === 0 && <p className="small">{text.settings.none}</p>}
      </div>
    </div>
  )
}

const wordsOf = (wanted: string): readonly string[] => wanted.toLowerCase().split(/\s+/).filter(Boolean)

interface PartProps {
  readonly title: string
  readonly note: string
  readonly children: ReactNode
}

function Part({ title, note, children }: PartProps) {
  return (
    <section className={styles.part}>
      <h2>{title}</h2>
      {note !== '' && <p className={styles.lead}>{note}</p>}
      {children}
    </section>
  )
}

/** Where Ekscope keeps what is its own, and the way to emptying it. */
function Data() {
  const model = useModel()
  const app = useApp((state) => state.app)
  if (app === null) return null
  return (
    <p className="small row wrap">
      <Shown as="code" text={shortPath(app.dataFolder, app.home)} /> {text.settings.version(app.version)}
      <Button small kind="plain" onClick={() => model.showPage('history')}>
        {text.settings.toHistory}
      </Button>
    </p>
  )
}

/** What updates this Ekscope: it itself where it can and may, else what it was installed by. */
function Updates() {
  const { bridge } = useModel()
  const setting = useApp((state) => state.settings.updates)
  const answer = useAnswer(bridge, () => bridge.request('app.updates'), [setting])
  if (!answer?.ok) return null
  const { how, update, possible, said } = answer.value
  const { title, note } = text.settings.groups.updates
  return (
    <Part title={title} note={note}>
      {possible && <SettingRow name="updates" />}
      <Phrase as="p" className="small" text={said ?? (possible ? how : `${how} ${update}`)} />
    </Part>
  )
}
