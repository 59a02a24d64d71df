/** A button that goes with what it does: the keyboard stays in the inspector. */
export const stay = (button: HTMLElement): void => button.closest<HTMLElement>('section[tabindex]')?.focus()
