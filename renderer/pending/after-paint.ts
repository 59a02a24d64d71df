/** From one picture to the next that is certainly there, in milliseconds: a window that is not seen paints none. */
const unseen = 200

/** Does this once the next picture is on the screen, which a timer alone may come before. Returns the function that cancels it. */
export function afterPaint(work: () => void): () => void {
  let timer = setTimeout(work, unseen)
  const frame = requestAnimationFrame(() => {
    clearTimeout(timer)
    timer = setTimeout(work)
  })
  return () => {
    cancelAnimationFrame(frame)
    clearTimeout(timer)
  }
}
