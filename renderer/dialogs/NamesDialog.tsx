import { ArrowRight } from 'lucide-react'
import { useState } from 'react'
import { accountValues, fillAll, parseTemplate, usualTemplate } from '../../shared/edits/name-template'
import { principalName } from '../../shared/identity/named-identity'
import { accountNamesOf } from '../pending/commit'
import type { Row } from '../rows/rows'
import { shortName } from '../text/counts'
import { forms } from '../text/edits'
import { Field, Tick } from '../ui/Field'
import { FormWindow } from '../ui/FormFrame'
import { useModel } from '../ui/model'
import { ScrollList } from '../ui/ScrollList'
import { Named, Shown } from '../ui/Shown'
import { TemplateHint } from '../ui/TemplateHint'
import styles from './Forms.module.css'

/** The values of a template's fields for a context. */
function valuesOf(row: Row, ofAccount: ReturnType<typeof accountValues>) {
  const arn = row.role ?? row.intended?.arn ?? null
  return {
    ...ofAccount(row.account),
    cluster: row.clusterName,
    region: row.region,
    role: arn === null ? (row.intended?.label ?? null) : principalName(arn),
    profile: row.profile,
    partition: row.partition,
    namespace: row.entry.namespace,
    context: row.name,
    user: row.entry.user,
  }
}

/** Renames many contexts by one template, and shows collisions before anything is renamed. */
export function NamesDialog({ ids }: { readonly ids: readonly string[] }) {
  const model = useModel()
  const rows = ids.flatMap((id) => model.rows.get(id) ?? [])
  const [cascade, setCascade] = useState(false)
  const chosen = new Set(rows.map(({ id }) => id))
  const taken = new Set(model.rows.all().flatMap(({ id, name }) => (chosen.has(id) ? [] : [name])))
  const ofAccount = accountValues(
    model.rows.all().map(({ account }) => account),
    accountNamesOf(model),
  )
  const values = rows.map((row) => valuesOf(row, ofAccount))
  const [template, setTemplate] = useState(
    () => model.state.getState().settings.template || usualTemplate(values, taken),
  )
  const parsed = parseTemplate(template)
  const problem = 'problem' in parsed ? parsed.problem : null
  const names = 'template' in parsed ? fillAll(parsed.template, values, taken) : []
  const changed = rows.flatMap((row, at) => {
    const name = names[at]?.name
    return name === undefined || name === row.name ? [] : [{ row, name }]
  })
  return (
    <FormWindow
      wide
      title={forms.names.title(rows.map(({ name }) => shortName(name)))}
      lead={forms.names.lead}
      edits={changed.map(({ row, name }) => ({
        kind: 'rename-context',
        context: row.id,
        name,
        cascade,
      }))}
      done={forms.names.done(changed.length)}
    >
      <Field
        label={forms.names.template}
        value={template}
        onChange={setTemplate}
        problem={problem}
        hint={<TemplateHint />}
        mono
      />
      <div className={styles.row}>
        <Tick checked={cascade} onChange={setCascade}>
          {rows.length === 1 ? forms.rename.cascade : forms.rename.cascadeMany}
        </Tick>
      </div>
      {problem === null && (
        <>
          <h3 className={styles.heading}>{forms.names.preview}</h3>
          <ScrollList className={styles.list} aria-label={forms.names.preview}>
            {rows.map((row, at) => {
              const made = names[at]
              const name = made?.name ?? row.name
              return (
                <li key={row.id} className={styles.change}>
                  <Named as="span" className="soft" name={row.name} where cut />
                  <ArrowRight size={12} aria-hidden />
                  {name === row.name ? (
                    <small>{forms.names.same}</small>
                  ) : (
                    <span className="line gap-12">
                      <span className="visually-hidden">→</span>
                      <Shown as="span" className="changed" text={name} />
                      {made?.collided && <small className={styles.right}>{forms.names.collided}</small>}
                    </span>
                  )}
                </li>
              )
            })}
          </ScrollList>
        </>
      )}
    </FormWindow>
  )
}
