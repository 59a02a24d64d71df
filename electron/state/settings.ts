/** What the user chose, in settings.json of the data folder. */
import * as v from 'valibot'
import { counted } from '../../shared/counted'
import { environmentNames } from '../../shared/identity/identity'
import type { Input, Settings } from '../../shared/ipc/contract'
import { fail, fault, type Result } from '../../shared/result'
import type { DataFolder } from '../system/data-folder'

export const defaultSettings: Settings = {
  view: '',
  theme: 'system',
  density: 'comfortable',
  environment: 'login-shell',
  // A check older than this is shown as stale (product.md, Verdict).
  staleHours: 12,
  accountNames: {},
}

const fields = {
  view: v.pipe(v.string(), v.maxLength(65_536)),
  theme: v.picklist(['system', 'light', 'dark']),
  density: v.picklist(['comfortable', 'compact']),
  environment: v.picklist(environmentNames),
  staleHours: v.pipe(v.number(), v.minValue(1), v.maxValue(24 * 365)),
} as const

const accountNames = v.record(v.pipe(v.string(), v.regex(/^\d{12}$/)), v.pipe(v.string(), v.maxLength(64)))
/** So many accounts nobody names by hand. */
const mostNames = 1_000

// A setting that this version does not understand falls back alone; the others stay.
const schema: v.GenericSchema<unknown, Settings> = v.object({
  view: v.fallback(fields.view, defaultSettings.view),
  theme: v.fallback(fields.theme, defaultSettings.theme),
  density: v.fallback(fields.density, defaultSettings.density),
  environment: v.fallback(fields.environment, defaultSettings.environment),
  staleHours: v.fallback(fields.staleHours, defaultSettings.staleHours),
  accountNames: v.fallback(accountNames, {}),
})

const tooManyNames = fault(
  'bad-request',
  `${counted(mostNames)} accounts are named, and no more can be.`,
  'Take back the name of another account first.',
)

export interface SettingsFile {
  load(): Promise<Settings>
  /** Fault `bad-request` when the value is none that the setting takes. */
  save(change: Input<'settings.save'>): Promise<Result<Settings>>
  /** Names accounts by their number; an empty name takes one back. */
  nameAccounts(names: Settings['accountNames']): Promise<Result<Settings>>
}

/** The settings of this data folder. Numbers come as text, as the page's forms have them. */
export function settingsFile(folder: DataFolder): SettingsFile {
  const file = folder.file({ name: 'settings.json', version: 1, schema, empty: defaultSettings })
  return {
    load: async () => (await file.load()).value,
    save: async ({ key, value }) => {
      const parsed = v.safeParse(fields[key], key === 'staleHours' ? Number(value) : value)
      if (!parsed.success)
        return fail(fault('bad-request', `The setting “${key}” does not take that value.`, 'Choose another.'))
      return file.update((now) => ({ ...now, [key]: parsed.output }))
    },
    async nameAccounts(names) {
      let isFull = false
      const saved = await file.update((now) => {
        const named = Object.entries({ ...now.accountNames, ...names }).filter(([, name]) => name !== '')
        isFull = named.length > Math.max(mostNames, Object.keys(now.accountNames).length)
        return isFull ? now : { ...now, accountNames: Object.fromEntries(named) }
      })
      return isFull ? fail(tooManyNames) : saved
    },
  }
}
