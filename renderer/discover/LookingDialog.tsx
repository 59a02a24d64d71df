import { useEffect, useRef, useState } from 'react'
import { ago } from '../../shared/age'
import { isRoleArn } from '../../shared/identity/arn'
import { isRegion } from '../../shared/identity/regions'
import type { SweptEnabled } from '../../shared/identity/search-results'
import type { Regions } from '../../shared/identity/sweep'
import { fieldInputs } from '../pending/commit'
import { roleOffers } from '../pending/role-offers'
import type { SearchChoice } from '../store/arrangement'
import { search } from '../store/sweep-store'
import { editText } from '../text/edits'
import { sweepsText } from '../text/sweep-texts'
import { Button } from '../ui/Button'
import { Choices, Field, Tick } from '../ui/Field'
import { useApp, useEdits, useIsRunning, useModel, useSweeps } from '../ui/model'
import { Shown } from '../ui/Shown'
import { Window } from '../ui/Window'
import styles from './Discover.module.css'

const text = sweepsText.dialog

/** By which identities, and where, clusters are searched. */
export function LookingDialog({ at }: { readonly at: 'who' | 'where' }) {
  const model = useModel()
  const known = useSweeps((state) => state.known)
  const isLooking = useIsRunning('search')
  const looking = useApp((state) => state.view.looking)
  // Roles to choose from are among them.
  useEdits((state) => state.choices)
  const inputs = fieldInputs(model)
  const [wish, setWish] = useState<SearchChoice>(looking)
  const [list, setList] = useState(looking.regions.kind === 'these' ? looking.regions.regions.join(' ') : '')
  useEffect(() => {
    void model.sweeps.load()
    void model.edits.loadChoices()
  }, [model])
  const profiles = known?.candidates.map(({ looker }) => looker.profile ?? '') ?? []
  const sessions = known?.sessions ?? []
  const set = (change: Partial<SearchChoice>) => setWish((before) => ({ ...before, ...change }))
  const named = list.split(/[\s,]+/).filter(Boolean)
  const badRegion = named.find((name) => !isRegion(name))
  const badRole = wish.role !== null && !isRoleArn(wish.role)
  const regions: Regions = wish.regions.kind === 'these' ? { kind: 'these', regions: named } : wish.regions
  const whole = !badRole && (regions.kind !== 'these' || (named.length > 0 && badRegion === undefined))
  const saidBefore = useSaid(known?.swept.enabled ?? [])
  const places = useRef<HTMLDivElement>(null)
  const chosenPlaces = {
    get current() {
      return places.current?.querySelector<HTMLElement>('input:checked') ?? null
    },
  }
  function keep(): void {
    model.setView({ looking: { ...wish, regions } })
    model.edits.open(null)
  }
  return (
    <Window
      wide
      title={text.title}
      lead={text.lead}
      focus={at === 'where' ? chosenPlaces : undefined}
      cancel={editText.cancel}
      acts={
        <>
          <Button disabled={!whole} onClick={keep}>
            {text.later}
          </Button>
          <Button
            kind="primary"
            disabled={!whole || isLooking}
            onClick={() => {
              keep()
              void search(model.sweeps)
            }}
          >
            {text.now}
          </Button>
        </>
      }
    >
      <div className="dialog-body">
        <Some
          label={text.profiles}
          all={text.allProfiles}
          names={profiles}
          chosen={wish.profiles}
          nameOf={(name) => (name === '' ? text.environment : name)}
          onChange={(chosen) => set({ profiles: chosen })}
        />
        {sessions.length > 0 && (
          <Some
            label={text.sessions}
            all={text.allSessions}
            names={sessions}
            chosen={wish.sessions}
            nameOf={(name) => name}
            onChange={(chosen) => set({ sessions: chosen })}
          />
        )}
        <Field
          label={text.role}
          value={wish.role ?? ''}
          onChange={(role) => set({ role: role.trim() === '' ? null : role.trim() })}
          placeholder={text.none}
          hint={text.roleHint}
          problem={badRole ? text.badRole : null}
          offers={inputs === null ? [] : roleOffers({ ...inputs, account: null, partition: null })}
          mono
        />
        <div ref={places}>
          <Choices
            label={text.where}
            value={wish.regions.kind}
            onChange={(kind) => set({ regions: kind === 'these' ? { kind, regions: named } : { kind } })}
            options={(['own', 'enabled', 'all', 'these'] as const).map((value) => ({
              value,
              label: text[value],
              ...(value === 'enabled' && { hint: `${text.enabledHint} ${saidBefore}`.trimEnd() }),
            }))}
          />
        </div>
        {wish.regions.kind === 'these' && (
          <Field
            label={text.list}
            value={list}
            onChange={setList}
            placeholder="eu-west-1 us-east-1"
            problem={badRegion === undefined ? null : text.badRegion(badRegion)}
            mono
          />
        )}
        <p className={styles.also}>{text.aliases}</p>
      </div>
    </Window>
  )
}

/** What accounts have said before of their regions, with its age; empty where none has. */
function useSaid(enabled: readonly SweptEnabled[]): string {
  const now = useApp((state) => state.now)
  const said = enabled.flatMap(({ regions, at }) =>
    regions.state === 'read' ? [{ count: regions.value.length, at }] : [],
  )
  if (said.length === 0) return ''
  const counts = said.map(({ count }) => count)
  const oldest = Math.min(...said.map(({ at }) => at))
  return text.enabledKnown(said.length, Math.min(...counts), Math.max(...counts), ago(oldest, now))
}

interface SomeProps {
  readonly label: string
  readonly all: string
  readonly names: readonly string[]
  /** Null: all of them. */
  readonly chosen: readonly string[] | null
  readonly nameOf: (name: string) => string
  readonly onChange: (chosen: readonly string[] | null) => void
}

/** All of some names, or just these. */
function Some({ label, all, names, chosen, nameOf, onChange }: SomeProps) {
  return (
    <fieldset className={styles.some}>
      <legend className="label">{label}</legend>
      <Tick checked={chosen === null} onChange={(on) => onChange(on ? null : [])}>
        {all}
      </Tick>
      {chosen !== null && (
        <div className={styles.list} role="group" aria-label={label}>
          {names.map((name) => (
            <Tick
              key={name}
              checked={chosen.includes(name)}
              onChange={(on) => onChange(on ? [...chosen, name] : chosen.filter((one) => one !== name))}
            >
              <Shown text={nameOf(name)} />
            </Tick>
          ))}
        </div>
      )}
    </fieldset>
  )
}
