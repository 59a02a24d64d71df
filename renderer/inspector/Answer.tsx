import { Crown, LogIn, Pin, ShieldQuestion, Undo2, Wrench } from 'lucide-react'
import type { ReactNode } from 'react'
import { mayBePinned } from '../../shared/audit/context-facts'
import type { Sentence } from '../../shared/audit/context-sentence'
import { refusedSentence } from '../../shared/audit/explain'
import { visible } from '../../shared/visible'
import { startEditing } from '../actions/cell-actions'
import { goToContext } from '../actions/go-to'
import { keepingOf } from '../pending/discard'
import { isOpened } from '../pending/editable-fields'
import { canExpect } from '../pending/expect-identity'
import type { Row } from '../rows/rows'
import { sentence } from '../rows/summary'
import { askDestination, verify } from '../store/verifying'
import type { Model } from '../store/window-model'
import { inspectorText as text } from '../text/inspector'
import { shortPaths } from '../text/path'
import { profilesText } from '../text/profile-texts'
import { Ago } from '../ui/Ago'
import { Act, Button } from '../ui/Button'
import { useApp, useEdits, useModel, useRefusal } from '../ui/model'
import { Phrase, Shown } from '../ui/Shown'
import { Tile } from '../ui/Tile'
import { TryHere } from '../ui/TryPanel'
import { VerdictOf } from '../ui/VerdictMark'
import styles from './Answer.module.css'
import { Expect } from './Expected'
import { Face } from './Face'
import { leadingFix } from './fixes'
import { Next } from './Next'

/** The answer about the context: which identity it acts as, why, and the one action that fixes it, with its result. */
export function Answer({ row }: { readonly row: Row }) {
  const environment = useApp((state) => state.environment)
  const now = useApp((state) => state.now)
  const at = row.check?.at ?? null
  const foreseen = sentence(row, environment, Math.max(now, at ?? 0))
  const refusal = useRefusal(row)
  const said =
    refusal === null || row.shown !== 'not-checked' || row.pending !== null
      ? foreseen
      : refusedSentence(refusal)
  const acts = useActs(row, said)
  return (
    <div className={styles.answer} data-tone={said.tone}>
      <div className={styles.verdict}>
        <VerdictOf row={row} />
        {at !== null && <Ago at={at} />}
      </div>
      <div className={styles.headline}>
        {said.who !== null && (
          <Face who={said.who} impersonated={said.who === row.impersonated} seen={said.who === row.seen} />
        )}
        <h3>
          <Title said={said} />
        </h3>
      </div>
      {said.body !== '' && <Phrase as="p" className={styles.body} text={said.body} />}
      {acts !== null ? acts : said.next !== null && <Next text={said.next} />}
    </div>
  )
}

/** The title; an identity that may do everything is shown in red. */
function Title({ said }: { readonly said: Sentence }) {
  const home = useApp((state) => state.app?.home ?? '')
  const title = visible(shortPaths(said.title, home))
  const at = said.master === null ? -1 : title.indexOf(said.master)
  if (at === -1) return <>{title}</>
  // Prevents a line break between it and its parentheses, which the markup alone would allow.
  const [, before = '', open = ''] = /^(.*?)(\(?)$/s.exec(title.slice(0, at)) ?? []
  const [, close = '', after = ''] =
    /^([),.]*)(.*)$/s.exec(title.slice(at + (said.master?.length ?? 0))) ?? []
  return (
    <>
      {before}
      <span className="together">
        {open}
        <span className={styles.master} title={text.masterMeaning}>
          <Crown size={13} aria-hidden />
          {said.master}
        </span>
        {close}
      </span>
      {after}
    </>
  )
}

/** The buttons of the answer; null where there is only text. */
function useActs(row: Row, said: Sentence): ReactNode {
  const model = useModel()
  const own = useApp(({ snapshot }) => snapshot !== null && !isOpened(snapshot, row.entry))
  const pending = useEdits((state) => state.pending)
  // Together with all contexts that wait for the same sign-in.
  const signsIn = useApp(({ fleet }) =>
    fleet.causes.find(({ act, contexts }) => act?.kind === 'sign-in' && contexts.includes(row.id)),
  )
  if (row.running) return null
  const { act = null, contexts = [] } = signsIn ?? {}
  const signIn = act?.kind === 'sign-in' && (
    <Act icon={LogIn} onClick={() => model.edits.open({ kind: 'sign-in', of: act.of, contexts })}>
      {act.label}
    </Act>
  )
  const next = said.next !== null && <Next text={said.next} />
  if (row.pending?.kind === 'removed')
    return (
      <div className={styles.acts}>
        <Button small icon={Undo2} onClick={() => keep(model, row)}>
          {profilesText.keep}
        </Button>
      </div>
    )
  if (row.pending !== null)
    return (
      <>
        {next}
        <div className={styles.acts}>
          {signIn}
          <TryHere
            key={row.id}
            edits={pending.map(({ edit }) => edit)}
            context={row.id}
            identity={row.identity}
          />
        </div>
      </>
    )
  const lead = own ? leadingFix(row) : null
  if (lead !== null) {
    return (
      <div className={styles.acts}>
        <Act icon={lead.pins ? Pin : Wrench} onClick={() => model.edits.add(lead.edits)}>
          {lead.label}
        </Act>
        {lead.becomes !== null && (
          <span className="inline small" title={text.act.becomesMeaning}>
            {text.act.becomes}
            <Tile who={lead.becomes} />
            <span>
              <Shown text={lead.becomes.label} />
              {lead.on !== null && (
                <>
                  {` ${text.act.on} `}
                  <Shown text={lead.on} />
                </>
              )}
            </span>
          </span>
        )}
        <TryHere
          key={row.id}
          edits={[...pending.map(({ edit }) => edit), ...lead.edits]}
          context={row.id}
          identity={null}
        />
      </div>
    )
  }
  const code = row.stale === null ? row.check?.problem?.code : undefined
  if (code === 'file-not-trusted' || code === 'cluster-insecure')
    return (
      <>
        {next}
        <div className={styles.acts}>
          <Act icon={ShieldQuestion} onClick={() => void askDestination(model.checking, row.id)}>
            {code === 'cluster-insecure' ? text.act.trustInsecure : text.act.trustFile}
          </Act>
        </div>
      </>
    )
  if (signIn)
    return (
      <>
        <div className={styles.acts}>{signIn}</div>
        {next}
      </>
    )
  if (code === 'command-not-allowed' || code === 'process-not-allowed')
    return (
      <div className={styles.acts}>
        <Act icon={ShieldQuestion} onClick={() => void verify(model.checking, [row.id], true)}>
          {text.act.allowCommand}
        </Act>
      </div>
    )
  const open = own && row.intended === null && row.profile === null && mayBePinned(row)
  const expects =
    own && row.verdict === 'proven' && row.stale === null && canExpect(row) && row.proven !== null
  if (!open && !expects) return null
  return (
    <div className={styles.acts}>
      {open && (
        <Button small icon={Pin} onClick={() => pinByEditor(model, row)}>
          {text.act.pin}
        </Button>
      )}
      {expects && <Expect row={row} kind="outline" />}
    </div>
  )
}

/** Takes a pending delete back. */
function keep({ state, edits }: Model, row: Row): void {
  const { snapshot } = state.getState()
  if (snapshot === null) return
  const { drop, more } = keepingOf(snapshot, edits.state.getState().pending, row)
  edits.add(more, drop)
}

const column = 'profile'

/** Opens the cell to choose a profile for a context: the user decides which identity it should act as. */
function pinByEditor(model: Model, row: Row): void {
  const { view } = model.state.getState()
  if (view.hidden.includes(column)) model.setView({ hidden: view.hidden.filter((one) => one !== column) })
  if (!model.isShown(row.id)) goToContext(model, row.id)
  // The cell must be drawn and visible before its editor opens over it.
  setTimeout(() => {
    model.list.place.moveTo({ item: row.id, column })
    setTimeout(() => startEditing(model, { item: row.id, column }, null), 0)
  }, 0)
}
