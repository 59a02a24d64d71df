import { createContext, type ReactNode, useContext, useEffect, useRef, useState } from 'react'

/** Watches whether an element is near the visible part; returns a function that stops watching. */
type Watch = (element: Element, listeners: (near: boolean) => void) => () => void

/** Null until the observer exists; undefined: everything is drawn. */
const Watching = createContext<Watch | null | undefined>(undefined)

interface NearViewProps {
  /** It or an element around it scrolls: nearness is measured by that. */
  readonly within: { readonly current: Element | null }
  readonly children: ReactNode
}

/** How far beyond the edges something counts as near, in pixels: a few screens, so that scrolling shows no gap. */
const margin = 1_200

/** Decides with one observer which `Near` elements in it are near the visible part. */
export function NearView({ within, children }: NearViewProps) {
  const [watch, setWatch] = useState<Watch | null>(null)
  useEffect(() => {
    const listeners = new Map<Element, (near: boolean) => void>()
    const observer = new IntersectionObserver(
      (entries) => {
        for (const { target, isIntersecting } of entries) listeners.get(target)?.(isIntersecting)
      },
      // Without the scrolling box as root, the observer would not see content beyond the box's edge.
      { root: scrollerOf(within.current), rootMargin: `${margin}px 0px` },
    )
    setWatch(() => (element: Element, listener: (near: boolean) => void) => {
      listeners.set(element, listener)
      observer.observe(element)
      return () => {
        listeners.delete(element)
        observer.unobserve(element)
      }
    })
    return () => observer.disconnect()
  }, [within])
  return <Watching.Provider value={watch}>{children}</Watching.Provider>
}

/** The element that scrolls vertically, this one or one around it; null: the page. */
function scrollerOf(within: Element | null): Element | null {
  for (let at = within; at !== null; at = at.parentElement) {
    const { overflowY } = getComputedStyle(at)
    if (overflowY === 'auto' || overflowY === 'scroll') return at
  }
  return null
}

interface NearProps {
  /** Its approximate height in pixels, until it was drawn once. */
  readonly estimate: number
  /** Drawn wherever it is, near or not. */
  readonly always?: boolean
  readonly children: () => ReactNode
}

/** Draws its content only while it is near the visible part of a `NearView`; its place keeps the drawn height. */
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
