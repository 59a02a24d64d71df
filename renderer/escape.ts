export { pieces, visible, visibleLines } from '../shared/visible'
