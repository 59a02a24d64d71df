import type { Row } from '../rows/rows'
import { EntryYaml } from './EntryYaml'
import { ExecCommand } from './ExecCommand'

/** The entry as it stands in its file, and the command that kubectl makes of it. */
export function Entry({ row }: { readonly row: Row }) {
  return (
    <>
      <ExecCommand row={row} />
      <EntryYaml key={row.id} row={row} />
    </>
  )
}
