import type { Severity } from '../../shared/findings/define-rule'
import { severityText } from '../text/page'
import { Mark, type Tone } from '../ui/Mark'
import { severityIcons } from '../ui/severity'

export const tones: Readonly<Record<Severity, Tone>> = { error: 'bad', warning: 'warn', info: 'open' }

/** The icon of a severity in its colour. */
export const SeverityIcon = ({ severity }: { readonly severity: Severity }) => (
  <Mark icon={severityIcons[severity]} tone={tones[severity]} size={14} title={severityText[severity]} />
)
