import { Copy } from 'lucide-react'
import { useEffect, useRef, useState } from 'react'
import type { ShownSignInStep, SignInOf } from '../../shared/identity/sign-in'
import type { EntryId } from '../../shared/kubeconfig/entries'
import type { NotSignedIn } from '../store/signing-in'
import { editText } from '../text/edits'
import { signIn as text } from '../text/sign-in-texts'
import { Button } from '../ui/Button'
import { useModel } from '../ui/model'
import { Shown } from '../ui/Shown'
import { Window } from '../ui/Window'
import styles from './SignInDialog.module.css'

type Flow = 'usual' | 'code'
type Address = Extract<ShownSignInStep, { kind: 'address' }>

/** One sign-in from start to end; another `attempt` starts it again. */
interface Attempt {
  readonly run: string
  readonly flow: Flow
  readonly address: Address | null
  /** The MFA device whose code main requests in a separate window; null: none. */
  readonly serial: string | null
  readonly slowed: number | null
  readonly not: NotSignedIn | null
}

const attempt = (flow: Flow): Attempt => ({
  run: crypto.randomUUID(),
  flow,
  address: null,
  serial: null,
  slowed: null,
  not: null,
})

/** Signs in, and verifies contexts that waited for it. A page is opened only by the button, after its host was shown. */
export function SignInDialog({
  of,
  contexts,
}: {
  readonly of: SignInOf
  readonly contexts: readonly EntryId[]
}) {
  const model = useModel()
  const [now, setNow] = useState<Attempt>(() => attempt('usual'))
  const { run, flow, address, serial, slowed, not } = now
  // The contexts that waited when the dialog was opened.
  const [wanted] = useState({ of, contexts })

  useEffect(() => {
    let current = true
    const update = (change: Partial<Attempt>) =>
      setNow((before) => (before.run === run ? { ...before, ...change } : before))
    const onStep = (step: ShownSignInStep) =>
      update(
        step.kind === 'address'
          ? { address: step }
          : step.kind === 'code'
            ? { address: null, serial: step.serial }
            : { slowed: step.seconds },
      )
    void model.signIn({ run, flow, ...wanted }, onStep).then((ended) => {
      if (!current) return
      if (ended === true || ended === 'proven') model.edits.open(null)
      // The user closed main's window without a code: there is nothing to wait for here.
      else if (ended === false) model.edits.open(null)
      else update({ address: null, serial: null, not: ended })
    })
    return () => {
      current = false
      // However the dialog ended, nothing waits for the sign-in any more.
      void model.bridge.request('run.cancel', { run })
    }
  }, [model, run, flow, wanted])

  // The focus starts at Cancel: it stays while other buttons change, and opens nothing.
  const cancel = useRef<HTMLButtonElement>(null)
  return (
    <Window
      focus={cancel}
      title={text.title(of.name)}
      lead={text.lead}
      note={address !== null && <Left until={address.until} />}
      cancel={editText.cancel}
      canceller={cancel}
      acts={
        not !== null ? (
          <Button kind="primary" onClick={() => setNow(attempt(flow))}>
            {text.again}
          </Button>
        ) : serial !== null ? null : (
          <>
            <Button disabled={address === null} onClick={() => void model.openSignIn(run, 'clipboard')}>
              {text.copyAddress}
            </Button>
            <Button
              kind="primary"
              disabled={address === null}
              onClick={() => void model.openSignIn(run, 'browser')}
            >
              {text.open}
            </Button>
          </>
        )
      }
    >
      <div className="dialog-body">
        <div aria-live="polite">
          {not !== null ? (
            <Shown as="p" className="said bad above-10" text={`${not.message} ${not.next}`} />
          ) : serial !== null ? (
            <Shown as="p" className={styles.note} text={text.byDevice(serial)} />
          ) : address === null ? (
            <p className={styles.note}>{text.asking}</p>
          ) : (
            <Where address={address} />
          )}
          {slowed !== null && not === null && <p className={styles.note}>{text.slowed(slowed)}</p>}
        </div>
        {address !== null && address.byCode === null && (
          <Other label={text.byCode} note={text.byCodeNote} onChoose={() => setNow(attempt('code'))} />
        )}
        {flow === 'code' && (address !== null || not !== null) && (
          <Other label={text.byBrowser} note={text.byBrowserNote} onChoose={() => setNow(attempt('usual'))} />
        )}
      </div>
    </Window>
  )
}

interface OtherProps {
  readonly label: string
  readonly note: string
  readonly onChoose: () => void
}

/** The other way to sign in. */
function Other({ label, note, onChoose }: OtherProps) {
  return (
    <p className={styles.note}>
      <Button kind="plain" small onClick={onChoose}>
        {label}
      </Button>{' '}
      {note}
    </p>
  )
}

function Where({ address: { host, byCode } }: { readonly address: Address }) {
  const model = useModel()
  return (
    <>
      <dl className={styles.facts}>
        <dt>{text.page}</dt>
        <dd>
          <Shown as="b" text={host} />
        </dd>
        {byCode !== null && (
          <>
            <dt>{text.code}</dt>
            <dd>
              <Shown as="b" className={styles.code} text={byCode.userCode} />
              <Button
                kind="plain"
                small
                icon={Copy}
                aria-label={text.copyCode}
                onClick={() => void model.copy(byCode.userCode, text.copiedCode)}
              />
            </dd>
            <dt>{text.typed}</dt>
            <Shown as="dd" text={byCode.url} />
          </>
        )}
      </dl>
      <p className={styles.note}>{byCode === null ? text.pageNote : text.codeNote}</p>
    </>
  )
}

/** The time left for the user; the last minute is announced. */
function Left({ until }: { readonly until: number }) {
  const [now, setNow] = useState(() => Date.now())
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 1_000)
    return () => clearInterval(timer)
  }, [])
  const seconds = Math.max(0, Math.round((until - now) / 1_000))
  return (
    <>
      <span className="figures">{text.left(Math.floor(seconds / 60), seconds % 60)}</span>
      <span role="status">{seconds < 60 ? ` ${text.ending}` : ''}</span>
    </>
  )
}
