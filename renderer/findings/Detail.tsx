import { Eye, Link2, Wrench } from 'lucide-react'
import { useRef, useState } from 'react'
import type { AuditFinding } from '../../shared/audit/audit'
import { mostReason } from '../../shared/audit/muted'
import { pageOf } from '../../shared/findings/finding-kinds'
import { grouped } from '../../shared/grouped'
import type { EntrySince } from '../../shared/ipc/payloads'
import { ContextsSection } from '../inspector/ContextsSection'
import { ListPanel, Section } from '../inspector/Frame'
import frame from '../inspector/Inspector.module.css'
import { type FindingLine, findingLines, lineId } from '../rows/finding-lines'
import { findingsText as text } from '../text/finding-texts'
import { severityText } from '../text/page'
import { shortPath } from '../text/path'
import { Ago } from '../ui/Ago'
import { Act, Button } from '../ui/Button'
import { Field } from '../ui/Field'
import { LongList, mostDrawn } from '../ui/LongList'
import { useApp, useAudit, useEdits, useFindings, useModel } from '../ui/model'
import { Phrase, Shown } from '../ui/Shown'
import { useAnswer } from '../ui/use-answer'
import styles from './Findings.module.css'
import { SeverityIcon } from './SeverityIcon'
import { fixOfLine, reviewFixes } from './use-fix'

/** All about one kind of finding: why, where, which contexts have it, and what settles it. */
export function Detail() {
  const model = useModel()
  const audit = useAudit((state) => state.audit)
  const cursor = useFindings((state) => state.cursor)
  const lines = audit === null ? [] : findingLines(audit)
  const line = lines.find(({ id }) => id === cursor) ?? lines[0]
  return (
    <ListPanel
      texts={text.detail}
      list={model.findings}
      title={line && <Title line={line} />}
      foot={line && <Foot line={line} />}
    >
      {line === undefined ? null : (
        <>
          <Reasons key={`why ${line.id}`} line={line} />
          <Where line={line} />
          <Concerned line={line} />
          <Muting key={lineId(line.severity, line.finding, null)} line={line} />
        </>
      )}
    </ListPanel>
  )
}

function Title({ line }: { readonly line: FindingLine }) {
  const { title, severity, finding, contexts } = line
  return (
    <>
      <h2 className={frame.title}>
        <SeverityIcon severity={severity} /> {title}
      </h2>
      <p className={frame.place}>
        {text.about(severityText[severity], contexts.length)} · <code>{finding}</code>
      </p>
      <Asked line={line} />
    </>
  )
}

/** Each reason once, with what to do about it. */
function Reasons({ line: { findings } }: { readonly line: FindingLine }) {
  const [all, setAll] = useState(false)
  const reasons = [...grouped(findings, ({ message }) => message).values()].flatMap(([first]) => first ?? [])
  const more = reasons.length - mostReasons
  return (
    <Section title={text.why} aside={reasons.length > 1 ? reasons.length : undefined}>
      {all && reasons.length > mostDrawn ? (
        <LongList label={text.why} of={reasons} estimate={60} tall item={(one) => <Reason finding={one} />} />
      ) : (
        <ul className={styles.reasons}>
          {(all ? reasons : reasons.slice(0, mostReasons)).map((one) => (
            <li key={one.message}>
              <Reason finding={one} />
            </li>
          ))}
        </ul>
      )}
      {more > 0 && (
        <Button small kind="plain" className={styles.more} aria-expanded={all} onClick={() => setAll(!all)}>
          {all ? text.fewerReasons : text.moreReasons(more)}
        </Button>
      )}
    </Section>
  )
}

/** So many are shown unasked: others of one kind say nearly the same. */
const mostReasons = 1

const Reason = ({ finding: { message, advice } }: { readonly finding: AuditFinding }) => (
  <div className={styles.reason}>
    <Phrase as="p" text={message} />
    {advice !== null && <Phrase as="p" className="soft" text={advice} />}
  </div>
)

/** So many places are looked up in the history. */
const mostLookedUp = 200

/** Each place once, with since when it is written so. */
function Where({ line: { findings } }: { readonly line: FindingLine }) {
  const model = useModel()
  const audit = useAudit((state) => state.audit)
  const home = useApp((state) => state.app?.home ?? '')
  const places = [...grouped(findings, ({ file, line }) => text.place(file, line)).values()].flatMap(
    ([first]) => first ?? [],
  )
  const contexts = places.flatMap(({ contexts: [first] }) => first ?? []).slice(0, mostLookedUp)
  const answer = useAnswer(contexts.join(' '), () => model.bridge.request('findings.since', { contexts }), [
    audit,
  ])
  const since = answer?.ok ? new Map(answer.value.map((one) => [one.context, one])) : null
  const sinceOf = ({ contexts: [context] }: AuditFinding) =>
    context === undefined ? undefined : since?.get(context)
  const [one, ...others] = places.map(sinceOf)
  const isAlike = others.length > 0 && others.every((other) => isSame(one, other))
  return (
    <Section title={text.columns.where} aside={places.length}>
      {since !== null && isAlike && (
        <p className="faint">
          <Written since={one} />
        </p>
      )}
      <LongList
        label={text.columns.where}
        of={places}
        estimate={isAlike ? 24 : 44}
        item={(place) => (
          <>
            <Shown as="code" text={text.place(shortPath(place.file, home), place.line)} />
            {since !== null && !isAlike && (
              <p className="faint">
                <Written since={sinceOf(place)} />
              </p>
            )}
          </>
        )}
      />
    </Section>
  )
}

/** To the minute: files are not read at one moment. */
const isSame = (one: EntrySince | undefined, other: EntrySince | undefined): boolean =>
  minute(one?.changed?.at) === minute(other?.changed?.at) &&
  one?.changed?.by === other?.changed?.by &&
  minute(one?.from) === minute(other?.from)
const minute = (at: number | null | undefined) => (at == null ? null : Math.floor(at / 60_000))

/** Since when an entry is written as it is. */
function Written({ since }: { readonly since: EntrySince | undefined }) {
  if (since?.changed)
    return (
      <>
        {text.since.changed} <Ago at={since.changed.at} /> {text.since.by[since.changed.by]}
      </>
    )
  if (since?.from == null) return text.since.notKnown
  return (
    <>
      {text.since.seen} <Ago at={since.from} />, {text.since.unchanged}
    </>
  )
}

/** When AWS or the cluster was asked, of findings that rest on that, and since when it says so. */
function Asked({ line: { findings } }: { readonly line: FindingLine }) {
  const asked = findings.flatMap(({ askedAt }) => askedAt ?? [])
  if (asked.length === 0) return null
  const since = findings.flatMap((one) => one.since ?? [])
  return (
    <p className={frame.place}>
      {text.asked} <Ago at={Math.max(...asked)} />
      {' · '}
      {since.length === 0 ? (
        text.since.notKnown
      ) : (
        <>
          {text.saysSo} <Ago at={Math.min(...since)} />
        </>
      )}
    </p>
  )
}

function Concerned({ line: { contexts } }: { readonly line: FindingLine }) {
  return contexts.length === 0 ? null : <ContextsSection title={text.columns.contexts} of={contexts} />
}

/** The reason for which it is muted, or a field for one. */
function Muting({ line: { finding, severity, title, contexts, muted } }: { readonly line: FindingLine }) {
  const model = useModel()
  const [reason, setReason] = useState('')
  const here = useRef<HTMLDivElement>(null)
  const about = { id: finding, contexts: contexts.map(({ id }) => id) }
  /** The panel stays with the finding: its line is another now, and the button that was pressed is gone. */
  const settle = async (asked: Promise<unknown>, why: string | null) => {
    if ((await asked) === undefined) return
    await Promise.all([model.audit.load(), model.readBeside()])
    model.findings.setCursor(lineId(severity, finding, why))
    model.say(why === null ? text.mute.undone(title) : text.mute.done(title))
    setReason('')
    here.current?.focus()
  }
  return (
    <div ref={here} tabIndex={-1}>
      <Section title={text.mute.title}>
        {muted !== null ? (
          <div className={styles.mute}>
            <Phrase as="p" text={text.mute.because(muted.reason)} />
            <Button small onClick={() => void settle(model.ask('findings.unmute', about), null)}>
              {text.mute.again}
            </Button>
          </div>
        ) : (
          <form
            className={styles.mute}
            onSubmit={(event) => {
              event.preventDefault()
              if (reason.trim() !== '') void settle(model.ask('findings.mute', { ...about, reason }), reason)
            }}
          >
            <Field label={text.mute.reason} value={reason} onChange={setReason} most={mostReason} />
            <Button small type="submit" disabled={reason.trim() === ''}>
              {text.mute.act}
            </Button>
          </form>
        )}
      </Section>
    </div>
  )
}

function Foot({ line }: { readonly line: FindingLine }) {
  const model = useModel()
  useEdits((state) => state.pending)
  const { contexts, title, finding } = line
  const fix = fixOfLine(model, line)
  return (
    <footer className={frame.foot}>
      {fix !== null && (
        <Act icon={Wrench} onClick={() => reviewFixes(model, [line])}>
          {text.review(fix.label)}
        </Act>
      )}
      {contexts.length > 0 && (
        <Button
          small
          icon={Eye}
          onClick={() => model.showOnly({ title, ids: new Set(contexts.map(({ id }) => id)) })}
        >
          {text.showIn(contexts.length)}
        </Button>
      )}
      <Button
        small
        kind="plain"
        icon={Link2}
        label={text.copyPage}
        onClick={() => void model.copy(pageOf(finding), text.page)}
      />
    </footer>
  )
}
