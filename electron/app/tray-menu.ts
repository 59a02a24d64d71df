/** What the tray shows, says and does, as values: `tray.ts` draws them. */
import { plural } from '../../shared/counted'
import { verdictText } from '../../shared/identity/verdict-words'
import type { Result } from '../../shared/result'
import { shownAnother } from '../../shared/trust/question-text'
import { visible } from '../../shared/visible'
import type { Call, Handlers } from '../ipc/router'
import type { UsedContext, usedContexts } from '../state/used-contexts'
import type { ShowQuestion } from '../trust/asking'

/** What a line of the tray's menu does. */
export type TrayAct =
  | { readonly kind: 'use'; readonly to: UsedContext }
  | { readonly kind: 'verify'; readonly context: UsedContext }
  | { readonly kind: 'open' }
  | { readonly kind: 'quit' }

/** A line of the menu; without an act it only says something. Null: a rule between lines. */
export type TrayLine = { readonly label: string; readonly act: TrayAct | null } | null

const acts = ({ who, verdict }: UsedContext): string =>
  `${who === null ? 'an unknown identity' : visible(who)}, ${verdictText[verdict]}`

/** The menu: what kubectl uses, the contexts that it used before, the last one first, and the window. */
export function trayMenu(current: UsedContext | null, before: readonly UsedContext[]): readonly TrayLine[] {
  const says = (label: string): TrayLine => ({ label, act: null })
  const [previous, ...others] = before.map((to) => ({ to, is: `${visible(to.name)} (${acts(to)})` }))
  return [
    ...(current === null
      ? [says('kubectl uses no context')]
      : [
          says(`kubectl uses ${visible(current.name)}`),
          says(`as ${acts(current)}`),
          { label: 'Verify it', act: { kind: 'verify', context: current } } as const,
        ]),
    null,
    ...(previous === undefined
      ? []
      : [
          { label: `Back to ${previous.is}`, act: { kind: 'use', to: previous.to } } as const,
          ...others.map(({ to, is }) => ({ label: `Use ${is}`, act: { kind: 'use', to } }) as const),
          null,
        ]),
    { label: 'Open Ekscope', act: { kind: 'open' } },
    { label: 'Quit Ekscope', act: { kind: 'quit' } },
  ]
}

/** How long before its end a sign-in is spoken of, ms. */
const soon = 10 * 60_000

/** What is to be known of the current context without looking: it has come to act as another, or its sign-in ends soon. */
export function trayNotice(
  before: UsedContext | null,
  now: UsedContext | null,
  said: number | null,
  at: number,
): { readonly title: string; readonly body: string; readonly until: number | null } | null {
  if (now === null) return null
  const name = visible(now.name)
  if (before !== null && before.id === now.id && !before.another && now.another)
    return {
      title: `${name} no longer acts as expected`,
      body: `kubectl would act as ${visible(now.who ?? 'another identity')}, not ${visible(now.intended ?? 'the intended one')}. Open Ekscope to see why.`,
      until: said,
    }
  if (now.until === null || now.until === said || now.until <= at || now.until - at > soon) return null
  const minutes = Math.ceil((now.until - at) / 60_000)
  return {
    title: `The sign-in behind ${name} ends soon`,
    body: `It ends in ${plural(minutes, 'minute')}. Sign in again in Ekscope, under Identities.`,
    until: now.until,
  }
}

/** What the acts of its lines need. */
export interface TrayDoes {
  readonly reading: Parameters<typeof usedContexts>[0]
  readonly handlers: Pick<Handlers, 'edits.apply' | 'whoami.run'>
  readonly ask: ShowQuestion
  /** The window in front, over which main asks; one is opened where there is none. */
  readonly page: () => Promise<number>
  readonly open: () => void
  readonly quit: () => void
  readonly signal: AbortSignal
}

/** Does what a line of the tray's menu is for. The guards of production are those of every write. */
export async function actOf(
  act: TrayAct,
  { handlers, ask, page, open, quit, reading, signal }: TrayDoes,
): Promise<Result<unknown> | null> {
  if (act.kind === 'open' || act.kind === 'quit') {
    if (act.kind === 'open') open()
    else quit()
    return null
  }
  const window = await page()
  const call: Call = { signal, page: window, emit: () => undefined, dropped: () => [] }
  const run = `tray-${Date.now()}`
  if (act.kind === 'verify') {
    const { environment } = await reading.settings.load()
    return handlers['whoami.run']({ run, contexts: [act.context.id], environment, again: true }, call)
  }
  const { id, name, another } = act.to
  if (another && !(await ask(window, shownAnother(name, act.to), signal))) return null
  return handlers['edits.apply'](
    {
      run,
      edits: [{ kind: 'use-context', context: id }],
      titles: [`current-context set to ${name}`],
      revisions: [],
      sharedAllowed: true,
      inPlace: [],
    },
    call,
  )
}
