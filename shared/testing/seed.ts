/**
 * Generated tests run on one seed by default, so that the same commit gives the same answer twice; a full run takes a new
 * one each time and says which, and EKSCOPE_SEED repeats it.
 */
import fc from 'fast-check'

const full = process.env.EKSCOPE_FULL === '1'
const named = Number(process.env.EKSCOPE_SEED ?? Number.NaN)
const seed = Number.isInteger(named) ? named : full ? Date.now() & 0x7fffffff : 20261125

if (full) console.log(`generated with EKSCOPE_SEED=${seed}`)
fc.configureGlobal({ ...fc.readConfigureGlobal(), seed })
