import { FilePlus2 } from 'lucide-react'
import type { ReactNode } from 'react'
import type { AddedAs, Pin } from '../pending/added-as'
import { nameFile } from '../store/loading'
import { add as text } from '../text/add-texts'
import { forms } from '../text/edits'
import { shortPath } from '../text/path'
import { Button } from './Button'
import { Choices, Field } from './Field'
import { useApp, useFiles, useModel } from './model'
import { Shown } from './Shown'

interface AddedAsFieldsProps {
  readonly value: AddedAs
  readonly onChange: (change: Partial<AddedAs>) => void
  /** Labels of the template and the pins. */
  readonly texts: { readonly template: string; readonly pins: Readonly<Record<Pin, string>> }
  /** What each pin means, where its name does not say it. */
  readonly pinHints?: Readonly<Record<Pin, string>>
  /** In place of the pins; undefined: there is a profile to pin. */
  readonly noPin?: ReactNode
  /** As it is used now. */
  readonly template: string
  readonly templateProblem: string | null
  readonly templateHint: ReactNode
  /** The names that the template yields. */
  readonly children?: ReactNode
}

/** Fields for added contexts: how they are pinned and named, namespace, proxy, and the file to add them to. */
export function AddedAsFields(props: AddedAsFieldsProps) {
  const { value, onChange, texts, pinHints, noPin, templateProblem, templateHint, children } = props
  return (
    <>
      {noPin ?? (
        <Choices
          label={text.pin}
          value={value.pin}
          onChange={(pin) => onChange({ pin })}
          options={(['arg', 'env', 'none'] as const).map((pin) => ({
            value: pin,
            label: texts.pins[pin],
            ...(pinHints !== undefined && pin === value.pin ? { hint: pinHints[pin] } : {}),
          }))}
        />
      )}
      <Field
        label={texts.template}
        value={props.template}
        onChange={(template) => onChange({ template })}
        problem={templateProblem}
        hint={templateHint}
        mono
      />
      {children}
      <div className="two">
        <Field
          label={text.namespace}
          value={value.namespace}
          onChange={(namespace) => onChange({ namespace })}
          placeholder={text.optional}
        />
        <Field
          label={text.proxy}
          value={value.proxyUrl}
          onChange={(proxyUrl) => onChange({ proxyUrl })}
          placeholder={text.optional}
          mono
        />
      </div>
      <IntoFile value={value.file} onChange={(file) => onChange({ file })} />
    </>
  )
}

interface IntoFileProps {
  /** A path; empty: where kubectl puts new entries. */
  readonly value: string
  readonly onChange: (file: string) => void
}

/** The file that gets new contexts: one of several, or a new one. */
export function IntoFile({ value, onChange }: IntoFileProps) {
  const home = useApp((state) => state.app?.home ?? '')
  // The chosen file stays listed, even if it is no longer shown elsewhere.
  const files = useFiles([value])
  const model = useModel()
  return (
    <>
      {files.length > 1 && (
        <Choices
          label={text.file}
          value={value}
          onChange={onChange}
          options={[
            { value: '', label: text.usual },
            ...files.map(({ path }) => ({ value: path, label: <Shown text={shortPath(path, home)} /> })),
          ]}
        />
      )}
      <Button
        small
        icon={FilePlus2}
        onClick={() => void nameFile(model.loading).then((path) => path !== null && onChange(path))}
      >
        {forms.move.newFile}
      </Button>
    </>
  )
}
