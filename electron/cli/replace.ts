/** `ekscope replace-role` and `replace-profile`: one identity in the place of another, in contexts and AWS profiles alike. */
import { replaceEverywhere } from '../../shared/edits/replace-everywhere'
import { isBeside } from '../../shared/kubeconfig/entries'
import { quoted } from '../../shared/visible'
import { nameOf, usedLikeThis } from './arguments'
import { type Command, notFound } from './command'
import { contextsNamed } from './contexts-by-name'
import { roleFrom } from './edit-values'
import { tryHelp } from './trying'
import { carryOut, openForWriting, writingHelp } from './writing'

const only =
  'With contexts, their entries alone: AWS profiles stay as they are, because others may come from them'

function replacing(
  what: 'role' | 'profile',
  { usage, ...about }: Pick<Command, 'usage' | 'summary' | 'examples'>,
): Command {
  return {
    ...about,
    usage,
    help: { 'CONTEXT…': only, ...tryHelp, ...writingHelp },
    async run(call) {
      const [old = '', now = '', ...names] = call.args.positionals
      if (old === '' || now === '') throw usedLikeThis(this)
      const [was, is] = what === 'role' ? [old, now].map((one) => roleFrom(one, nameOf(this))) : [old, now]
      const opened = await openForWriting(call)
      const { snapshot, services } = opened
      const { environment } = call.args.globals
      const files = new Map(snapshot.files.map((file) => [file.path, file]))
      const chosen = new Map(
        (names.length === 0 ? snapshot.contexts : contextsNamed(snapshot, names)).map((one) => [one.id, one]),
      )
      const known = await services.identities.of(environment, { fingerprints: false })
      const contexts = known.contexts.flatMap((identity) => {
        const entry = chosen.get(identity.context)
        if (entry === undefined) return []
        const file = files.get(entry.origin.file)
        const locked = file !== undefined && isBeside(file) ? 'its file is only open beside the list' : null
        return [{ ...identity, id: entry.id, name: entry.name, locked }]
      })
      const aws = names.length === 0 ? await services.editing.files(environment) : null
      const profiles = [...(aws?.profiles.values() ?? [])].map(({ name, settings, credentials }) => ({
        name,
        settings: (['role_arn', 'source_profile'] as const).flatMap((key) => {
          const value = settings[key]?.value
          return value === undefined
            ? []
            : [{ key, value, inCredentials: credentials?.settings[key] !== undefined }]
        }),
      }))
      const wanted = { what, old: was ?? '', now: is ?? '', environment }
      const { edits, left } = replaceEverywhere(wanted, contexts, profiles)
      if (edits.length + left.length === 0)
        throw notFound(
          `no ${names.length === 0 ? 'context and no AWS profile' : 'named context'} names ${what} ${quoted(old)}.`,
          'See what they name: ekscope list -o wide, ekscope identities.',
        )
      return carryOut(call, opened, { edits, doubts: left })
    },
  }
}

export const replaceRole = replacing('role', {
  usage: 'replace-role OLD NEW [CONTEXT…]',
  summary: 'a role in the place of another one, in contexts and AWS profiles alike',
  examples: [
    'ekscope replace-role arn:aws:iam::111122223333:role/Admin arn:aws:iam::111122223333:role/Operator --dry-run',
  ],
})

export const replaceProfile = replacing('profile', {
  usage: 'replace-profile OLD NEW [CONTEXT…]',
  summary: 'an AWS profile in the place of another one, in contexts and as a source alike',
  examples: ['ekscope replace-profile pay pay-ro --dry-run'],
})
