import { Check, CircleHelp, ListChecks, X } from 'lucide-react'
import { useId, useState } from 'react'
import { ago } from '../../shared/age'
import {
  isNamespace,
  type MayDoBy,
  type MayDo as MayDoThat,
  type MayDoThere,
} from '../../shared/identity/may-do'
import { whoKnown } from '../../shared/identity/named-identity'
import { visible } from '../../shared/visible'
import { oneWayEach } from '../rows/cluster-access'
import { aboutOne, askMayDo } from '../store/cluster-store'
import { clustersText } from '../text/cluster-texts'
import { Button } from '../ui/Button'
import { useApp, useClusters, useModel, useRun } from '../ui/model'
import { Phrase, Shown } from '../ui/Shown'
import { StopRun } from '../ui/StopRun'
import styles from './Access.module.css'
import { type AccessOf, useOneEach } from './OneEach'
import { Select } from './Select'
import { Warning } from './Warning'

const text = clustersText.mayDo

interface MayDoProps extends AccessOf {
  /** Identities for which a token can be created. */
  readonly askable: readonly string[]
}

/** What an identity may do in a namespace, as the cluster answers: it takes a separate click and one token. */
export function MayDo({ cluster, access, askable }: MayDoProps) {
  const model = useModel()
  const { clusters } = model
  const id = useId()
  const asking = useRun('may-do')
  const answer = useClusters((state) => state.mayDo.get(cluster.id))
  const contexts = useApp((state) => state.snapshot?.contexts)
  const each = useOneEach(oneWayEach(access, askable, model.owners()))
  const asker = (kind: MayDoBy['kind'], of: string, label: string, as = of) => {
    const by: MayDoBy = { kind, id: of }
    return { key: `${kind} ${as}`, by, label }
  }
  const askers = [
    ...cluster.contexts.map((context) => asker('context', context.id, text.context(context.name))),
    ...each.map(({ who, shown, account }) => {
      const label = account === null ? shown.label : text.inAccount(shown.label, account)
      return asker('identity', who.id, label, shown.key ?? who.id)
    }),
  ]
  /** The identity that was asked by may be another way by now: the name is the same. */
  const nameOf = (asked: MayDoBy): string | null => {
    const mine = asked.kind === 'identity' && access.mine.find((one) => one.who.id === asked.id)
    const as = mine ? (whoKnown(mine.who, model.owners()).key ?? mine.who.id) : asked.id
    return askers.find(({ key }) => key === `${asked.kind} ${as}`)?.label ?? null
  }
  const [chosen, setChosen] = useState<string | null>(null)
  const [written, setWritten] = useState<string | null>(null)
  const as = askers.find(({ key }) => key === chosen) ?? askers[0]
  if (as === undefined) return null
  const { by } = as
  const own = by.kind === 'context' ? (contexts?.find(({ id }) => id === by.id)?.namespace ?? null) : null
  const namespace = written ?? own ?? 'default'
  const wrong = !isNamespace(namespace)
  const here = asking?.cluster === cluster.id
  return (
    <section className={styles.reading} aria-label={text.title}>
      <h4>{text.title}</h4>
      <div className={styles.acts}>
        <Select
          label={text.as}
          value={as.key}
          options={askers.map(({ key, label }) => [key, visible(label)])}
          onChange={setChosen}
        />
        <span>
          <label className="quiet" htmlFor={id}>
            {text.where}
          </label>
          <input
            id={id}
            className={styles.input}
            value={namespace}
            aria-invalid={wrong || undefined}
            spellCheck={false}
            onChange={(event) => setWritten(event.target.value.trim())}
          />
        </span>
        {here ? (
          <StopRun small run={asking} kinds={aboutOne}>
            {text.stop}
          </StopRun>
        ) : (
          <Button
            small
            icon={ListChecks}
            disabled={asking !== undefined || wrong}
            onClick={() => void askMayDo(clusters, cluster.id, by, namespace)}
          >
            {text.ask}
          </Button>
        )}
      </div>
      <p className="quiet">{wrong ? text.wrong : text.token}</p>
      {answer !== undefined && <Answer there={answer} name={nameOf(answer.by)} />}
    </section>
  )
}

function Answer({ there, name }: { readonly there: MayDoThere; readonly name: string | null }) {
  const { username, answer } = there
  const who = name ?? username ?? ''
  if (answer.state === 'not-read')
    return <Warning title={<Shown text={text.notAnswered(who)} />} why={answer.why} next={answer.next} />
  return <Answered who={who} username={username} may={answer.value} />
}

const answers = {
  yes: { icon: Check, tone: 'ok' },
  no: { icon: X, tone: undefined },
  open: { icon: CircleHelp, tone: 'open' },
} as const

interface AnsweredProps {
  readonly who: string
  readonly username: string | null
  readonly may: MayDoThat
}

function Answered({ who, username, may: { namespace, at, asked, rules } }: AnsweredProps) {
  const now = useApp((state) => state.now)
  return (
    <>
      <p className="body above-10 lines-18" role="status">
        <Shown text={text.told(who, username, namespace, ago(at, now))} />
      </p>
      <ul className={styles.answers} aria-label={text.answers}>
        {asked.map(({ says, allowed }) => {
          const kind = allowed === null ? 'open' : allowed ? 'yes' : 'no'
          const { icon: Icon, tone } = answers[kind]
          return (
            <li key={says} data-tone={tone}>
              <Icon size={12} aria-hidden />
              <span>
                <span className="visually-hidden">{text.marks[kind]}: </span>
                {says}
              </span>
            </li>
          )
        })}
      </ul>
      {rules.state === 'not-read' ? (
        <Phrase as="p" className="body above-10 lines-18" text={rules.why} />
      ) : (
        <>
          {rules.value.incomplete && (
            <p className="body above-10 lines-18">
              <b>{text.incomplete}</b> <Shown text={text.why(rules.value.why)} />
            </p>
          )}
          {rules.value.rules.length > 0 && (
            <details className={styles.rules}>
              <summary>{text.rules(rules.value.rules.length)}</summary>
              <ul>
                {rules.value.rules.map(({ verbs, resources }) => (
                  <li key={`${verbs.join()} ${resources.join()}`}>
                    <Shown as="b" text={verbs.join(', ')} /> <Shown text={resources.join(', ')} />
                  </li>
                ))}
              </ul>
            </details>
          )}
        </>
      )}
    </>
  )
}
