import { CircleAlert, Info, type LucideIcon, TriangleAlert } from 'lucide-react'
import type { Severity } from '../../shared/findings/define-rule'

/** The icon of each severity, everywhere. */
export const severityIcons: Readonly<Record<Severity, LucideIcon>> = {
  error: CircleAlert,
  warning: TriangleAlert,
  info: Info,
}
