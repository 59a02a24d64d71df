/** What the user chose, in settings.json of the data folder. */
import { counted } from '../../shared/counted'
import { isSameMark, type ProductionMark } from '../../shared/identity/production'
import type { Input } from '../../shared/ipc/contract'
import { defaultSettings, type Settings, settingsSchema, withSetting } from '../../shared/ipc/settings'
import { fail, fault, type Result, refuse } from '../../shared/result'
import { quoted } from '../../shared/visible'
import type { DataFolder } from '../system/data-folder'

/** More account names than a user enters manually. */
const mostNames = 1_000

/** More marks than a user sets. */
const mostMarks = 1_000

const tooManyMarks = fault(
  'bad-request',
  `No more than ${counted(mostMarks)} marks of production are kept.`,
  'Mark by a pattern what has a name in common.',
)

const tooManyNames = fault(
  'bad-request',
  `${counted(mostNames)} accounts are named, and no more can be.`,
  'Take back the name of another account first.',
)

export const settingsName = 'settings.json'

export type SettingsFile = ReturnType<typeof settingsFile>

/** The settings of this data folder. Numbers come as text, as the page's forms have them. */
export function settingsFile(folder: DataFolder) {
  const file = folder.file({
    name: settingsName,
    version: 1,
    schema: settingsSchema,
    empty: defaultSettings,
    loss: 'Nothing counts as production until it is marked again, and other choices are as at first.',
  })
  return {
    load: async (): Promise<Settings> => (await file.load()).value,
    /** Fault `bad-request` when the setting does not take the value. */
    save: async ({ key, value }: Input<'settings.save'>): Promise<Result<Settings>> => {
      if (withSetting(defaultSettings, key, value) === null)
        return refuse(
          'bad-request',
          `The setting ${quoted(key)} does not take that value.`,
          'Choose another.',
        )
      return file.update((now) => withSetting(now, key, value) ?? now)
    },
    /** Names accounts by their number; an empty name takes one back. */
    async nameAccounts(names: Settings['accountNames']): Promise<Result<Settings>> {
      let isFull = false
      const saved = await file.update((now) => {
        const named = Object.entries({ ...now.accountNames, ...names }).filter(([, name]) => name !== '')
        isFull = named.length > Math.max(mostNames, Object.keys(now.accountNames).length)
        return isFull ? now : { ...now, accountNames: Object.fromEntries(named) }
      })
      return isFull ? fail(tooManyNames) : saved
    },
    /** Marks these as production, or no longer. */
    async markProduction(marks: readonly ProductionMark[], on: boolean): Promise<Result<Settings>> {
      let isFull = false
      const saved = await file.update((now) => {
        const others = now.production.filter((one) => !marks.some((mark) => isSameMark(one, mark)))
        const production = on ? [...others, ...marks] : others
        isFull = on && production.length > mostMarks
        return isFull ? now : { ...now, production }
      })
      return isFull ? fail(tooManyMarks) : saved
    },
    /** Marks by name follow contexts to their new names. */
    async renameProduction(names: ReadonlyMap<string, string>): Promise<void> {
      const newOf = ({ kind, pattern }: ProductionMark) =>
        kind === 'context' ? names.get(pattern) : undefined
      if (!(await file.load()).value.production.some((mark) => newOf(mark) !== undefined)) return
      await file.update((now) => ({
        ...now,
        production: now.production.map((mark) => ({ ...mark, pattern: newOf(mark) ?? mark.pattern })),
      }))
    },
  }
}
