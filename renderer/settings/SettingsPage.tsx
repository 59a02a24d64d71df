import { type ReactNode, useState } from 'react'
import type { OwnPiece } from '../../shared/ipc/payloads'
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

/** Where Ekscope keeps what is its own, how large that is, and what of it can be cleared. */
function Data() {
  const model = useModel()
  const app = useApp((state) => state.app)
  const [asked, setAsked] = useState(0)
  const answer = useAnswer(model.bridge, () => model.bridge.request('data.load'), [asked])
  const clears: Readonly<Partial<Record<OwnPiece['piece'], () => Promise<void>>>> = {
    history: model.emptyHistory,
    checks: model.clearChecks,
  }
  if (app === null) return null
  return (
    <>
      <ul>
        {(answer?.ok ? answer.value : []).map(({ piece, paths, bytes }) => {
          const clear = clears[piece]
          return (
            <li key={piece} className={styles.decision}>
              <span className={styles.kind}>
                {text.settings.pieces[piece]}
                <span className="block faint">{sized(bytes)}</span>
              </span>
              <Shown
                as="code"
                className="fill"
                text={paths.map((path) => shortPath(path, app.home)).join(', ')}
              />
              {clear !== undefined && (
                <Button
                  small
                  aria-label={text.settings.clearOf(text.settings.pieces[piece])}
                  onClick={() => void clear().then(() => setAsked((before) => before + 1))}
                >
                  {text.settings.clear}
                </Button>
              )}
            </li>
          )
        })}
      </ul>
      <p className="small">{text.settings.version(app.version)}</p>
    </>
  )
}

/** In the largest unit of which there is one. */
const sized = (bytes: number): string =>
  bytes < 1_000
    ? `${bytes} B`
    : bytes < 1_000_000
      ? `${Math.round(bytes / 1_000)} KB`
      : `${Math.round(bytes / 1_000_000)} MB`

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
