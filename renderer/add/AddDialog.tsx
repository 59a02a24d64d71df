import { CircleAlert, LoaderCircle, UserCheck, X } from 'lucide-react'
import { type ReactNode, useEffect, useState } from 'react'
import { isRoleArn } from '../../shared/identity/arn'
import { clusterAccount, type DiscoveryIdentity } from '../../shared/identity/eks-cluster'
import { isRegion, partitionOfRegion } from '../../shared/identity/regions'
import { environmentInSentence } from '../../shared/identity/variable-places'
import type { CallerAnswer } from '../../shared/ipc/payloads'
import type { Result } from '../../shared/result'
import { showMade } from '../actions/go-to'
import { accountNamesOf, fieldInputs } from '../pending/commit'
import { profileOffers } from '../pending/editable-fields'
import { roleOffers } from '../pending/role-offers'
import { add } from '../text/add-texts'
import { AddedAsFields } from '../ui/AddedAs'
import { Button } from '../ui/Button'
import { Choices, Field, Tick } from '../ui/Field'
import { FormWindow } from '../ui/FormFrame'
import { useApp, useEdits, useModel } from '../ui/model'
import { Exact, Shown } from '../ui/Shown'
import { TemplateHint } from '../ui/TemplateHint'
import { useEditedModel } from '../ui/use-edited-model'
import styles from './Add.module.css'
import { Clusters } from './Clusters'
import { type AddWish, plannedContexts } from './planned-contexts'
import { useCaller, useDiscovery } from './use-discovery'

/** Contexts for EKS clusters: the identity that finds them, the clusters, which identity the contexts act as, and their names. */
export function AddDialog() {
  const model = useModel()
  const environment = useApp((state) => state.environment)
  const choices = useEdits((state) => state.choices)
  const [profile, setProfile] = useState('')
  const [role, setRole] = useState('')
  const [ticked, setTicked] = useState<ReadonlySet<string>>(new Set())
  const [wish, setWish] = useState<Omit<AddWish, 'clusters' | 'identity' | 'caller' | 'accountNames'>>({
    actsAs: 'same',
    profile: '',
    role: '',
    pin: 'arg',
    template: model.state.getState().settings.template || null,
    namespace: '',
    proxyUrl: '',
    tunnels: false,
    file: '',
  })
  useEffect(() => void model.edits.loadChoices(), [model])
  const discovery = useDiscovery()
  const identity: DiscoveryIdentity = { profile: profile.trim() || null, role: role.trim() || null }
  const known = choices?.profiles.find(({ name }) => name === identity.profile)
  const askable =
    (identity.profile === null || choices === null || known !== undefined) &&
    (identity.role === null || isRoleArn(identity.role))
  const caller = useCaller(identity, askable)
  const there = useEditedModel()
  const usual =
    (caller?.ok ? caller.value.region : null) ??
    known?.region ??
    mostUsed(model.rows.all().flatMap((row) => row.region ?? []))
  const partition = partitionOfRegion(usual ?? '')
  const chosen = discovery.clusters.filter(({ arn }) => ticked.has(arn))
  const plan =
    there &&
    plannedContexts(
      {
        ...wish,
        clusters: chosen,
        identity,
        caller: caller?.ok ? caller.value.canonicalArn : null,
        accountNames: accountNamesOf(model),
      },
      there,
    )
  const names = plan?.names.map(({ name }) => name) ?? []
  function showNew(made: readonly string[]): void {
    const rows = model.rows
      .all()
      .filter(({ pending: one, name }) => one?.kind === 'added' && made.includes(name))
    const ids = rows.map(({ id }) => id)
    if (showMade(model, ids)) model.edits.sayOfPending(add.filterCleared)
  }
  const set = (change: Partial<typeof wish>) => setWish((before) => ({ ...before, ...change }))
  const profiles = choices === null ? [] : profileOffers(choices, accountNamesOf(model))
  const inputs = fieldInputs(model)
  const rolesFor = (account: string | null, partition: string | null) =>
    inputs === null ? [] : roleOffers({ ...inputs, account, partition })
  /** The one account of the ticked clusters. */
  const accounts = [...new Set(chosen.map(clusterAccount))]
  // What another identity found may not be what this one can see.
  const asAnother = (change: () => void) => {
    change()
    discovery.forget()
    setTicked(new Set())
  }
  const pinnable = (wish.actsAs === 'profile' ? wish.profile.trim() : identity.profile) !== null
  return (
    <FormWindow
      wide
      title={add.title}
      lead={add.lead}
      edits={plan?.edits ?? null}
      done={add.done(plan?.edits.length === 0 ? 0 : chosen.length)}
      onMade={() => showNew(names)}
    >
      <div className="two">
        <Field
          label={add.searchAs}
          value={profile}
          onChange={(value) => asAnother(() => setProfile(value))}
          offers={profiles}
          placeholder={add.profilePlaceholder(environmentInSentence[environment])}
        />
        <Field
          label={add.role}
          value={role}
          onChange={(value) => asAnother(() => setRole(value))}
          offers={rolesFor(null, usual === null ? null : partition)}
          placeholder={add.rolePlaceholder}
          problem={role.trim() !== '' && !isRoleArn(role.trim()) ? add.badRole : null}
        />
      </div>
      <Caller answer={caller} askable={askable} />
      <Regions
        usual={usual}
        discovery={discovery}
        known={caller?.ok === true}
        onFind={(regions) => {
          setTicked(new Set())
          discovery.start(identity, regions)
        }}
      />
      <Clusters
        discovery={discovery}
        ticked={ticked}
        onTick={(arn, tick) => {
          const next = new Set(ticked)
          if (tick) next.add(arn)
          else next.delete(arn)
          setTicked(next)
        }}
        onTickAll={(arns) => setTicked(new Set(arns))}
        nameOf={(arn) => plan?.names[chosen.findIndex((one) => one.arn === arn)]}
      />
      {chosen.length > 0 && (
        <section className={styles.how}>
          <Choices
            label={add.actsAs}
            value={wish.actsAs}
            onChange={(actsAs) => set({ actsAs })}
            options={(['same', 'profile', 'role'] as const).map((value) => ({
              value,
              label: add.as[value],
            }))}
          />
          {wish.actsAs === 'profile' && (
            <Field
              label={add.otherProfile}
              value={wish.profile}
              onChange={(value) => set({ profile: value })}
              offers={profiles}
            />
          )}
          {wish.actsAs === 'role' && (
            <Field
              label={add.theRole}
              value={wish.role}
              onChange={(value) => set({ role: value })}
              offers={rolesFor(accounts.length === 1 ? (accounts[0] ?? null) : null, partition)}
              mono
            />
          )}
          {plan?.problem && (
            <p className="top said bad above-8" role="alert">
              <CircleAlert size={14} aria-hidden />
              <Shown text={plan.problem} />
            </p>
          )}
          {plan?.notes.map((note) => (
            <Shown as="p" key={note} className="above-8 faint" text={note} />
          ))}
          {(plan?.leavesTunnel || wish.tunnels) && (
            <Tick checked={wish.tunnels} onChange={(tunnels) => set({ tunnels })}>
              {add.tunnels}
            </Tick>
          )}
          <AddedAsFields
            value={wish}
            onChange={set}
            texts={add}
            {...(pinnable ? {} : { noPin: <p className="above-8 faint">{add.pinNone}</p> })}
            template={plan?.template ?? wish.template ?? ''}
            templateProblem={plan?.templateProblem ?? null}
            templateHint={<TemplateHint />}
          >
            {names.length > 0 && (
              <Shown as="p" className="above-8 faint" role="status" text={add.called(names)} />
            )}
          </AddedAsFields>
        </section>
      )}
    </FormWindow>
  )
}

/** The most frequent of some texts; null when there is none. */
function mostUsed(said: readonly string[]): string | null {
  const counts = new Map<string, number>()
  for (const one of said) counts.set(one, (counts.get(one) ?? 0) + 1)
  return [...counts].sort(([, a], [, b]) => b - a)[0]?.[0] ?? null
}

interface CallerProps {
  readonly answer: Result<CallerAnswer> | null
  readonly askable: boolean
}

/** Who the identity is, as AWS says it: before anything else. */
function Caller({ answer, askable }: CallerProps) {
  if (!askable) return null
  return (
    <p
      className={styles.caller}
      data-tone={answer === null ? undefined : answer.ok ? 'ok' : 'bad'}
      role="status"
    >
      {answer === null ? (
        <>
          <LoaderCircle size={15} className="turning" aria-hidden />
          {add.asking}
        </>
      ) : answer.ok ? (
        <>
          <UserCheck size={15} aria-hidden />
          <Exact as="code" text={add.caller(answer.value.arn, answer.value.account)} />
        </>
      ) : (
        <>
          <CircleAlert size={15} aria-hidden />
          <Shown as="span" text={`${answer.fault.message} ${answer.fault.next}`} />
        </>
      )}
    </p>
  )
}

interface RegionsProps {
  /** Where it is looked unless others are chosen; null: not known. */
  readonly usual: string | null
  readonly discovery: ReturnType<typeof useDiscovery>
  /** AWS has said who the identity is. */
  readonly known: boolean
  readonly onFind: (regions: readonly string[]) => void
}

/** One or several regions, and the button that finds clusters in them. */
function Regions({ usual, discovery, known, onFind }: RegionsProps) {
  const offered = useEdits((state) => state.choices?.regions ?? none)
  const [chosen, setChosen] = useState<readonly string[] | null>(null)
  const regions = chosen ?? (usual === null ? [] : [usual])
  // Those of the identity's partition: another one does not know it.
  const all = offered.filter((one) => partitionOfRegion(one) === partitionOfRegion(usual ?? ''))
  const [text, setText] = useState('')
  const take = (value: string) => {
    const region = value.trim()
    if (!isRegion(region) || !offered.includes(region)) {
      setText(value)
      return
    }
    if (!regions.includes(region)) setChosen([...regions, region])
    setText('')
  }
  return (
    <div className="above-12">
      <span className="label">{add.regions}</span>
      <ul className="row wrap gap-6 above-4">
        {regions.length > namedAtMost ? (
          <Chip remove={add.removeRegions} onRemove={() => setChosen(null)}>
            {add.manyRegions(regions.length)}
          </Chip>
        ) : (
          regions.map((region) => (
            <Chip
              key={region}
              remove={add.removeRegion(region)}
              onRemove={() => setChosen(regions.filter((one) => one !== region))}
            >
              <code>{region}</code>
            </Chip>
          ))
        )}
      </ul>
      {regions.length === 0 && known && <p className="above-8 faint">{add.noRegion}</p>}
      <div className={styles.look}>
        <Field
          label={regions.length === 0 ? add.aRegion : add.addRegion}
          value={text}
          onChange={take}
          offers={offered.filter((region) => !regions.includes(region)).map((value) => ({ value, hint: '' }))}
          mono
        />
        {all.some((region) => !regions.includes(region)) && (
          <Button onClick={() => setChosen([...new Set([...regions, ...all])])}>
            {add.allRegions(all.length)}
          </Button>
        )}
        {isRegion(text.trim()) && (
          <Button
            onClick={() => {
              setChosen([...new Set([...regions, text.trim()])])
              setText('')
            }}
          >
            {text.trim()}
          </Button>
        )}
        {discovery.running ? (
          <Button onClick={discovery.stop}>{add.stop}</Button>
        ) : (
          <Button
            kind={discovery.regions === null ? 'primary' : 'outline'}
            disabled={!known || regions.length === 0}
            onClick={() => onFind(regions)}
          >
            {discovery.regions === null ? add.find : add.searchAgain}
          </Button>
        )}
      </div>
    </div>
  )
}

interface ChipProps {
  readonly remove: string
  readonly onRemove: () => void
  readonly children: ReactNode
}

/** What is chosen, and the button that takes it away. */
const Chip = ({ remove, onRemove, children }: ChipProps) => (
  <li className={styles.chip}>
    {children}
    <button type="button" aria-label={remove} onClick={onRemove}>
      <X size={12} aria-hidden />
    </button>
  </li>
)

/** More regions than fit into a line are counted. */
const namedAtMost = 6

const none: readonly string[] = []
