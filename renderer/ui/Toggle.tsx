import { ChevronDown } from 'lucide-react'

/** Opens and closes what is below a line. Only for the mouse: the keyboard has left and right. */
export function Toggle({ open, onToggle }: { readonly open: boolean; readonly onToggle: () => void }) {
  return (
    <button
      type="button"
      tabIndex={-1}
      aria-hidden
      className="toggle"
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
