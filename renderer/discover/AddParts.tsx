import { FilePlus2, Plus, Radar, X } from 'lucide-react'
import { useMemo } from 'react'
import { type AddPlan, planAdd } from '../../shared/edits/add-cluster'
import { type FoundWay, requestsFor } from '../../shared/edits/add-found'
import { applyEdits } from '../../shared/edits/apply'
import type { Edit } from '../../shared/edits/edit'
import { parseTemplate } from '../../shared/edits/name-template'
import { modelOfSnapshot } from '../../shared/edits/snapshot'
import { clusterAccount } from '../../shared/identity/eks-cluster'
import { visible } from '../../shared/visible'
import type { ShownList } from '../actions/action'
import {
  type ClusterColumn,
  type LookerLine,
  type MissingProfile,
  missingProfiles,
  partsOfCell,
} from '../rows/sweeps'
import { add } from '../text/add'
import { sweepsText } from '../text/sweeps'
import { AddedAsFields } from '../ui/AddedAs'
import { Button } from '../ui/Button'
import { ProblemLine } from '../ui/LockActs'
import { useApp, useEdits, useModel, useSweeps } from '../ui/model'
import { Phrase, Shown } from '../ui/Shown'
import { TemplateHint } from '../ui/TemplateHint'
import { Tile } from '../ui/Tile'
import styles from './Discover.module.css'
import type { Found } from './use-found'

const text = sweepsText.add

/** A ticked cell with the context that it would get. */
interface Chosen {
  readonly cell: string
  readonly line: LookerLine
  readonly column: ClusterColumn
  /** Null while AWS is asked, or where a problem is in the way. */
  readonly way: FoundWay | null
  readonly problem: string | null
  /** Nobody who searched has found it: its region is searched then. */
  readonly unfound: boolean
  /** Empty until it has one. */
  readonly name: string
  readonly collided: boolean
}

export interface Adding {
  readonly ways: readonly Chosen[]
  readonly edits: readonly Edit[]
  /** Why there are no edits, and what is done beside what was asked for. */
  readonly problem: string | null
  readonly notes: readonly string[]
  readonly templateProblem: string | null
  readonly collisions: number
  /** Without these no context can be made for some that are ticked. */
  readonly missing: readonly MissingProfile[]
}

/** The contexts of the ticked cells, as edits on the files with what is pending. */
export function useAdding(found: Found): Adding {
  const ticked = useSweeps((state) => state.ticked)
  const described = useSweeps((state) => state.described)
  const form = useSweeps((state) => state.form)
  const candidates = useSweeps((state) => state.known?.candidates)
  const snapshot = useApp((state) => state.snapshot)
  const pending = useEdits((state) => state.pending)
  const there = useMemo(
    () =>
      snapshot &&
      applyEdits(
        modelOfSnapshot(snapshot),
        pending.map(({ edit }) => edit),
      ).model,
    [snapshot, pending],
  )
  return useMemo(() => {
    const lines = new Map(found.matrix.groups.flatMap((one) => one.lines.map((line) => [line.id, line])))
    const columns = new Map(
      found.matrix.accounts.flatMap((one) => one.columns.map((column) => [column.cluster.arn, column])),
    )
    const cells = [...ticked].flatMap((cell) => {
      const [line, column] = [lines.get(partsOfCell(cell)[0]), columns.get(partsOfCell(cell)[1])]
      return line === undefined || column === undefined ? [] : [{ cell, line, column }]
    })
    const ways = cells.map(({ cell, line, column }): Chosen => {
      const answer = described.get(column.cluster.arn)
      const [best] = line.lookers
      const base = { cell, line, column, way: null, unfound: false, name: '', collided: false }
      if (best === undefined) return { ...base, problem: null }
      const { looker, state } = best
      if (looker.kind === 'sso' && looker.profile === null) return { ...base, problem: text.noProfile }
      if (answer === undefined) return { ...base, problem: null }
      if (!answer.ok)
        return column.cluster.foundBy.length === 0
          ? { ...base, problem: whyUnfound(column.cluster, found), unfound: true }
          : { ...base, problem: `${answer.fault.message} ${answer.fault.next}` }
      const cluster = answer.value
      if (cluster.notReady !== null) return { ...base, problem: `${cluster.notReady}.` }
      const way: FoundWay = {
        cluster,
        sameAuthority: cluster.sameAuthority,
        looker,
        arn: state?.kind === 'known' ? state.arn : null,
        profile: looker.profile,
        role: looker.kind === 'profile' ? looker.role : null,
      }
      return { ...base, way, problem: null }
    })
    const missing = missingProfiles(
      cells.flatMap(({ line, column }) =>
        line.lookers.slice(0, 1).map(({ looker }) => ({ looker, region: column.cluster.region })),
      ),
      candidates ?? [],
      found.accountName,
    )
    const nothing = { edits: [], problem: null, notes: [], collisions: 0, missing }
    const parsed = parseTemplate(form.template)
    if ('problem' in parsed) return { ...nothing, ways, templateProblem: parsed.problem }
    if (there === null) return { ...nothing, ways, templateProblem: null }
    const ready = ways.flatMap(({ way }) => way ?? [])
    const taken = new Set(there.files.flatMap((file) => file.context.map(({ name }) => name)))
    const made = requestsFor(
      ready,
      {
        template: parsed.template,
        accountNames: found.accountNames,
        pin: form.pin,
        namespace: form.namespace.trim() || null,
        proxyUrl: form.proxyUrl.trim() || null,
        file: form.file || null,
        tunnels: false,
      },
      taken,
    )
    const named = new Map(ready.map((way, at) => [way, made[at]]))
    const all = ways.map((one): Chosen => {
      const its = one.way === null ? undefined : named.get(one.way)
      return its === undefined ? one : { ...one, name: its.request.name, collided: its.collided }
    })
    const plan = planAdd(
      there,
      made.map(({ request }) => request),
    )
    const collisions = made.filter(({ collided }) => collided).length
    return { ways: all, ...said(plan), collisions, missing, templateProblem: null }
  }, [found, ticked, described, form, there, candidates])
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

function said(plan: AddPlan): Pick<Adding, 'edits' | 'problem' | 'notes'> {
  if (plan.kind === 'refused') {
    const { code, message, next, cluster } = plan.problem
    return {
      edits: [],
      problem: `${cluster.name}: ${message} ${next ?? add.nextOfProblem[code]}`.trimEnd(),
      notes: [],
    }
  }
  return {
    edits: plan.edits,
    problem: null,
    notes: plan.notes.map(({ message }) => message),
  }
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
      <h2 className={styles.title} aria-live="polite">
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
  const running = useSweeps((state) => state.run !== null)
  const { cell, line, column, way, problem, unfound, name, collided } = chosen
  const { cluster } = column
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
          <div className={styles.acts}>
            <Button
              small
              icon={Radar}
              disabled={running}
              onClick={() => void sweeps.lookIn([cluster.region])}
            >
              {text.search(cluster.region)}
            </Button>
          </div>
        )}
      </div>
      <Button
        kind="plain"
        small
        icon={X}
        aria-label={visible(text.drop(name || cluster.name))}
        title={visible(text.drop(name || cluster.name))}
        onClick={() => sweeps.tick(cell, false)}
      />
    </li>
  )
}

/** Below all: what is in the way, and the button. */
export function AddFoot({ adding, shown }: { readonly adding: Adding; readonly shown: ShownList }) {
  const model = useModel()
  const ready = adding.ways.filter(({ way }) => way !== null)
  const own = adding.edits.length === 0 ? [] : model.edits.check(adding.edits)
  const blocked = own.find(({ blocks }) => blocks)
  const problem = adding.problem ?? (blocked && `${blocked.message} ${blocked.next}`) ?? null
  function make(): void {
    model.edits.add(adding.edits)
    model.sweeps.addedAs(new Map(ready.map(({ cell, name }) => [cell, name])))
    shown.focusGrid()
    model.edits.sayOfPending(text.done(ready.length))
  }
  return (
    <div className={styles.foot}>
      {problem !== null && <ProblemLine text={problem} />}
      {adding.missing.length > 0 && (
        <Button
          icon={FilePlus2}
          onClick={() => model.edits.open({ kind: 'write-profiles', profiles: adding.missing })}
        >
          {text.write(adding.missing.length)}
        </Button>
      )}
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
