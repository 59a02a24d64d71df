import { ChevronDown } from 'lucide-react'
import list from './ListView.module.css'

interface ToggleProps {
  readonly open: boolean
  readonly onToggle: () => void
}

/** Opens and closes what is below a line. Only for the mouse: the keyboard has left and right. */
export function Toggle({ open, onToggle }: ToggleProps) {
  return (
    <button
      type="button"
      tabIndex={-1}
      aria-hidden
      className={list.toggle}
      data-open={open || undefined}
      onClick={(event) => {
        event.stopPropagation()
        onToggle()
      }}
    >
      <ChevronDown size={14} />
    </button>
  )
}
