import { Plus, Radar, X } from 'lucide-react'
import { useMemo } from 'react'
import type { AddPlan } from '../../shared/edits/add-cluster'
import type { FoundWay } from '../../shared/edits/add-found'
import type { Edit } from '../../shared/edits/edit'
import { clusterAccount } from '../../shared/identity/eks-cluster'
import { lookerId } from '../../shared/identity/sweep'
import type { FoundCluster } from '../../shared/ipc/payloads'
import type { Result } from '../../shared/result'
import { visible } from '../../shared/visible'
import { plannedFor, profilesFor } from '../pending/added-as'
import { type ClusterColumn, type LookerLine, partsOfCell } from '../rows/sweep-matrix'
import { noteAdded, search, tick } from '../store/sweep-store'
import { add } from '../text/add-texts'
import { sweepsText } from '../text/sweep-texts'
import { AddedAsFields } from '../ui/AddedAs'
import { Button } from '../ui/Button'
import { ProblemLine } from '../ui/LockActs'
import { useApp, useIsRunning, useModel, useProfileEdits, useSweeps } from '../ui/model'
import { Phrase, Shown } from '../ui/Shown'
import { TemplateHint } from '../ui/TemplateHint'
import { Tile } from '../ui/Tile'
import { useEditedModel } from '../ui/use-edited-model'
import styles from './Discover.module.css'
import type { Found } from './use-found'

const text = sweepsText.add

/** A ticked cell with the context that it would get. */
type Chosen = Adding['ways'][number]
export type Adding = ReturnType<typeof useAdding>

/** The contexts of the ticked cells, as edits on the files with what is pending. */
export function useAdding(found: Found) {
  const ticked = useSweeps((state) => state.ticked)
  const described = useSweeps((state) => state.described)
  const form = useSweeps((state) => state.form)
  const own = useApp((state) => state.settings.template || null)
  const candidates = useSweeps((state) => state.known?.candidates)
  const there = useEditedModel()
  const pending = useProfileEdits()
  const environment = useApp((state) => state.environment)
  return useMemo(() => {
    const lines = new Map(found.matrix.groups.flatMap((one) => one.lines.map((line) => [line.id, line])))
    const columns = new Map(
      found.matrix.accounts.flatMap((one) => one.columns.map((column) => [column.cluster.arn, column])),
    )
    const chosen = [...ticked].flatMap((cell) => {
      const [line, column] = [lines.get(partsOfCell(cell)[0]), columns.get(partsOfCell(cell)[1])]
      return line === undefined || column === undefined ? [] : [{ cell, line, column }]
    })
    const profiles = profilesFor(
      chosen.flatMap(({ line, column }) =>
        line.lookers.slice(0, 1).map(({ looker }) => ({ looker, region: column.cluster.region })),
      ),
      candidates?.map(({ looker }) => looker.profile) ?? [],
      pending,
      found.accountName,
    )
    const cells = chosen.map((one) => {
      const answer = described.get(one.column.cluster.arn)
      return { ...one, ...wayAt(one.line, one.column, answer, found, profiles) }
    })
    const ready = cells.flatMap(({ way }) => way ?? [])
    const { accountNames } = found
    const { names, plan, template, templateProblem } =
      there === null
        ? nothing
        : plannedFor(
            ready,
            { ...form, template: form.template ?? own },
            { accountNames, tunnels: false },
            there,
          )
    const named = new Map(ready.map((way, at) => [way, names[at]]))
    const ways = cells.map((one) => {
      const its = one.way === null ? undefined : named.get(one.way)
      // The name is empty until it has one.
      return { ...one, name: its?.name ?? '', collided: its?.collided ?? false }
    })
    const collisions = names.filter(({ collided }) => collided).length
    const planned = said(plan)
    const used = new Set(ready.map(({ profile }) => profile))
    const added = [...profiles.values()].filter((one) => used.has(one.profile) && !pending.includes(one))
    const edits = added.map((edit): Edit => ({ kind: 'edit-profile', environment, edit, was: null }))
    return {
      ...{ ways, collisions, template, templateProblem, problem: planned.problem },
      edits: planned.edits.length === 0 ? [] : [...edits, ...planned.edits],
      notes: [...planned.notes, ...text.profiles(added.map(({ profile }) => profile))],
    }
  }, [found, ticked, described, form, own, there, candidates, pending, environment])
}

interface WayAt {
  /** Null while AWS is asked, or where a problem is in the way. */
  readonly way: FoundWay | null
  readonly problem: string | null
  /** No identity that searched has found it: its region is searched then. */
  readonly unfound?: boolean
}

/** How an identity would get a context for a cluster, once AWS has described that. */
function wayAt(
  { lookers: [best] }: LookerLine,
  { cluster }: ClusterColumn,
  answer: Result<FoundCluster> | undefined,
  found: Found,
  profiles: ReturnType<typeof profilesFor>,
): WayAt {
  if (best === undefined) return { way: null, problem: null }
  const { looker, state } = best
  if (answer === undefined) return { way: null, problem: null }
  if (!answer.ok)
    return cluster.foundBy.length === 0
      ? { way: null, problem: whyUnfound(cluster, found), unfound: true }
      : { way: null, problem: `${answer.fault.message} ${answer.fault.next}` }
  const { notReady, sameAuthority } = answer.value
  if (notReady !== null) return { way: null, problem: `${notReady}.` }
  const arn = state?.kind === 'known' ? state.arn : null
  const role = looker.kind === 'profile' ? looker.role : null
  const profile = looker.profile ?? profiles.get(lookerId(looker))?.profile ?? null
  return { way: { cluster: answer.value, sameAuthority, looker, arn, profile, role }, problem: null }
}

/** Of a cluster that contexts alone know: whether its region was searched at all. */
function whyUnfound(
  { name, region, ...cluster }: ClusterColumn['cluster'],
  { swept, accountName }: Found,
): string {
  const account = clusterAccount(cluster)
  const there = new Set(
    swept.lookers.flatMap(({ id, state }) =>
      state?.kind === 'known' && state.account === account ? [id] : [],
    ),
  )
  const searched = swept.places.some((one) => one.region === region && there.has(one.looker))
  return (searched ? text.notFound : text.notSearched)(name, region, accountName(account))
}

const nothing = { names: [], plan: null, template: '', templateProblem: null }

/** The edits, else why there are none, and what is done beside what was asked for. */
function said(plan: AddPlan | null) {
  if (plan?.kind !== 'refused')
    return { edits: plan?.edits ?? [], problem: null, notes: plan?.notes.map(({ message }) => message) ?? [] }
  const { code, message, next, cluster } = plan.problem
  const problem = `${cluster.name}: ${message} ${next ?? add.nextOfProblem[code]}`.trimEnd()
  return { edits: [], problem, notes: [] }
}

/** What is ticked, what its contexts are called, and how they are pinned. */
export function AddParts({ adding }: { readonly adding: Adding }) {
  const { sweeps } = useModel()
  const form = useSweeps((state) => state.form)
  const { ways } = adding
  if (ways.length === 0)
    return (
      <section className={styles.section}>
        <p className="quiet">{text.none}</p>
      </section>
    )
  return (
    <section className={styles.section} aria-label={text.title(ways.length)}>
      <h2 className="row size-3" aria-live="polite">
        {text.title(ways.length)}
      </h2>
      <ul className={styles.chosen}>
        {ways.map((one) => (
          <ChosenLine key={one.cell} chosen={one} />
        ))}
      </ul>
      <AddedAsFields
        value={form}
        onChange={sweeps.setForm}
        texts={text}
        pinHints={text.pinHints}
        template={adding.template}
        templateProblem={adding.templateProblem}
        templateHint={adding.collisions === 0 ? text.noCollisions : text.collisions(adding.collisions)}
      >
        <details className="quiet">
          <summary>{text.fields}</summary>
          <TemplateHint />
        </details>
      </AddedAsFields>
      {adding.notes.map((note) => (
        <Shown as="p" key={note} className="quiet" text={note} />
      ))}
    </section>
  )
}

function ChosenLine({ chosen }: { readonly chosen: Chosen }) {
  const { sweeps } = useModel()
  const running = useIsRunning('search')
  const { cell, line, column, way, problem, unfound, name, collided } = chosen
  const { cluster } = column
  const drop = visible(text.drop(name || cluster.name))
  return (
    <li>
      <Tile who={line.who} />
      <div>
        <b className={collided ? 'unsure' : undefined}>
          <Shown text={name === '' ? `${line.who.label}, ${cluster.name}` : name} />
        </b>
        <p className="quiet">
          <Shown text={text.at(cluster.name, cluster.region)} />
          {way === null && problem === null && ` · ${text.describing}`}
        </p>
        {problem !== null && <Phrase as="p" className="unsure" text={problem} />}
        {unfound && (
          <div className="row wrap above-8">
            <Button
              small
              icon={Radar}
              disabled={running}
              onClick={() => void search(sweeps, { kind: 'these', regions: [cluster.region] })}
            >
              {text.search(cluster.region)}
            </Button>
          </div>
        )}
      </div>
      <Button kind="plain" small icon={X} label={drop} onClick={() => tick(sweeps, cell, false)} />
    </li>
  )
}

/** Below all: what is in the way, and the button. */
export function AddFoot({ adding }: { readonly adding: Adding }) {
  const model = useModel()
  const ready = adding.ways.filter(({ way }) => way !== null)
  const own = adding.edits.length === 0 ? [] : model.edits.check(adding.edits)
  const blocked = own.find(({ blocks }) => blocks)
  const problem = adding.problem ?? (blocked && `${blocked.message} ${blocked.next}`) ?? null
  function make(): void {
    model.edits.add(adding.edits)
    noteAdded(model.sweeps, new Map(ready.map(({ cell, name }) => [cell, name])))
    model.list.focusGrid()
    model.edits.sayOfPending(text.done(ready.length))
  }
  return (
    <div className={styles.foot}>
      {problem !== null && <ProblemLine text={problem} />}
      <Button
        kind="primary"
        icon={Plus}
        disabled={ready.length === 0 || adding.edits.length === 0 || problem !== null}
        onClick={make}
      >
        {text.button(ready.length)}
      </Button>
      <p className="quiet">{text.nothing}</p>
    </div>
  )
}
