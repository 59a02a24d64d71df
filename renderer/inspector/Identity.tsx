import { Crown, Scissors } from 'lucide-react'
import { ago } from '../../shared/age'
import { type ChainBreak, identityLinks, type Link } from '../../shared/audit/chain'
import type { Explanation } from '../../shared/audit/explain'
import { commandOf } from '../../shared/findings/finding-causes'
import { environmentNames } from '../../shared/identity/identity'
import { whoProven } from '../../shared/identity/named-identity'
import { commandsFor } from '../actions/shell-commands'
import { onDisk } from '../rows/on-disk'
import type { Row } from '../rows/rows'
import { placedName, spacedAccount } from '../text/counts'
import { inspectorText as text } from '../text/inspector'
import { environmentText, text as page } from '../text/page'
import { CodeLine } from '../ui/CodeLine'
import { useApp, useModel, useOffer } from '../ui/model'
import { Exact, Phrase, Shown } from '../ui/Shown'
import { Tile } from '../ui/Tile'
import styles from './Chain.module.css'
import code from './Code.module.css'
import { ExpectedBy, ExpectProven } from './Expected'
import { Face } from './Face'
import { Facts, Section } from './Frame'

/** The chain. Where it breaks, one cut is drawn, and links that were not reached are dashed. */
export function Chain({ row, explanation }: { readonly row: Row; readonly explanation: Explanation }) {
  const links = identityLinks(explanation.links)
  return (
    <ol className="above-12" aria-label={text.chain.label}>
      {links.map((link, at) => (
        <li
          key={link.name}
          className={styles.link}
          data-link={link.name}
          data-state={link.state}
          data-next={nextOf(links[at + 1])}
          data-old={link.old || undefined}
        >
          {link.cut !== null && <CutMark cut={link.cut} />}
          <ChainLink link={link} row={row} />
        </li>
      ))}
    </ol>
  )
}

/** The style of the line to the next link: an old result is not linked to the current ones. */
const nextOf = (next: Link | undefined): string | undefined =>
  next === undefined ? undefined : next.cut !== null ? 'cut' : next.old ? 'unasked' : next.state

function CutMark({ cut }: { readonly cut: ChainBreak }) {
  return (
    <p className={styles.cut} data-tone={cut.tone}>
      <Scissors size={14} aria-hidden />
      <Phrase text={cut.label} />
    </p>
  )
}

function ChainLink({ link, row }: { readonly link: Link; readonly row: Row }) {
  return (
    <div className={styles.node}>
      <span className={styles.dot} aria-hidden />
      <div className="fill">
        <p className={styles.who}>
          <LinkWho link={link} />
        </p>
        {link.exact !== null && <Exact as="code" className={styles.exact} text={link.exact} />}
        {link.sources.map((source) => (
          <Phrase as="p" key={source} className={styles.source} text={source} />
        ))}
        {link.groups.length > 0 && <Groups groups={link.groups} />}
        {link.name === 'intended' && <ExpectedBy row={row} />}
        {/* Not offered where the proven identity is the intended one; where none is intended, the answer above offers it. */}
        {link.name === 'proven' && link.state === 'other' && <ExpectProven row={row} />}
      </div>
      <span className={styles.kind}>{text.chain.names[link.name]}</span>
    </div>
  )
}

function LinkWho({ link }: { readonly link: Link }) {
  const { who } = link
  if (who === null) return <span className="quiet">{link.none}</span>
  return (
    <>
      <Face who={who} impersonated={link.name === 'acts'} seen={link.name === 'seen'} />
      <Shown as="b" text={who.label} />
      {who.account !== null && <AccountOf id={who.account} />}
      {who.differs && link.state === 'other' && <span className="visually-hidden">{page.grid.differs}</span>}
      {who.uncertain && <span className={styles.account}>{page.grid.uncertain}</span>}
    </>
  )
}

/** An account by its name where it has one; the number is in the ARN. */
function AccountOf({ id }: { readonly id: string }) {
  const accountName = useApp((state) => state.settings.accountNames[id])
  const named = useApp((state) => state.reports[state.environment]?.accountNames?.[id])
  return (
    <Shown
      as="span"
      className={styles.account}
      title={spacedAccount(id)}
      text={accountName ?? named ?? spacedAccount(id)}
    />
  )
}

/** Groups of Kubernetes; the one that may do everything is highlighted. */
function Groups({ groups }: { readonly groups: readonly string[] }) {
  return (
    <ul className="row wrap gap-4 above-4">
      {groups.map((group) => (
        <li
          key={group}
          className={styles.group}
          data-master={group === text.master || undefined}
          title={group === text.master ? text.masterMeaning : undefined}
        >
          {group === text.master && <Crown size={11} aria-hidden />}
          <Shown text={group} />
        </li>
      ))}
    </ul>
  )
}

/** The identity that the context acts as in other environments: those being compared, and those checked before. */
export function Environments({ row }: { readonly row: Row }) {
  const model = useModel()
  const now = useApp((state) => state.now)
  const shown = useApp((state) => state.environment)
  const { comparison } = row
  const others = environmentNames.flatMap((environment) => {
    if (environment === shown) return []
    if (environment === comparison?.environment) {
      const { who, proven } = comparison
      const said = proven !== null && who === proven ? text.proven : text.predicted
      return [{ environment, who, said }]
    }
    const check = model.checkIn(environment, row.id)
    if (check === null) return []
    // Pending edits were never checked: checks are of the entry on disk, and of the identity that it names.
    const onDisk = row.pending?.kind === 'changed' ? row.pending.was : null
    const who = whoProven(check, (onDisk ?? row).identity?.intended)
    const checked = text.checkedAgo(ago(check.at, now))
    return [{ environment, who, said: onDisk === null ? checked : text.onDisk(checked) }]
  })
  if (others.length === 0) return null
  return (
    <Section title={text.environments}>
      <Facts
        of={others.map(({ environment, who, said }) => [
          environmentText[environment],
          <span key={environment} className={styles.who} data-differs={who?.differs || undefined}>
            {who === null ? (
              <span className="quiet">{page.noIdentity}</span>
            ) : (
              <>
                <Tile who={who} />
                <Shown as="b" text={who.label} />
                {who.differs && <span className="visually-hidden">{page.grid.differs}</span>}
              </>
            )}
            <span className={styles.account}>{said}</span>
          </span>,
        ])}
      />
    </Section>
  )
}

/** Commands to copy. */
export function Commands({ row }: { readonly row: Row }) {
  const offer = useOffer()
  const own = useApp(
    (state) => state.snapshot?.files.find((file) => file.path === row.entry.origin.file)?.own ?? true,
  )
  const problem = (row.stale === null ? row.check?.problem : null) ?? row.identity?.predicted.problem ?? null
  // The answer has it already.
  const said = problem !== null && commandOf(problem.next) !== null
  const commands = commandsFor(row, !own, offer).filter(({ id }) => id !== 'login' || !said)
  return (
    <Section title={text.commands}>
      {onDisk(row) === null && (
        <Shown as="p" className={code.later} text={text.onceWritten(placedName(row.name))} />
      )}
      <ul className={code.commands}>
        {commands.map(({ id, title, offer: command, note }) => {
          const line = <CodeLine offer={command} what={title} label={`${page.copy}: ${title}`} />
          return (
            <li key={id}>
              {note === null ? (
                <>
                  <p className={code.commandTitle}>{title}</p>
                  {line}
                </>
              ) : (
                // The notes for this command take room, and it is rarely needed.
                <details>
                  <summary className={code.commandTitle}>{title}</summary>
                  {line}
                  <p className="quiet lines-16 above-4">{note}</p>
                </details>
              )}
            </li>
          )
        })}
      </ul>
    </Section>
  )
}
