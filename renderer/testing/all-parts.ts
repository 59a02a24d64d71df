/** The window as it is when everything of it is there: tests need not wait for what comes after its first picture. */
import '../App'
import { loadLater } from '../ui/late'

await loadLater()
