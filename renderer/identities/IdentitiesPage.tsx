import { FileWarning, Plus, UserSearch } from 'lucide-react'
import { useMemo } from 'react'
import { ago } from '../../shared/age'
import type { IdentityTree } from '../../shared/identity/identity-tree'
import { actionText } from '../../shared/ipc/actions-and-views'
import { madeProfiles } from '../pending/profile-edits'
import {
  answerOfTree,
  type GroupLine,
  type IdentityLine,
  type StateKind,
  treeLines,
} from '../rows/identity-rows'
import { inspectProfile } from '../store/identity-store'
import { fewOf } from '../text/counts'
import { identitiesText as text } from '../text/identity-texts'
import { shortPath } from '../text/path'
import { profilesText } from '../text/profile-texts'
import { Button } from '../ui/Button'
import { Listed, ListPage } from '../ui/ListPage'
import { useApp, useIdentities, useModel, useProfileEdits } from '../ui/model'
import { Shown } from '../ui/Shown'
import { TreeGrid } from '../ui/TreeGrid'
import styles from './Identities.module.css'
import { GroupHead, identityColumns } from './IdentityRows'
import { StateIcon } from './StateMark'

/** The identities that files, the environment and contexts name, by where they come from. */
export function IdentitiesPage() {
  const { identities, edits } = useModel()
  const read = useIdentities((state) => state.tree)
  const fault = useIdentities((state) => state.fault)
  return (
    <ListPage
      texts={text}
      read={read}
      fault={fault}
      load={identities.load}
      empty={(tree) =>
        tree.identities.length > 0
          ? null
          : {
              icon: UserSearch,
              title: text.empty,
              lead: text.emptyLead,
              acts: (
                <>
                  <Problems tree={tree} />
                  <Button
                    kind="primary"
                    icon={Plus}
                    onClick={() => edits.open({ kind: 'add-profile', profile: null })}
                  >
                    {actionText('add-profile').title}
                  </Button>
                </>
              ),
            }
      }
      foot={(tree) => <PendingProfiles tree={tree} />}
    >
      {(tree) => <Known tree={tree} />}
    </ListPage>
  )
}

const chips: readonly StateKind[] = ['valid', 'sign-in-needed', 'expired', 'refused', 'broken', 'unknown']

function Known({ tree }: { readonly tree: IdentityTree }) {
  const { identities } = useModel()
  const filter = useIdentities((state) => state.filter)
  const closed = useIdentities((state) => state.closed)
  const now = useApp((state) => state.now)
  const lines = useMemo(() => treeLines(tree, filter, closed), [tree, filter, closed])
  const { all, states, sentence, tone, lastProof } = useMemo(() => answerOfTree(tree), [tree])
  return (
    <>
      <Listed
        texts={text}
        answer={{
          sentence,
          tone,
          aside: [
            tone === 'trouble' ? text.works(states.valid, all) : '',
            lastProof === null ? '' : text.lastProof(ago(lastProof, now)),
          ],
          counts: {
            of: chips.flatMap((kind) =>
              states[kind] > 0 || filter.state === kind ? [[kind, states[kind]] as const] : [],
            ),
            icon: (kind) => <StateIcon kind={kind} size={13} />,
            texts: text,
            labels: text.states,
            chosen: filter.state,
            onChoose: (state) => identities.setFilter({ state }),
          },
          more: <Problems tree={tree} />,
        }}
        onClear={() => identities.setFilter({ words: '', state: null })}
      >
        {lines.length === 0 ? null : (
          <TreeGrid<GroupLine, IdentityLine>
            label={text.tree}
            model={identities}
            lines={lines}
            columns={identityColumns}
            layout={styles.columns}
            head={(group) => <GroupHead group={group} tree={tree} />}
            isInspected={({ session }) => session !== null}
          />
        )}
      </Listed>
      <Others tree={tree} />
    </>
  )
}

/** Problems of the AWS files themselves. */
function Problems({ tree: { problems } }: { readonly tree: IdentityTree }) {
  const home = useApp((state) => state.app?.home ?? '')
  if (problems.length === 0) return null
  return (
    <ul className={styles.problems}>
      {problems.map(({ file, line, message }) => (
        <li key={`${file}:${line} ${message}`}>
          <FileWarning size={14} aria-hidden />
          <span>
            <Shown as="b" text={text.fileProblem(shortPath(file, home), line)} /> <Shown text={message} />
          </span>
        </li>
      ))}
    </ul>
  )
}

/** The profiles that pending edits add or delete: the tree does not show the one, and still shows the other. */
function PendingProfiles({ tree }: { readonly tree: IdentityTree }) {
  const pending = useProfileEdits()
  const made = madeProfiles(tree, pending)
  const gone = pending.flatMap((edit) => (edit.kind === 'delete-profile' ? [edit.profile] : []))
  if (made.length + gone.length === 0) return null
  return (
    <section className={styles.pending} aria-label={profilesText.bar}>
      <Names title={profilesText.madeTitle(made.length)} names={made.map(({ name }) => name)} made />
      <Names title={profilesText.goesTitle} names={gone} gone />
    </section>
  )
}

interface NamesProps {
  readonly title: string
  readonly names: readonly string[]
  /** They are not written yet. */
  readonly made?: boolean
  /** They are to be deleted. */
  readonly gone?: boolean
  /** The maximum number of names. */
  readonly most?: number
}

/** Profiles by name; a click opens one next to the list. */
function Names({ title, names, made = false, gone, most = names.length }: NamesProps) {
  const { identities } = useModel()
  if (names.length === 0) return null
  return (
    <span className={styles.names} data-gone={gone}>
      {title}
      {names.slice(0, most).map((name) => (
        <button
          key={name}
          type="button"
          title={profilesText.edit}
          onClick={() => inspectProfile(identities, name, made)}
        >
          <Shown text={name} />
        </button>
      ))}
      {names.length > most && text.detail.more(names.length - most)}
    </span>
  )
}

/** Profiles without an identity, and contexts whose identity no file names. */
function Others({ tree: { settingsOnly, notSaid } }: { readonly tree: IdentityTree }) {
  if (settingsOnly.length + notSaid.length === 0) return null
  const names = (all: readonly { readonly name: string }[]) => all.map(({ name }) => name)
  return (
    <p className={styles.others}>
      <Names title={text.settingsOnly} names={names(settingsOnly)} most={40} />
      {notSaid.length > 0 && (
        <Shown as="span" title={names(notSaid).join(', ')} text={text.notSaid(fewOf(names(notSaid)))} />
      )}
    </p>
  )
}
