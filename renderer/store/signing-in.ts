/** Signing in by SSO: main does it, then contexts that waited for it are verified. */
import type { ShownSignInStep, SignInOf } from '../../shared/identity/sign-in'
import type { EntryId } from '../../shared/kubeconfig/entries'
import type { Fault } from '../../shared/result'
import { text } from '../text/page'
import { signIn as signInText } from '../text/sign-in-texts'
import type { Core } from './core'
import { type Checking, verify } from './verifying'

export interface SignInRequest {
  readonly run: string
  readonly of: SignInOf
  /** `usual`: as the aws command of the environment would sign in. */
  readonly flow: 'usual' | 'code'
  /** Contexts that wait for it. */
  readonly contexts: readonly EntryId[]
}

/** Why there is no sign-in. */
export type NotSignedIn = Pick<Fault, 'message' | 'next'>

export function createSigningIn(core: Core, checking: Checking) {
  const { bridge, state } = core
  return {
    /** Resolves once it is over: `true` signed in, `proven` by a code of which nothing was kept, `false` given up, else why not. */
    async signIn(
      { run, of, flow, contexts }: SignInRequest,
      onStep: (step: ShownSignInStep) => void,
    ): Promise<boolean | 'proven' | NotSignedIn> {
      const { environment } = state.getState()
      const stop = bridge.on('signIn.step', (event) => {
        if (event.run === run) onStep(event.step)
      })
      const answer = await bridge.request('signIn.start', { run, environment, of, flow, again: false })
      stop()
      if (!answer.ok) return answer.fault
      const { value } = answer
      if (value.kind === 'not-signed-in') return value.why === 'cancelled' ? false : value
      if (value.kind === 'proven' && !value.kept) {
        const said = signInText.proven(of.name, value.arn)
        core.say(said)
        // Main passes what it still has to contexts that wait for just this; the others report again what they wait for.
        void verify(checking, contexts, false, { code: run, said })
        return 'proven'
      }
      const said =
        value.kind === 'signed-in'
          ? signInText.done[value.how](of.name)
          : value.standing
            ? signInText.stood(of.name)
            : signInText.kept(of.name)
      core.say(said)
      void verify(checking, contexts, false, { said })
      return true
    },
    /** Signs out of a session, for aws and kubectl too; `of` identifies it for main. */
    async signOut(session: string, of: SignInOf) {
      const { environment } = state.getState()
      const answer = await core.ask('signIn.end', { environment, of })
      if (answer === undefined) return
      const { tokens, problems } = answer
      if (tokens > 0) core.say(signInText.ended(session))
      else if (problems.length === 0) core.say(signInText.nothingToEnd(session))
      for (const problem of problems) core.notify(problem)
    },
    /** Main opens or copies the address, which the page does not know. */
    async openSignIn(run: string, to: 'browser' | 'clipboard') {
      const sent = await core.ask('signIn.open', { run, to })
      if (sent !== undefined && to === 'clipboard') core.say(text.copied(signInText.copiedAddress))
    },
  }
}
