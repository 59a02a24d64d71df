/** What the user chooses, one line a setting: which values it takes, and its default. Stored in settings.json. */
import * as v from 'valibot'
import { environmentNames } from '../identity/identity'
import { markOfFile, type ProductionMark } from '../identity/production'

/** A number; a form has it as text. */
const hours = v.pipe(
  v.union([v.number(), v.pipe(v.string(), v.transform(Number))]),
  v.minValue(1),
  v.maxValue(720),
)

/** A value that this version does not understand falls back alone; the others stay. */
const setting = <S extends v.GenericSchema, const I extends v.InferOutput<S>>(
  strict: S,
  initial: I,
  label = '',
  otherwise: v.InferOutput<S> = initial,
) =>
  Object.assign(
    v.fallback(
      v.optional(strict, () => initial),
      otherwise,
    ),
    { strict, label },
  )

/** One of several each, with the labels of the settings page. */
export const choices = {
  theme: setting(v.enum({ System: 'system', Light: 'light', Dark: 'dark' }), 'system', 'Theme'),
  density: setting(v.enum({ Comfortable: 'comfortable', Compact: 'compact' }), 'comfortable', 'Rows'),
  /** Of the app itself: looked for and installed, or not. */
  updates: setting(v.enum({ Off: 'off', On: 'on' }), 'off', 'Update Ekscope by itself'),
  /** Said by the system, also while no window is in front. */
  notify: setting(
    v.enum({ Off: 'off', On: 'on' }),
    'off',
    'Notify when kubectl comes to act as another, or a sign-in ends',
  ),
  /** What a command on production does where nobody can type its name. */
  unattended: setting(
    v.enum({ 'Go on and say so': 'go-on', Refuse: 'refuse' }),
    'go-on',
    'Production without a terminal',
    // What this version does not understand loosens nothing.
    'refuse',
  ),
} as const

const chosen = {
  /** The page's own JSON (columns, sorting, grouping), opaque to main. */
  view: setting(v.pipe(v.string(), v.maxLength(65_536)), ''),
  ...choices,
  environment: setting(v.picklist(environmentNames), 'login-shell'),
  /** A check older than this is shown as stale. */
  staleHours: setting(hours, 12),
} as const

const accountNames = v.record(v.pipe(v.string(), v.regex(/^\d{12}$/)), v.pipe(v.string(), v.maxLength(64)))

/** One that this version does not understand stays, and counts for every context. */
const production = v.pipe(
  v.array(v.unknown()),
  v.transform((all): readonly ProductionMark[] => all.map(markOfFile)),
)

/** The settings, as the file may hold them. */
export const settingsSchema = v.object({
  ...chosen,
  /** Names that the user gave to AWS accounts, by their number. */
  accountNames: v.fallback(accountNames, {}),
  /** Which contexts, clusters and accounts the user marked as production. */
  production: v.optional(production, []),
})
export type Settings = Readonly<v.InferOutput<typeof settingsSchema>>
export const defaultSettings: Settings = v.parse(settingsSchema, {})

/** The name of a setting that is chosen by its value. */
export const settingName = v.keyof(v.object(chosen))
export type SettingName = v.InferOutput<typeof settingName>

/** The settings with another value of one; null where it does not take that value. */
export function withSetting(now: Settings, name: SettingName, value: string): Settings | null {
  const parsed = v.safeParse(chosen[name].strict, value)
  return parsed.success ? { ...now, [name]: parsed.output } : null
}
