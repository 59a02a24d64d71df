import type { LucideIcon } from 'lucide-react'
import type { ReactNode } from 'react'
import type { Audit } from '../../shared/audit/audit'
import { actionText, type ViewName } from '../../shared/ipc/actions-and-views'
import { Button } from './Button'
import { ListPage } from './ListPage'
import { useAudit, useModel } from './model'

interface AuditPageProps {
  readonly texts: Readonly<Record<'title' | 'loading' | 'empty' | 'emptyLead', string>>
  readonly icon: LucideIcon
  /** What it lists: where the audit has none, the page is empty. */
  readonly of: 'contexts' | 'findings'
  /** The page that helps then. */
  readonly leadsTo: ViewName
  readonly children: (audit: Audit) => ReactNode
}

/** A page that shows the audit of the chosen environment. */
export function AuditPage({ texts, icon, of, leadsTo, children }: AuditPageProps) {
  const model = useModel()
  const audit = useAudit((state) => state.audit)
  const fault = useAudit((state) => state.fault)
  const empty = {
    icon,
    title: texts.empty,
    lead: texts.emptyLead,
    acts: (
      <Button kind="primary" onClick={() => model.showPage(leadsTo)}>
        {actionText(leadsTo).title}
      </Button>
    ),
  }
  return (
    <ListPage
      texts={texts}
      read={audit}
      fault={fault}
      load={model.audit.load}
      empty={(read) => (read[of].length > 0 ? null : empty)}
    >
      {children}
    </ListPage>
  )
}
