/** `ekscope login` and `ekscope logout`: signing in to IAM Identity Center and with an MFA code, as aws does and for it too. */
import { plural } from '../../shared/counted'
import type { CodeOutcome, SignInFlow, SignInOutcome, SignInStep } from '../../shared/identity/sign-in'
import { assertNever } from '../../shared/result'
import { option } from '../../shared/shell/offered-command'
import { named, visible } from '../../shared/visible'
import { noEnd } from '../aws/files/cache-files'
import type { SignInNeeds, SsoSignIn } from '../aws/sign-in/places'
import type { SignInName, SigningIn } from '../identity/open-signing-in'
import { fieldsOf } from '../report/row-json'
import { offered } from '../system/offer'
import { openInBrowser } from '../system/open-in-browser'
import { type Arguments, UsageError } from './arguments'
import { type Command, type CommandCall, orThrow, print, Refusal } from './command'
import { localTime, sentence } from './output'

const which = '[PROFILE|SESSION] [--profile NAME|--sso-session NAME]'
const namedHelp = {
  '--profile NAME': 'the profile of this name, where an sso-session is called so too',
  '--sso-session NAME': 'the sso-session of this name',
} as const

export const login: Command = {
  usage: `login ${which} [--use-device-code] [--open] [--again] [--cache]`,
  summary: 'signs in by SSO or with an MFA code (no name: the profile of the environment)',
  examples: ['ekscope login corp', 'ekscope login finance --use-device-code'],
  help: {
    ...namedHelp,
    '--use-device-code': 'show a code, for a browser on any device (default: the browser of this machine)',
    '--open': 'open the address in the browser; nothing is opened without it',
    '--again': 'ask also where you are signed in already, to sign in as another user',
    '--cache': 'keep what an MFA code gives where aws keeps it, for aws and kubectl',
  },
  async run(call) {
    const { args, reading } = call
    const { environment } = args.globals
    const name = nameIn(args)
    const signing = await (await reading()).signingIn()
    const needs = orThrow(await signing.needs(environment, name))
    if (needs.awsLogin !== null)
      throw new Refusal({
        code: 'aws-login',
        message: `profile ${named(needs.profile ?? '')} signs in by aws login, which Ekscope leaves to aws.`,
        next: needs.awsLogin,
      })
    const { sso } = needs
    const signedIn = sso === null ? null : await bySso(call, signing, { profile: needs.profile, sso })
    const code = await byCode(call, signing, needs)
    const { session = null, startUrl = null, region = null } = sso ?? {}
    const document = {
      ...{ profile: needs.profile, session, startUrl, region },
      signedIn: signedIn && fieldsOf(signedIn, 'how', 'until', 'renewableUntil'),
      code: code && fieldsOf(code, 'arn', 'account', 'until', 'kept', 'standing'),
    }
    await print(call, document, () => said(needs, signedIn, code))
    return 0
  },
}

export const logout: Command = {
  usage: `logout ${which}`,
  summary: 'signs out of an SSO session (no name: of all), as aws sso logout does',
  examples: ['ekscope logout corp', 'ekscope logout'],
  help: namedHelp,
  async run(call) {
    const { args, terminal, reading, signal } = call
    const name = nameIn(args)
    const signing = await (await reading()).signingIn()
    const all = name.kind === 'environment'
    const { tokens, roles, problems } = orThrow(
      await signing.signOut(args.globals.environment, all ? null : name, signal),
    )
    const text =
      tokens + roles > 0
        ? `Signed out: ${plural(tokens, 'access token')} and ${plural(roles, 'set')} of role credentials removed.`
        : problems.length === 0
          ? 'There was no sign-in to end.'
          : 'Nothing was removed.'
    await print(call, { tokens, roles, problems }, () => `${text}\n`, 'report')
    for (const { message, next } of problems) await terminal.err(sentence(message, next))
    return signal.aborted ? 130 : problems.length > 0 ? 3 : 0
  },
}

function nameIn(args: Arguments): SignInName {
  const [name, ...more] = args.positionals
  const profile = args.text('profile')
  const session = args.text('sso-session')
  const identities = [name, profile ?? undefined, session ?? undefined].filter((one) => one !== undefined)
  if (more.length > 0 || identities.length > 1)
    throw new UsageError('one profile or one sso-session at a time')
  if (identities[0] === '') throw new UsageError('the name of the profile or sso-session is empty')
  if (profile !== null) return { kind: 'profile', name: profile }
  if (session !== null) return { kind: 'session', name: session }
  return name === undefined ? { kind: 'environment' } : { kind: 'either', name }
}

type SignedIn = Extract<SignInOutcome, { kind: 'signed-in' }>
type Proven = Extract<CodeOutcome, { kind: 'proven' }>

async function bySso(
  { args, terminal, around, signal }: CommandCall,
  signing: SigningIn,
  needs: { readonly profile: string | null; readonly sso: SsoSignIn },
): Promise<SignedIn> {
  const { environment } = args.globals
  const flow: SignInFlow = args.flag('use-device-code') ? 'code' : await signing.usualFlow(environment)
  let ending: NodeJS.Timeout | null = null
  const onStep = (step: SignInStep) => {
    void terminal.err(stepText(step, needs.sso.who, Date.now()))
    if (step.kind !== 'address') return
    ending = setTimeout(
      () => void terminal.err('One minute is left.\n'),
      Math.max(0, step.until - Date.now() - 60_000),
    )
    if (args.flag('open'))
      void openInBrowser(new URL(step.url), around()).then((opened) =>
        opened
          ? undefined
          : terminal.err(sentence('no browser could be started here.', 'Open the address yourself.')),
      )
  }
  const how = { flow, again: args.flag('again') }
  const outcome = await signing.signIn(environment, needs, how, onStep, signal)
  if (ending !== null) clearTimeout(ending)
  if (outcome.kind === 'not-signed-in') throw refused(outcome)
  return outcome
}

async function byCode(
  { args, terminal, signal }: CommandCall,
  signing: SigningIn,
  { profile, chain, codes }: SignInNeeds,
): Promise<Proven | null> {
  const [first] = codes
  if (profile === null || chain === null || first === undefined) return null
  const { ask } = terminal
  const codeFor = async (role: { readonly arn: string; readonly mfaSerial: string | null }) => {
    if (ask === null)
      throw new Refusal({
        code: 'no-terminal',
        message: `profile ${named(profile)} asks for a code of ${named(role.mfaSerial ?? '')}, and there is no terminal to ask on.`,
        next: 'Run it in a terminal; a code is taken from nowhere else.',
      })
    return ask(visible(`Code of ${named(role.mfaSerial ?? '')} for ${named(role.arn)}:`), { hidden: true })
  }
  const how = { codeFor, keep: () => args.flag('cache') }
  const outcome = await signing.withCodes(args.globals.environment, { profile, chain }, how, signal)
  if (outcome.kind === 'not-signed-in') throw refused(outcome)
  return outcome
}

const refused = ({ why, message, next }: Extract<SignInOutcome, { kind: 'not-signed-in' }>) =>
  new Refusal({ code: why, message, next })

function stepText(step: SignInStep, who: string, now: number): string {
  switch (step.kind) {
    case 'address': {
      const { url, host, byCode: code, until } = step
      const minutes = Math.max(1, Math.round((until - now) / 60_000))
      const browser = code === null ? 'the browser of this machine' : 'any browser'
      const more =
        code === null
          ? 'From another device: --use-device-code.'
          : `and compare the code there with this one: ${visible(code.userCode)}\nTo type the code yourself: ${visible(code.url)}`
      return `To sign in to ${visible(who)}, open this page of ${visible(host)} in ${browser}:

  ${visible(url)}

${more}
You have until ${localTime(until)} (${plural(minutes, 'minute')}); Ctrl+C gives it up.
`
    }
    case 'slowed':
      return `AWS wants to be asked less often: every ${step.seconds} seconds from now on.\n`
    default:
      return assertNever(step, 'step')
  }
}

function said(needs: SignInNeeds, signedIn: SignedIn | null, code: Proven | null): string {
  const lines: string[] = []
  if (needs.sso !== null && signedIn !== null) {
    const { how, until, renewableUntil } = signedIn
    const came = {
      asked: `Signed in to ${needs.sso.who}`,
      renewed: `Renewed the sign-in to ${needs.sso.who} without asking`,
      standing: `Already signed in to ${needs.sso.who}`,
    }[how]
    const end =
      renewableUntil === null || renewableUntil === noEnd ? '' : ` until ${localTime(renewableUntil)}`
    const renewed = renewableUntil === null ? '' : `, renewed without asking${end}`
    lines.push(`${came}: until ${localTime(until)}${renewed}.`)
    if (how !== 'asked') lines.push('To sign in as another user: --again.')
  }
  if (code !== null) {
    const { arn, until, kept, standing } = code
    const end = until === null ? '' : ` until ${localTime(until)}`
    lines.push(`Profile ${named(needs.profile ?? '')} is ${arn}${end}.`)
    const keep = offered('ekscope', 'login', option('--cache'), needs.profile ?? '')
    if (standing) lines.push('aws had that in its cache already, so no code was needed.')
    else if (kept) lines.push('Kept in ~/.aws/cli/cache, where aws and kubectl find it.')
    else lines.push(`Proven, and kept nowhere: to let aws and kubectl use it, ${keep}.`)
  }
  if (lines.length === 0) lines.push(`Profile ${named(needs.profile ?? '')} needs no sign-in.`)
  return lines.map((line) => `${visible(line)}\n`).join('')
}
