import { templateFields, templateFilters } from '../../shared/edits/name-template'
import { forms } from '../text/edits'
import styles from './TemplateHint.module.css'

/** What a name template may contain: its fields, and the effect of each filter. */
export function TemplateHint() {
  const { templateFields: fieldsAre, templateFilters: filtersAre, filters } = forms.names
  return (
    <>
      <span className={styles.fields}>
        <span>{fieldsAre}</span>
        {templateFields.map((name) => (
          <code key={name}>{`{${name}}`}</code>
        ))}
      </span>
      <span className={`${styles.fields} ${styles.filters}`}>
        <span>
          {filtersAre.are} <code>{filtersAre.example}</code>:
        </span>
        {templateFilters.map((name) => (
          <span key={name}>
            <code>|{name}</code> {filters[name]}
          </span>
        ))}
      </span>
    </>
  )
}
