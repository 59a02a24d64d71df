import { useState } from 'react'
import { profilesOf, withDeleted, writtenIn } from '../pending/profiles'
import { shortPath } from '../text/path'
import { profilesText as text } from '../text/profiles'
import { Tick } from '../ui/Field'
import { useApp, useIdentities, useModel } from '../ui/model'
import { ScrollList } from '../ui/ScrollList'
import { Exact } from '../ui/Shown'
import forms from './Forms.module.css'
import { NameList } from './NameList'
import { ProfileForm, useAsked, WhichProfile } from './ProfileForm'

/** A profile that is to go, with those who would have no identity without it. */
export function DeleteProfileDialog({ profiles }: { readonly profiles: readonly string[] }) {
  const model = useModel()
  const tree = useIdentities((state) => state.tree)
  const home = useApp((state) => state.app?.home ?? '')
  const [chosen, setChosen] = useState(profiles[0] ?? '')
  const [allowed, setAllowed] = useState<string | null>(null)
  const edits = withDeleted(model.profileEdits.pending(), chosen)
  const asked = useAsked(edits)
  const profile = tree === null ? undefined : profilesOf(tree).find(({ name }) => name === chosen)
  const made = tree !== null && profile === undefined
  const left = asked?.ok === true ? asked.value.left.find((one) => one.profile === chosen) : undefined
  return (
    <ProfileForm
      title={text.deleteForm.title(chosen)}
      lead={text.deleteForm.lead}
      edits={edits}
      asked={asked}
      // Of one that is not written yet there is nothing to ask: it is forgotten.
      ready={made || (asked?.ok === true && (left === undefined || allowed === chosen))}
      done={text.deleteForm.done}
      danger
      {...(left === undefined
        ? {}
        : {
            foot: (
              <Tick checked={allowed === chosen} onChange={(on) => setAllowed(on ? chosen : null)}>
                {text.deleteForm.allow}
              </Tick>
            ),
          })}
    >
      <WhichProfile of={profiles} chosen={chosen} onChange={setChosen} />
      {profile !== undefined && (
        <>
          <h3 className={forms.heading}>{text.deleteForm.goes}</h3>
          <ScrollList className={forms.list}>
            {profile.config !== null && (
              <li>
                <Exact as="b" text={`${shortPath(profile.config.file, home)}:${profile.config.line}`} />
              </li>
            )}
            {profile.settings.map(({ key }) => (
              <li key={key}>
                <small>{key}</small>
                <Exact text={writtenIn(profile, key)} />
              </li>
            ))}
          </ScrollList>
        </>
      )}
      {chosen === 'default' && <p className={forms.warn}>{text.deleteForm.unpinned}</p>}
      {asked === null && !made && <p className={forms.quiet}>{text.deleteForm.asking}</p>}
      {asked?.ok === true && left === undefined && !made && (
        <p className={forms.quiet}>{text.deleteForm.none}</p>
      )}
      {left !== undefined && (
        <>
          <h3 className={forms.heading}>{text.deleteForm.loses}</h3>
          <NameList
            of={[
              ...left.profiles.map((name) => ({
                id: `profile ${name}`,
                name,
                note: text.deleteForm.byProfile,
              })),
              ...left.contexts.map(({ id, name }) => ({ id, name, note: text.deleteForm.byContext })),
            ]}
          />
        </>
      )}
    </ProfileForm>
  )
}
