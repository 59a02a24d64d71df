import { createContext, type ReactNode, useContext, useEffect, useRef, useState } from 'react'

/** Told of an element whether it has come near to what is seen; gives the way to stop watching. */
type Watch = (element: Element, told: (near: boolean) => void) => () => void

/** Null until there is something to watch with; absent: all is drawn. */
const Watching = createContext<Watch | null | undefined>(undefined)

interface NearViewProps {
  /** It or what is around it scrolls: by that it is decided what is near. */
  readonly within: { readonly current: Element | null }
  readonly children: ReactNode
}

/** How far beyond its edges something counts as near, in pixels: some screens, so that scrolling meets no gap. */
const margin = 1_200

/** Decides for all `Near` in it, with one observer, what is near to what is seen. */
export function NearView({ within, children }: NearViewProps) {
  const [watch, setWatch] = useState<Watch | null>(null)
  useEffect(() => {
    const told = new Map<Element, (near: boolean) => void>()
    const observer = new IntersectionObserver(
      (entries) => {
        for (const { target, isIntersecting } of entries) told.get(target)?.(isIntersecting)
      },
      // What lies beyond the edge of a box that scrolls is not seen where the root is not that box.
      { root: scrollerOf(within.current), rootMargin: `${margin}px 0px` },
    )
    setWatch(() => (element: Element, tell: (near: boolean) => void) => {
      told.set(element, tell)
      observer.observe(element)
      return () => {
        told.delete(element)
        observer.unobserve(element)
      }
    })
    return () => observer.disconnect()
  }, [within])
  return <Watching.Provider value={watch}>{children}</Watching.Provider>
}

/** The element that scrolls down, this one or one around it; null: the page. */
function scrollerOf(within: Element | null): Element | null {
  for (let at = within; at !== null; at = at.parentElement) {
    const { overflowY } = getComputedStyle(at)
    if (overflowY === 'auto' || overflowY === 'scroll') return at
  }
  return null
}

interface NearProps {
  /** How high it is about, in pixels, before it was drawn once. */
  readonly estimate: number
  /** Drawn wherever it is. */
  readonly always?: boolean
  readonly children: () => ReactNode
}

/** Draws what is in it only while it is near to what is seen, in a `NearView`; its place stays as high as it was drawn. */
export function Near({ estimate, always = false, children }: NearProps) {
  const watch = useContext(Watching)
  const place = useRef<HTMLDivElement>(null)
  const height = useRef(estimate)
  const [near, setNear] = useState(false)
  useEffect(() => {
    const element = place.current
    if (!watch || element === null) return
    return watch(element, (is) => {
      if (!is && element.childElementCount > 0) height.current = element.offsetHeight
      setNear(is)
    })
  }, [watch])
  const drawn = near || always || watch === undefined
  return (
    <div ref={place} style={drawn ? undefined : { height: height.current }}>
      {drawn && children()}
    </div>
  )
}
