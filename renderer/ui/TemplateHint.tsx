import { templateFields, templateFilters } from '../../shared/edits/name-template'
import { forms } from '../text/edits'
import styles from './TemplateHint.module.css'

/** What a template of names may hold: its fields, and what each filter makes of one. */
export function TemplateHint() {
  const { templateHint, templateFilters: filtersAre, filters } = forms.names
  return (
    <>
      {templateHint(templateFields)}
      <span className={styles.filters}>
        <span>{filtersAre}</span>
        {templateFilters.map((name) => (
          <span key={name}>
            <code>|{name}</code> {filters[name]}
          </span>
        ))}
      </span>
    </>
  )
}
