/** Custom properties may be set from React's style, which goes through CSSOM and so is allowed by the CSP. */
import 'react'

declare module 'react' {
  interface CSSProperties {
    [name: `--${string}`]: string | number | undefined
  }
}
