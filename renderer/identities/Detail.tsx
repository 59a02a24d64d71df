import { CopyPlus, Eye, LogIn, LogOut, PencilLine, ShieldCheck, Trash2, Undo2, X } from 'lucide-react'
import type { ComponentProps } from 'react'
import { ago, timeSpan } from '../../shared/age'
import { isNotAllowed } from '../../shared/identity/identity'
import type {
  ClusterOfIdentity,
  IdentityTree,
  KnownIdentity,
  PlacedProfile,
} from '../../shared/identity/identity-tree'
import { whoKnown } from '../../shared/identity/named-identity'
import { option } from '../../shared/shell/offered-command'
import { visible } from '../../shared/visible'
import answer from '../inspector/Answer.module.css'
import { ContextsSection } from '../inspector/ContextsSection'
import { type Fact, Facts, ListPanel, Section } from '../inspector/Frame'
import { Harm } from '../inspector/Harm'
import frame from '../inspector/Inspector.module.css'
import { Next } from '../inspector/Next'
import { isDeleted, type MadeProfile, madeProfiles, withDeleted, withKept } from '../pending/profile-edits'
import { shownWay, wayTo } from '../rows/identity-rows'
import { prove, showContextsAs } from '../store/identity-store'
import { takeProfiles } from '../store/profile-edits'
import { spacedAccount } from '../text/counts'
import { identitiesText as text } from '../text/identity-texts'
import { text as page } from '../text/page'
import { shortPath, shortPaths } from '../text/path'
import { profilesText } from '../text/profile-texts'
import { signIn as signInText } from '../text/sign-in-texts'
import { Button } from '../ui/Button'
import { CodeLine } from '../ui/CodeLine'
import { LongList } from '../ui/LongList'
import { Mark } from '../ui/Mark'
import { useApp, useIdentities, useIsRunning, useModel, useOffer, useProfileEdits } from '../ui/model'
import { Exact, Phrase, Shown } from '../ui/Shown'
import { Tile } from '../ui/Tile'
import styles from './Detail.module.css'
import { ageText } from './IdentityRows'
import { ProfileCells } from './ProfileCells'
import { StateIcon, toneOfState } from './StateMark'
import { signedInTo, useSignIn } from './use-sign-in'

/** All facts about the focused identity, each with its source; whether it works comes first. */
export function Detail() {
  const model = useModel()
  const tree = useIdentities((state) => state.tree)
  const cursor = useIdentities((state) => state.cursor)
  const settingsOf = useIdentities((state) => state.settingsOf)
  const pending = useProfileEdits()
  const made = tree === null ? undefined : madeProfiles(tree, pending).find(({ name }) => name === settingsOf)
  const settings = made ?? tree?.settingsOnly.find(({ name }) => name === settingsOf)
  // A profile that was written meanwhile may yield an identity now.
  const ofProfile = tree?.identities.find(({ profiles }) => profiles.some(({ name }) => name === settingsOf))
  const identity =
    settings === undefined ? (ofProfile ?? tree?.identities.find(({ id }) => id === cursor)) : undefined
  return (
    <ListPanel
      texts={text.detail}
      list={model.identities}
      arn={identity?.arn}
      title={
        settings ? (
          <SettingsTitle name={settings.name} made={made} />
        ) : (
          identity && <Title identity={identity} />
        )
      }
      foot={identity && tree && <Foot identity={identity} />}
    >
      {tree === null ? null : settings !== undefined ? (
        <Profiles profiles={[settings]} tree={tree} />
      ) : identity === undefined ? null : (
        <>
          <HarmBy identity={identity} />
          <State identity={identity} tree={tree} />
          <Way identity={identity} tree={tree} />
          <Profiles profiles={identity.profiles} tree={tree} />
          <IdentityFacts identity={identity} />
          <Contexts identity={identity} />
          <Clusters clusters={identity.clusters} />
          <Terminal identity={identity} />
        </>
      )}
    </ListPanel>
  )
}

/** The account by its name where it has one; empty: it is not known. */
const placeOf = ({ account, accountName }: KnownIdentity): string =>
  accountName ?? (account === null ? '' : spacedAccount(account))

function Title({ identity }: { readonly identity: KnownIdentity }) {
  const model = useModel()
  const { kind } = identity
  const who = whoKnown(identity, model.owners())
  const place = placeOf(identity) || null
  return (
    <>
      <h2 className={`${frame.title} ${styles.title}`}>
        {kind !== 'sso-session' && <Tile who={who} />}
        <Shown as="span" text={who.label} />
      </h2>
      <p className={frame.place}>
        <Shown text={text.inAccount(text.kinds[kind], place)} />
        {identity.unpinned && ` · ${text.unpinned}`}
      </p>
    </>
  )
}

function SettingsTitle({ name, made }: { readonly name: string; readonly made: MadeProfile | undefined }) {
  const copyOf = made?.copyOf ?? null
  const written = copyOf === null ? profilesText.made : profilesText.madeOf(copyOf)
  return (
    <>
      <Shown as="h2" className={frame.title} text={name} />
      <Shown as="p" className={frame.place} text={made === undefined ? text.settingsMeaning : written} />
    </>
  )
}

/** What is wrong in its contexts, where it is a principal of AWS. */
function HarmBy({ identity }: { readonly identity: KnownIdentity }) {
  const { key } = whoKnown(identity, useModel().owners())
  return key === null ? null : <Harm at={{ identity: key }} />
}

/** Whether it can act, since when that is known, why not, and the remedy. */
function State({ identity, tree }: { readonly identity: KnownIdentity; readonly tree: IdentityTree }) {
  const { state, kind, id } = identity
  const now = useApp((app) => app.now)
  const last = useIdentities(({ proofs }) => proofs.get(id))
  const model = useModel()
  const signIn = useSignIn(tree, identity)
  const signedIn = signedInTo(tree, identity)
  const age = ageText(identity, now)
  const lasts = state.kind === 'valid' && state.until !== null ? timeSpan(state.until - now) : null
  // The state does not contain problems that prevented a proof.
  const failed = last !== undefined && (state.at === null || last.at > state.at) ? last.problem : null
  const act = signIn !== null && (
    <div className={answer.acts}>
      <Button small icon={LogIn} onClick={signIn}>
        {text.signIn}
      </Button>
    </div>
  )
  const since = [
    age,
    lasts === null ? '' : kind === 'sso-session' ? text.detail.session(lasts) : text.detail.lasts(lasts),
  ].filter(Boolean)
  return (
    <div className={answer.answer} data-tone={toneOfState(state.kind)}>
      <div className={answer.headline}>
        <StateIcon kind={state.kind} size={17} />
        <h3>{text.detail.states[state.kind]}</h3>
      </div>
      {since.length > 0 && <p className={answer.body}>{since.join(' · ')}</p>}
      {state.problem === null ? (
        state.kind === 'unknown' &&
        failed === null && <p className={answer.body}>{text.stateMeanings.unknown}</p>
      ) : (
        <>
          <Phrase as="p" className={answer.body} text={state.problem.message} />
          {act}
          <Next text={state.problem.next} />
        </>
      )}
      {failed !== null && failed.message !== state.problem?.message && (
        <>
          <p className={answer.body}>
            <b>{`${text.prove.failed}, ${ago(last?.at ?? now, now)}. `}</b>
            <Phrase text={failed.message} />
          </p>
          <Next text={isNotAllowed(failed) ? text.prove.notAllowed : failed.next} />
        </>
      )}
      {state.problem === null && act}
      {signedIn !== null && (
        <div className={answer.acts}>
          <Button
            small
            icon={LogOut}
            title={signInText.endMeaning}
            onClick={() => void model.signOut(identity.name, signedIn)}
          >
            {signInText.end}
          </Button>
        </div>
      )}
    </div>
  )
}

/** From the first credentials to this one. */
function Way({ identity, tree }: { readonly identity: KnownIdentity; readonly tree: IdentityTree }) {
  const model = useModel()
  const home = useApp((state) => state.app?.home ?? '')
  const { first, left, last } = shownWay(wayTo(tree, identity.id))
  return (
    <Section title={text.detail.way}>
      <ol className={styles.way}>
        {[...first, ...(left > 0 ? [null] : []), ...last].map((one) => {
          if (one === null) return <li key="more">{text.detail.further(left)}</li>
          const who = whoKnown(one, model.owners())
          const profiles = one.profiles.map(({ name }) => name).join(', ')
          return (
            <li key={one.id} data-here={one.id === identity.id || undefined}>
              <Tile who={who} />
              <div>
                <Shown as="b" className="strong" text={who.label} />{' '}
                <Shown as="span" className="quiet" text={placeOf(one)} />
                <p className={styles.source}>
                  {text.kinds[one.kind]}
                  {profiles !== '' && (
                    <>
                      {' · '}
                      <Shown text={profiles} />
                    </>
                  )}
                </p>
                {one.from.map((from) => (
                  <Shown as="p" key={from} className={styles.source} text={shortPaths(from, home)} />
                ))}
                {one.mfaSerial !== null && (
                  <p className={styles.source}>
                    {text.detail.mfa} <Exact text={one.mfaSerial} />
                  </p>
                )}
              </div>
            </li>
          )
        })}
      </ol>
    </Section>
  )
}

interface ProfilesProps {
  readonly profiles: readonly (PlacedProfile | MadeProfile)[]
  readonly tree: IdentityTree
}

function Profiles({ profiles, tree }: ProfilesProps) {
  const home = useApp((state) => state.app?.home ?? '')
  if (profiles.length === 0) return null
  return (
    <Section title={text.detail.profiles} aside={profiles.length}>
      <ul>
        {profiles.map((profile) => (
          <li key={profile.name}>
            {[profile.config, profile.credentials].map(
              (place) =>
                place !== null && (
                  <span key={place.file} className={styles.source}>
                    <Exact text={`${shortPath(place.file, home)}:${place.line}`} />
                  </span>
                ),
            )}
            <ProfileCells profile={profile} tree={tree} />
            <ProfileActs profile={profile} />
          </li>
        ))}
      </ul>
      <p className={frame.quiet}>{profilesText.start}</p>
    </Section>
  )
}

/** Actions on a whole profile. */
function ProfileActs({ profile }: { readonly profile: PlacedProfile | MadeProfile }) {
  const model = useModel()
  const { edits, identities, list } = model
  const { name, credentials } = profile
  const pending = useProfileEdits()
  const act = (what: string, more: ComponentProps<typeof Button>) => (
    <Button small aria-label={profilesText.label(what, visible(name))} {...more}>
      {what}
    </Button>
  )
  if (isDeleted(pending, name))
    return (
      <div className={styles.acts}>
        <Mark tone="bad">{profilesText.deleted}</Mark>
        {act(profilesText.keep, {
          icon: Undo2,
          onClick: ({ currentTarget }) => {
            // The button disappears: the focus moves to the kept profile.
            const cells = currentTarget.closest('li')?.querySelector<HTMLElement>('[data-cell][tabindex="0"]')
            takeProfiles(model, withKept(pending, name))
            cells?.focus({ preventScroll: true })
          },
        })}
      </div>
    )
  const made = 'copyOf' in profile ? profile : null
  return (
    <>
      {made?.more.map(({ key, value }) => (
        <Exact as="span" key={key} className={styles.source} text={profilesText.says(key, value)} />
      ))}
      <div className={styles.acts}>
        {made?.copyOf === null &&
          act(profilesText.change, {
            icon: PencilLine,
            onClick: () => edits.open({ kind: 'add-profile', profile: name }),
          })}
        {act(profilesText.clone, {
          icon: CopyPlus,
          onClick: () => edits.open({ kind: 'clone-profile', profiles: [name] }),
        })}
        {made === null
          ? act(profilesText.delete, {
              icon: Trash2,
              disabled: credentials !== null,
              title: credentials === null ? undefined : profilesText.notHere.keys,
              onClick: () => edits.open({ kind: 'delete-profile', profiles: [name] }),
            })
          : act(profilesText.forget, {
              icon: X,
              'aria-label': undefined,
              onClick() {
                // The focus goes back to the list.
                identities.inspect(false)
                list.focusGrid()
                takeProfiles(model, withDeleted(pending, name))
              },
            })}
      </div>
      {credentials !== null && <p className={frame.quiet}>{profilesText.notHere.keys}</p>}
    </>
  )
}

function IdentityFacts({ identity }: { readonly identity: KnownIdentity }) {
  const now = useApp((state) => state.now)
  const { arn, account, accessKeyId, mfaSerial, proven } = identity
  const exact = (name: string, value: string | null): Fact =>
    value !== null && [name, <Exact key={name} text={value} />]
  const facts: readonly Fact[] = [
    exact(text.detail.arn, arn),
    proven && [
      text.detail.provenArn,
      <span key="proven">
        <Exact text={proven.arn} /> <span className="quiet">{ago(proven.at, now)}</span>
      </span>,
    ],
    exact(text.detail.userId, proven?.userId ?? null),
    account !== null && [text.detail.account, spacedAccount(account)],
    exact(text.detail.key, accessKeyId),
    exact(text.detail.mfa, mfaSerial),
  ]
  if (!facts.some(Boolean)) return null
  return (
    <Section title={page.facts}>
      <Facts of={facts} />
    </Section>
  )
}

function Contexts({ identity }: { readonly identity: KnownIdentity }) {
  const { contexts, shadowed, kind } = identity
  if (kind === 'sso-session') return null
  return (
    <>
      {(contexts.length > 0 || shadowed.length === 0) && (
        <ContextsSection title={text.detail.contexts} of={contexts} none={text.detail.noContexts} />
      )}
      {shadowed.length > 0 && <ContextsSection title={text.detail.shadowed} of={shadowed} />}
    </>
  )
}

function Clusters({ clusters }: { readonly clusters: readonly ClusterOfIdentity[] }) {
  if (clusters.length === 0) return null
  return (
    <Section title={text.detail.clusters} aside={clusters.length}>
      <LongList
        label={text.detail.clusters}
        of={clusters}
        estimate={27}
        item={({ name, region, account, server }) => {
          const place = [region, account === null ? null : spacedAccount(account)].filter(Boolean).join(' · ')
          return (
            <span className={styles.cluster}>
              <Shown as="b" className="cut strong" text={name ?? server ?? text.detail.unnamed} />
              <span className="quiet whole">{place}</span>
            </span>
          )
        }}
      />
    </Section>
  )
}

/** Commands that ask the same outside Ekscope. */
function Terminal({ identity: { profiles, unpinned, kind } }: { readonly identity: KnownIdentity }) {
  const offer = useOffer()
  const [profile] = profiles
  if (kind === 'sso-session' || (profile === undefined && !unpinned)) return null
  const named = profile === undefined ? [] : [option('--profile', profile.name)]
  const command = offer('aws', 'sts', 'get-caller-identity', ...named)
  return (
    <Section title={page.terminal}>
      <CodeLine offer={command} />
    </Section>
  )
}

/** Actions that are always available. */
function Foot({ identity }: { readonly identity: KnownIdentity }) {
  const { identities } = useModel()
  const proving = useIsRunning('prove')
  const { id, provable, proven, contexts } = identity
  if (!provable && contexts.length === 0) return null
  return (
    <footer className={frame.foot}>
      {provable && (
        <Button
          small
          icon={ShieldCheck}
          disabled={proving}
          onClick={() => void prove(identities, [id], true)}
        >
          {proven === null ? text.prove.one : text.prove.again}
        </Button>
      )}
      {contexts.length > 0 && (
        <Button small icon={Eye} onClick={() => showContextsAs(identities, identity)}>
          {page.showContexts}
        </Button>
      )}
    </footer>
  )
}
