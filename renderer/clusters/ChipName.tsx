import type { Who } from '../rows/who'
import { Shown } from '../ui/Shown'
import { Tile } from '../ui/Tile'

interface ChipNameProps {
  readonly shown: Who
  /** Where another of these has the same name; else null. */
  readonly account: string | null
}

/** One's own as chips name them: tile, name, and the account that tells two apart. */
export function ChipName({ shown, account }: ChipNameProps) {
  return (
    <>
      <Tile who={shown} />
      <Shown text={shown.label} />
      {account !== null && <Shown as="span" className="quiet" text={account} />}
    </>
  )
}
