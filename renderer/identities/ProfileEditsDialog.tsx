import { ProfilesWindow } from '../review/ProfilesWindow'
import styles from '../review/ProfilesWindow.module.css'
import { few, fewOf } from '../text/counts'
import { text as page } from '../text/page'
import { profilesText as text } from '../text/profile-texts'
import { useModel, useProfileEdits } from '../ui/model'
import { Naming, Shown } from '../ui/Shown'
import { useStill } from '../ui/use-answer'

/** Edits of profiles, exactly as they will be written in the AWS config file, with what follows from them and what does not. */
export function ProfileEditsDialog() {
  const model = useModel()
  const edits = useProfileEdits((state) => state.pending)
  const planned = useProfileEdits((state) => state.plan)
  // Once the edits are written none are left, and the dialog stays unchanged until the page shows the new values.
  const count = useStill(edits.length, edits.length === 0)
  const plan = useStill(planned, edits.length === 0)
  const fault = useProfileEdits((state) => state.fault)
  return (
    <ProfilesWindow
      title={text.title(count)}
      lead={text.lead}
      planning={text.planning}
      label={text.write}
      plan={plan === null ? null : { ...plan, titles: [...plan.titles, ...plan.follow] }}
      problem={fault}
      write={model.profileEdits.write}
    >
      {plan !== null && plan.contexts.length > 0 && (
        <p className={styles.said}>
          <Naming text={text.contexts(plan.contexts.length, few(plan.contexts.map(({ name }) => name)))} />
        </p>
      )}
      {plan?.left.map(({ profile, profiles, contexts }) => (
        <p key={profile} className={styles.said} data-tone="warn">
          <Naming
            text={text.left(
              profile,
              fewOf([
                ...profiles.map((name) => page.profile(name)),
                ...contexts.map(({ name }) => text.leftContext(name)),
              ]),
            )}
          />
        </p>
      ))}
      {plan?.doubts.map(({ message, next }) => (
        <Shown as="p" key={message} className={styles.said} data-tone="warn" text={`${message} ${next}`} />
      ))}
    </ProfilesWindow>
  )
}
