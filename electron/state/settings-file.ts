/** What the user chose, in settings.json of the data folder. */
import { counted } from '../../shared/counted'
import {
  isSameMark,
  markInFile,
  marksFollowing,
  type NameGiven,
  type ProductionMark,
} from '../../shared/identity/production'
import type { Input } from '../../shared/ipc/contract'
import { defaultSettings, type Settings, settingsSchema, withSetting } from '../../shared/ipc/settings'
import { fail, fault, ok, type Result, refuse } from '../../shared/result'
import { quoted } from '../../shared/visible'
import type { DataFile, DataFolder } from '../system/data-folder'
import { type KeptThroughWrite, keptThrough } from '../system/kept-through-write'

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

const without = (marks: readonly ProductionMark[], away: readonly ProductionMark[]) =>
  marks.filter((one) => !away.some((mark) => isSameMark(one, mark)))

export type SettingsFile = ReturnType<typeof settingsFile>

/** The settings of this data folder. Numbers come as text, as the page's forms have them. */
export function settingsFile(folder: DataFolder) {
  const file: DataFile<Settings> = folder.file({
    name: settingsName,
    version: 1,
    schema: settingsSchema,
    empty: defaultSettings,
    loss: 'While that is so, every context counts as production, and no setting is changed.',
    guards: {
      code: 'settings-unreadable',
      meanwhile: (last): Settings => ({
        ...last,
        production: [...last.production, { kind: 'unread', pattern: file.path }],
        unattended: 'refuse',
        kubectlInShells: 'ask',
      }),
    },
    written: ({ production, ...others }) => ({ ...others, production: production.map(markInFile) }),
  })
  return {
    /** The settings that count: while the file cannot be read, every context counts as production. */
    load: async (): Promise<Settings> => (await file.load()).value,
    /** What the user chose; fault `settings-unreadable` while that is not known. */
    async read(): Promise<Result<Settings>> {
      const { value, problem } = await file.load()
      return problem === null ? ok(value) : fail(problem)
    },
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
    /** Marks these as production, or no longer. One that is not understood can only be taken back. */
    async markProduction(marks: readonly ProductionMark[], on: boolean): Promise<Result<Settings>> {
      let isFull = false
      const saved = await file.update((now) => {
        const others = without(now.production, marks)
        const come = on ? marks.filter(({ kind }) => kind !== 'unread') : []
        const production = [...others, ...come]
        isFull = on && production.length > mostMarks
        return isFull ? now : { ...now, production }
      })
      return isFull ? fail(tooManyMarks) : saved
    },
    /** Marks by name follow contexts to their new names. */
    async follow(given: readonly NameGiven[]): Promise<Result<KeptThroughWrite>> {
      const { value, problem } = await file.load()
      if (problem !== null && given.length > 0) return fail(problem)
      return keptThrough(
        (away, here) =>
          file.update((now) => ({ ...now, production: [...without(now.production, away), ...here] })),
        marksFollowing(value.production, given),
      )
    },
  }
}
