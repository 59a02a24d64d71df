import { Wrench } from 'lucide-react'
import { Button } from '../ui/Button'
import { useModel } from '../ui/model'
import type { Fix } from './fixes'

/** Makes the edits of a fix pending; nothing for a fix that there is none. */
export function FixButton({
  fix,
  primary = false,
}: {
  readonly fix: Fix | null
  readonly primary?: boolean
}) {
  const model = useModel()
  if (fix === null) return null
  return (
    <Button
      small
      kind={primary ? 'primary' : 'outline'}
      icon={Wrench}
      onClick={(event) => {
        // The button goes with the finding; the keyboard stays where it stood.
        event.currentTarget.closest<HTMLElement>('section[tabindex]')?.focus()
        model.edits.add(fix.edits)
      }}
    >
      {fix.label}
    </Button>
  )
}
