import { CircleAlert, Info, LockKeyhole, X } from 'lucide-react'
import { useEffect, useRef } from 'react'
import { visible } from '../../shared/visible'
import type { Notice } from '../store/app-state'
import { text } from '../text/page'
import { shortPath, shortPaths } from '../text/path'
import { review } from '../text/review-texts'
import { Button } from './Button'
import { LockActs } from './LockActs'
import { onResize } from './listen'
import { useApp, useEdits, useModel } from './model'
import styles from './Notices.module.css'
import { Exact, Phrase } from './Shown'

/** How long a good notice stays, in milliseconds; with an action longer. Bad notices stay until dismissed. */
const stay = 4_000
const stayWithAction = 15_000
/** A shorter wait for a lock is not shown: kubectl holds its lock while it writes. In milliseconds. */
const shortWait = 500

/** A sheet of its own: a custom property of the page would be inherited by every element, and all styles computed again. */
const room = new CSSStyleSheet()

/** Messages at the edge of the window: what happened, why, and what to do next. */
export function Notices() {
  const notices = useApp((state) => state.notices)
  const region = useRef<HTMLElement>(null)
  // Lists underneath get as much room at their end, so that their last rows can be scrolled out from under the notices.
  useEffect(() => {
    const element = region.current
    if (element === null) return
    document.adoptedStyleSheets = [room]
    return onResize(element, () =>
      room.replaceSync(`.above-notices::after { height: ${element.offsetHeight}px }`),
    )
  }, [])
  return (
    <section
      ref={region}
      className={styles.notices}
      data-messages=""
      aria-label={text.toast.region}
      aria-live="polite"
    >
      {notices.map((notice) => (
        <NoticeCard key={notice.id} notice={notice} />
      ))}
      <WaitingCard />
    </section>
  )
}

/** For a write without a dialog that waits for a lock, such as a switch of kubectl's context: which lock, and how to stop
 * waiting. */
function WaitingCard() {
  const home = useApp((state) => state.app?.home ?? '')
  const wait = useEdits(({ dialog, applying }) => (dialog === null ? (applying?.wait ?? null) : null))
  if (wait === null || wait.waitedMs < shortWait) return null
  return (
    <div className={styles.notice} role="status">
      <LockKeyhole size={16} aria-hidden />
      <div className={styles.body}>
        <p className={styles.words}>{review.waitsToWrite}</p>
        {/* Its age changes every second, which screen readers should not announce each time. */}
        <p className={styles.next} aria-live="off">
          <Exact text={shortPath(wait.path, home)} /> · {review.age(wait.ageMs)}
        </p>
        <div className={styles.ways}>
          <LockActs key={wait.path} path={wait.path} />
        </div>
      </div>
    </div>
  )
}

function NoticeCard({ notice }: { readonly notice: Notice }) {
  const model = useModel()
  const home = useApp((state) => state.app?.home ?? '')
  const said = (sentence: string) => visible(shortPaths(sentence, home))
  useEffect(() => {
    if (notice.tone === 'bad' || notice.stays) return
    const timer = setTimeout(() => model.dismiss(notice.id), notice.action ? stayWithAction : stay)
    return () => clearTimeout(timer)
  }, [model, notice])
  return (
    <div className={styles.notice} data-tone={notice.tone} role={notice.tone === 'bad' ? 'alert' : 'status'}>
      {notice.tone === 'bad' ? <CircleAlert size={16} aria-hidden /> : <Info size={16} aria-hidden />}
      <div className={styles.body}>
        <Phrase as="p" className={styles.words} text={said(notice.message)} />
        {notice.action && (
          <Button
            small
            onClick={() => {
              notice.action?.run()
              model.dismiss(notice.id)
            }}
          >
            {visible(notice.action.label)}
          </Button>
        )}
        {notice.next && <Phrase as="p" className={styles.next} text={said(notice.next)} />}
      </div>
      <Button
        kind="plain"
        small
        icon={X}
        aria-label={text.toast.dismiss}
        onClick={() => model.dismiss(notice.id)}
      />
    </div>
  )
}
