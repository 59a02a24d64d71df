/** The audit of the environment, which the map draws, and what of it is shown. */
import { createStore } from 'zustand/vanilla'
import type { Audit, AuditContext } from '../../shared/audit/audit'
import type { MapFocus } from '../../shared/audit/map-model'
import type { Fault } from '../../shared/result'
import { typed } from '../pending/editing-state'
import type { Core } from './core'
import { createPageReading, isNamedAnew } from './reading'
import { areEnded } from './run'

/** With the name that it has on the map. */
export interface NamedFocus extends MapFocus {
  readonly name: string
}

const initial = () => ({
  /** Null until it was requested. */
  audit: typed<Audit | null>(null),
  fault: typed<Fault | null>(null),
  wrongOnly: false,
  focus: typed<NamedFocus | null>(null),
  /** What the keyboard is on: the map shows its path. */
  reached: typed<{ readonly key: string; readonly contexts: readonly AuditContext[] } | null>(null),
  /** What the user has unfolded. */
  unfolded: typed<ReadonlySet<string>>(new Set()),
})

export type AuditState = Readonly<ReturnType<typeof initial>>

export function createAudit(core: Core) {
  const state = createStore<AuditState>(initial)
  const reading = createPageReading(core, {
    pages: ['identities', 'clusters', 'map', 'findings'],
    read: (environment) => core.bridge.request('clusters.audit', { environment }),
    keep(audit) {
      // An identity has the same mark here as everywhere.
      core.marks.add(
        audit.identities.map(({ key, kind, name }) => ({
          key: kind === 'principal' ? key : null,
          label: name,
        })),
      )
      state.setState({ audit, fault: null })
    },
    refused: (fault) => state.setState({ fault }),
    forget: () => state.setState({ audit: null, focus: null, unfolded: new Set() }),
    outdates: (now, before) =>
      isNamedAnew(now, before) ||
      now.settings.staleHours !== before.settings.staleHours ||
      now.settings.production !== before.settings.production ||
      areEnded('access', now, before) ||
      areEnded('aws-auth', now, before) ||
      areEnded('ask', now, before),
  })
  return {
    state,
    ...reading,
    setWrongOnly: (wrongOnly: boolean) => state.setState({ wrongOnly }),
    setFocus: (focus: NamedFocus | null) => state.setState({ focus }),
    foldAll: () => state.setState({ unfolded: new Set() }),
    toggle: (fold: string) =>
      state.setState(({ unfolded }) => {
        const now = new Set(unfolded)
        if (!now.delete(fold)) now.add(fold)
        return { unfolded: now }
      }),
  }
}
