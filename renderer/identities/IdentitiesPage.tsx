import { FileWarning, Plus, UserSearch } from 'lucide-react'
import { useMemo } from 'react'
import type { IdentityTree } from '../../shared/identity/tree'
import { actionText } from '../../shared/ipc/actions'
import type { ShownList } from '../actions/action'
import { madeProfiles } from '../pending/profiles'
import { ago } from '../rows/age'
import { answerOfTree, type StateKind, treeLines } from '../rows/identities'
import { fewOf } from '../text/counts'
import { identitiesText as text } from '../text/identities'
import { shortPath } from '../text/path'
import { profilesText } from '../text/profiles'
import { Button } from '../ui/Button'
import { ListAnswer } from '../ui/ListAnswer'
import list from '../ui/ListView.module.css'
import { Loading } from '../ui/Loading'
import { useApp, useModel } from '../ui/model'
import { Phrase, Shown } from '../ui/Shown'
import { useIdentities } from '../ui/use-identities'
import { usePageFocus } from '../ui/use-page-focus'
import { useProfileEdits } from '../ui/use-profile-edits'
import styles from './Identities.module.css'
import { StateIcon } from './StateMark'
import { Tree } from './Tree'

/** Everybody whom files, the environment and contexts name, as they come to be. */
export function IdentitiesPage({ shown }: { readonly shown: ShownList }) {
  const { identities, edits } = useModel()
  const tree = useIdentities((state) => state.tree)
  const fault = useIdentities((state) => state.fault)
  const page = usePageFocus()
  return (
    <div className={list.page} ref={page} tabIndex={-1}>
      {fault !== null ? (
        <div className={list.empty} role="alert">
          <h1>{text.title}</h1>
          <p>
            <Shown text={`${fault.message} ${fault.next}`} />
          </p>
          <Button onClick={() => void identities.load()}>{text.again}</Button>
        </div>
      ) : tree === null ? (
        <Loading label={text.loading} />
      ) : tree.identities.length === 0 ? (
        <div className={list.empty}>
          <UserSearch size={28} aria-hidden />
          <h1>{text.empty}</h1>
          <p>
            <Phrase text={text.emptyLead} />
          </p>
          <Problems tree={tree} />
          <Button
            kind="primary"
            icon={Plus}
            onClick={() => edits.open({ kind: 'add-profile', profile: null })}
          >
            {actionText('add-profile').title}
          </Button>
        </div>
      ) : (
        <List tree={tree} shown={shown} />
      )}
      {tree !== null && <PendingProfiles tree={tree} />}
    </div>
  )
}

const chips: readonly StateKind[] = ['valid', 'sign-in-needed', 'expired', 'refused', 'broken', 'unknown']

function List({ tree, shown }: { readonly tree: IdentityTree; readonly shown: ShownList }) {
  const { identities } = useModel()
  const filter = useIdentities((state) => state.filter)
  const closed = useIdentities((state) => state.closed)
  const now = useApp((state) => state.now)
  const lines = useMemo(() => treeLines(tree, filter, closed), [tree, filter, closed])
  const answer = useMemo(() => answerOfTree(tree), [tree])
  const { all, states, sentence, tone, lastProof } = answer
  return (
    <>
      <ListAnswer
        label={text.title}
        sentence={sentence}
        tone={tone}
        aside={[
          tone === 'trouble' ? text.works(states.valid, all) : '',
          lastProof === null ? '' : text.lastProof(ago(lastProof, Math.max(now, lastProof))),
        ]}
        countsLabel={text.counts}
        counts={chips
          .filter((kind) => states[kind] > 0 || filter.state === kind)
          .map((kind) => ({
            id: kind,
            icon: <StateIcon kind={kind} size={13} />,
            count: states[kind],
            label: text.states[kind],
            title: text.onlyThese(text.states[kind]),
            pressed: filter.state === kind,
            onClick: () => identities.setFilter({ state: filter.state === kind ? null : kind }),
          }))}
      >
        <Problems tree={tree} />
      </ListAnswer>
      {lines.length === 0 ? (
        <div className={list.empty}>
          <h2>{text.nothingFits}</h2>
          <Button onClick={() => identities.setFilter({ words: '', state: null })}>{text.clearFilter}</Button>
        </div>
      ) : (
        <Tree lines={lines} tree={tree} shown={shown} />
      )}
      <Others tree={tree} />
    </>
  )
}

/** What is wrong with the AWS files themselves. */
function Problems({ tree: { problems } }: { readonly tree: IdentityTree }) {
  const home = useApp((state) => state.app?.home ?? '')
  if (problems.length === 0) return null
  return (
    <ul className={styles.problems}>
      {problems.map(({ file, line, message }) => (
        <li key={`${file}:${line} ${message}`}>
          <FileWarning size={14} aria-hidden />
          <span>
            <b>
              <Shown text={text.fileProblem(shortPath(file, home), line)} />
            </b>{' '}
            <Shown text={message} />
          </span>
        </li>
      ))}
    </ul>
  )
}

/** Edits of profiles that are not written. */
function PendingProfiles({ tree }: { readonly tree: IdentityTree }) {
  const { profileEdits, edits, identities } = useModel()
  const pending = useProfileEdits(() => profileEdits.pending())
  const count = pending.length
  const made = madeProfiles(tree, pending)
  const gone = pending.flatMap((edit) => (edit.kind === 'delete-profile' ? [edit.profile] : []))
  const names = (all: readonly string[], isMade: boolean) =>
    all.map((name) => (
      <button
        key={name}
        type="button"
        title={profilesText.edit}
        onClick={() => identities.inspectProfile(name, isMade)}
      >
        <Shown text={name} />
      </button>
    ))
  const fault = useProfileEdits((state) => state.fault)
  if (count === 0) return null
  return (
    <section className={styles.pending} aria-label={profilesText.bar} data-acts-below>
      <span role="status">{profilesText.pending(count)}</span>
      {made.length > 0 && (
        <span className={styles.settings}>
          {profilesText.madeTitle(made.length)}
          {names(
            made.map(({ name }) => name),
            true,
          )}
        </span>
      )}
      {gone.length > 0 && (
        <span className={styles.settings} data-gone>
          {profilesText.goesTitle}
          {names(gone, false)}
        </span>
      )}
      {fault !== null && (
        <span className={styles.pendingFault}>
          <Shown text={`${fault.message} ${fault.next}`} />
        </span>
      )}
      <span className={list.space} />
      <span className={styles.acts}>
        <Button small kind="plain" onClick={() => profileEdits.undo()}>
          {profilesText.undo}
        </Button>
        <Button small onClick={() => profileEdits.discard()}>
          {profilesText.discard}
        </Button>
        <Button small kind="primary" onClick={() => edits.open({ kind: 'edit-profiles' })}>
          {profilesText.review}
        </Button>
      </span>
    </section>
  )
}

/** So many are named below the list. */
const mostSettings = 40

/** Profiles that give nobody, and contexts of which no file says who acts. */
function Others({ tree: { settingsOnly, notSaid } }: { readonly tree: IdentityTree }) {
  const { identities } = useModel()
  if (settingsOnly.length + notSaid.length === 0) return null
  const names = (all: readonly { readonly name: string }[]) => all.map(({ name }) => name)
  return (
    <p className={styles.others}>
      {settingsOnly.length > 0 && (
        <span className={styles.settings}>
          {text.settingsOnly}
          {settingsOnly.slice(0, mostSettings).map(({ name }) => (
            <button
              key={name}
              type="button"
              title={profilesText.edit}
              onClick={() => identities.inspectProfile(name)}
            >
              <Shown text={name} />
            </button>
          ))}
          {settingsOnly.length > mostSettings && text.detail.more(settingsOnly.length - mostSettings)}
        </span>
      )}
      {notSaid.length > 0 && (
        <span title={names(notSaid).join(', ')}>
          <Shown text={text.notSaid(fewOf(names(notSaid)))} />
        </span>
      )}
    </p>
  )
}
